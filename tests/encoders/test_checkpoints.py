"""Checkpoints: only those that fit, never pickled ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from bench_core.errors import InputError, MissingWeights
from tests.encoders.published_weights import biovil

Write = Callable[..., EncoderCard]


def test_weights_of_another_model_are_named(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    from safetensors.torch import load_file, save_file

    from bench_core.encoders.biovil_t import IMAGE

    biovil(tmp_path / "biovil")
    path = tmp_path / "biovil" / f"{IMAGE}.safetensors"
    tensors = load_file(path)
    card = write_card("biovil_t", 'path = "biovil"\nimage_size = 64')
    save_file({k: v for k, v in tensors.items() if k != "encoder.missing_previous_emb"}, path)
    with pytest.raises(InputError, match=r"1 missing \(encoder.missing_previous_emb\)"):
        open_encoder(card).encode(images)
    save_file({"x": tensors["encoder.missing_previous_emb"]}, path)
    with pytest.raises(InputError, match="no tensor"):
        open_encoder(card).encode(images)


Write = Callable[..., EncoderCard]


PIXELS = 'image_size = 28\nresize = "short_side"\nrounded = true\nmean = [0.5, 0.4, 0.3]\nstd = [0.2, 0.2, 0.2]\n'


def test_pickled_weights_are_refused_and_converted(dino: Path, write_card: Write, tmp_path: Path, images: list[np.ndarray]) -> None:
    import torch
    from safetensors.torch import load_file

    from bench_core.encoders.checkpoints import convert

    old = tmp_path / "old"
    old.mkdir()
    (old / "config.json").write_bytes((dino / "config.json").read_bytes())
    torch.save(load_file(dino / "model.safetensors"), old / "pytorch_model.bin")
    card = write_card("transformers_vision", f'path = "old"\n{PIXELS}')
    with pytest.raises(MissingWeights) as caught:
        open_encoder(card).encode(images)
    assert caught.value.hint == f"python -m bench_core.encoders.checkpoints convert {old / 'pytorch_model.bin'} {old}"
    convert(old / "pytorch_model.bin", tmp_path / "new")
    new = write_card("transformers_vision", f'path = "new"\n{PIXELS}', "new")
    assert np.array_equal(open_encoder(new).encode(images), open_encoder(card.model_copy(update={"path": str(dino)})).encode(images))
    torch.save({"x": Path("y")}, tmp_path / "code.bin")
    with pytest.raises(InputError, match="more than tensors"):
        convert(tmp_path / "code.bin", tmp_path / "new")
    with pytest.raises(InputError, match="no file"):
        convert(tmp_path / "gone.bin", tmp_path / "new")
