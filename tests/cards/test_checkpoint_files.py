"""What a file says of itself: seeded damage of headers and JSON, each an error that names the file and the fix."""

import json
import random
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards.checkpoint_files import LARGEST, json_object, shards_of, tensor_shapes
from bench_core.errors import InputError
from tests.generators.damaged import damage_header, damage_object, damage_text


def test_shapes_come_from_the_header(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    tensors = {"a.weight": np.ones((2, 3), np.float32), "b": np.ones((), np.float16), "c": np.ones(5, np.int64)}
    save_file(tensors, tmp_path / "x.safetensors", metadata={"format": "pt"})
    assert tensor_shapes(tmp_path / "x.safetensors") == {"a.weight": (2, 3), "b": (), "c": (5,)}


def test_damaged_headers_are_errors_that_name_the_file(tmp_path: Path) -> None:
    """100 seeded ones; a header whose change means nothing (a shape that is the same) is still read."""
    from safetensors.numpy import save_file

    rng, path, refused = random.Random(5), tmp_path / "x.safetensors", 0
    for _ in range(100):
        save_file({"a": np.ones((2, 3), np.float32)}, path)
        how = damage_header(path, rng)
        try:
            tensor_shapes(path)
        except InputError as error:
            refused += 1
            assert str(path) in error.message and error.hint, how
    assert refused > 95


def test_damaged_json_is_an_error_or_an_object(tmp_path: Path) -> None:
    rng, path = random.Random(5), tmp_path / "x.json"
    for number in range(100):
        path.write_text(json.dumps({"weight_map": {"a": "x.safetensors"}, "metadata": {"total_size": 3}}))
        how = (damage_text if number % 2 else damage_object)(path, rng)
        for read in (json_object, shards_of):
            try:
                read(path)
            except InputError as error:
                assert str(path) in error.message and error.hint, how


def test_nothing_large_is_read_as_a_configuration(tmp_path: Path) -> None:
    with (tmp_path / "x.json").open("wb") as file:
        file.write(b"{")
        file.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="no configuration is that large"):
        json_object(tmp_path / "x.json")
    with pytest.raises(InputError, match="There is no file"):
        json_object(tmp_path / "gone.json")
