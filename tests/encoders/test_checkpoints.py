"""Checkpoints: only those that fit, never pickled ones."""

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from bench_core.errors import BenchError, InputError, MissingWeights
from tests.encoders.published_weights import biovil
from tests.generators.damaged import POINTER, damaged_copy

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


def test_any_damage_of_a_checkpoint_is_a_line_or_an_error_of_loading(dino: Path, tmp_path: Path, images: list[np.ndarray]) -> None:
    """120 damaged folders under one published card: the list has a line or says "can run", and then loading says what is wrong."""
    from bench_core.config import Config
    from bench_core.engine.catalogue import encoder_card, encoder_missing

    rng, told, loaded = random.Random(71), 0, 0
    (tmp_path / "cards" / "encoders").mkdir(parents=True)
    (tmp_path / "cards" / "encoders" / "mine.toml").write_text(f'title = "M"\nbackend = "transformers_vision"\nrepo_id = "a/b"\n{PIXELS}')
    for number in range(120):
        how = damaged_copy(dino, tmp_path / str(number) / "mine", rng)
        folders = {"HOME": tmp_path, "CARDS": tmp_path / "cards", "WEIGHTS": tmp_path / str(number)}
        config = Config.from_environment({f"BENCH_{name}": str(path) for name, path in folders.items()})
        missing = encoder_missing(config, "mine")
        if missing is not None:
            told += 1
            assert "hf download a/b --local-dir" in missing, how
        elif loaded < 15:
            loaded += 1
            try:
                open_encoder(encoder_card(config, "mine")).encode(images)
            except BenchError as error:
                assert error.hint, how
    assert told > 60


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("model.safetensors", None, "has no model.safetensors"),
        ("config.json", None, "There is no config.json beside the weights of mine"),
        ("config.json", "", "config.json is empty"),
        ("config.json", "{}", "does not say model_type"),
        ("model.safetensors", POINTER, "is a git-lfs pointer"),
        ("model.safetensors", "x" * 50, "is cut short or no safetensors file"),
    ],
)
def test_damage_is_named_with_the_command_that_mends_it(
    dino: Path, write_card: Write, tmp_path: Path, images: list[np.ndarray], file: str, text: str | None, said: str
) -> None:
    folder = shutil.copytree(dino, tmp_path / "mine")
    (folder / file).unlink()
    if text is not None:
        (folder / file).write_text(text)
    card = write_card("transformers_vision", f'repo_id = "a/b"\n{PIXELS}').model_copy(update={"weights": tmp_path})
    with pytest.raises(MissingWeights) as caught:
        open_encoder(card).encode(images)
    assert said in caught.value.message and caught.value.hint == f"hf download a/b --local-dir {folder}"
