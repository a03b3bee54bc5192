"""Damaged models have lines, never tracebacks; what is told is what is wrong, and the fix."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bench_core.errors import BenchError
from bench_core.generators import backend_of, open_generator
from tests.generators.conftest import write_card
from tests.generators.damaged import POINTER, damaged_copy, skeleton

Folder = Callable[[str], Path]
SEED, COPIES = 71, 150


def lines_of(folder: Path, *more: str) -> list[str]:
    card = write_card(folder.parent / f"{folder.name}.toml", f'path = "{folder}"', *more)
    return [str(lack) for lack in backend_of(card).lacks(card)]


def test_any_damage_is_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 150 damaged folders none takes a list, a dry run or an inventory down, and the whole folder lacks nothing."""
    from bench_core.config import Config
    from bench_core.engine.catalogue import generator_missing
    from bench_core.engine.requests.dry_run import check_model

    whole, rng = skeleton(tmp_path / "whole"), random.Random(SEED)
    assert lines_of(whole) == []
    cards = tmp_path / "cards" / "generators"
    cards.mkdir(parents=True)
    config = Config.from_environment({"BENCH_HOME": str(tmp_path / "home"), "BENCH_CARDS": str(tmp_path / "cards"), "BENCH_DEVICE": "cpu"})
    told = 0
    for number in range(COPIES):
        how = damaged_copy(whole, tmp_path / f"copy-{number}", rng)
        write_card(cards / f"copy-{number}.toml", f'path = "{tmp_path / f"copy-{number}"}"')
        missing, found = generator_missing(config, f"copy-{number}"), check_model(config, f"copy-{number}")
        assert (missing is None) == found.can_run, how
        assert all(lack.what and lack.fix for lack in found.lacks), how
        told += not found.can_run
    assert told > 0.7 * COPIES, f"only {told} of {COPIES}"  # the rest is damage that no header shows: a number in a configuration


def test_what_no_header_shows_is_an_error_of_loading(built: Folder, tmp_path: Path) -> None:
    """Whatever is left to the libraries that load: an error of this program, with a fix, or an image."""
    rng, refused = random.Random(SEED), 0
    for number in range(12):
        how = damaged_copy(built("sd"), tmp_path / f"copy-{number}", rng)
        card = write_card(tmp_path / f"copy-{number}.toml", f'path = "{tmp_path / f"copy-{number}"}"')
        try:
            open_generator(card).load()
        except BenchError as error:
            refused += 1
            assert error.hint, how
    assert refused > 6


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("unet/config.json", None, "has no config.json"),
        ("unet/config.json", "{}x", "The configuration of unet cannot be read"),
        ("unet/config.json", POINTER, "git-lfs pointer"),
        ("scheduler/scheduler_config.json", None, "has no scheduler_config.json"),
        ("tokenizer/vocab.json", None, "has no tokenizer.json or vocab.json"),
        ("vae/diffusion_pytorch_model.safetensors", POINTER, "git-lfs pointer: git fetched a note of the file"),
        ("vae/diffusion_pytorch_model.safetensors", "", "diffusion_pytorch_model.safetensors is empty"),
        ("unet/diffusion_pytorch_model.safetensors.index.json", '{"weight_map": [1]}', "weight_map is [1]"),
        ("unet/diffusion_pytorch_model.safetensors.index.json", '{"weight_map": {"a": "../x.safetensors"}}', "no safetensors file beside"),
        ("model_index.json", '{"unet": ["diffusers"]}', "'unet' is ['diffusers'], not a library and a class"),
        ("model_index.json", '{"_class_name": "StableDiffusionPipeline"}', "does not name vae, text_encoder, tokenizer, unet, scheduler"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, file: str, text: str | None, said: str) -> None:
    folder = skeleton(tmp_path / "model")
    if text is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(text)
    assert said in " | ".join(lines_of(folder))


def test_variant_is_named_once_and_used(tmp_path: Path) -> None:
    folder = skeleton(tmp_path / "model")
    for path in folder.rglob("*.safetensors"):
        if "-of-" not in path.name:
            path.rename(path.with_suffix(".fp16.safetensors"))
    index = folder / "unet" / "diffusion_pytorch_model.safetensors.index.json"
    index.rename(index.with_suffix(".fp16.json"))
    (line,) = lines_of(folder)
    assert "variant 'fp16' only" in line and 'Write variant = "fp16" in the card' in line and "--variant fp16" in line
    assert lines_of(folder, 'variant = "fp16"') == []
