"""Which files a model needs, and what is said where one is missing or must not be read."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bench_core.cards import generator_cards
from bench_core.data import Prompt
from bench_core.errors import MissingWeights
from bench_core.generators import backend_of, open_generator
from tests.generators.conftest import write_card

SIZE = "height = 32\nwidth = 32"


Folder = Callable[[str], Path]


def test_pickled_cut_and_absent_weights_are_named(built: Folder, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(built("sd"), folder)
    card = write_card(tmp_path / "model.toml", f'path = "{folder}"')
    unet, vae = folder / "unet" / "diffusion_pytorch_model.safetensors", folder / "vae" / "diffusion_pytorch_model.safetensors"
    unet.rename(unet.with_suffix(".bin"))
    vae.write_bytes(vae.read_bytes()[:-10])
    shutil.rmtree(folder / "tokenizer")
    said = " | ".join(str(lack) for lack in backend_of(card).lacks(card))
    assert "pickled weights only (diffusion_pytorch_model.bin)" in said and "cut short" in said and "tokenizer is not there" in said
    with pytest.raises(MissingWeights):
        open_generator(card).load()


def test_package_that_a_tokenizer_needs_is_named(built: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    folder = tmp_path / "model"
    shutil.copytree(built("pixart"), folder)
    card = write_card(tmp_path / "model.toml", f'path = "{folder}"')
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *more: None if name == "sentencepiece" else find(name, *more))
    assert backend_of(card).lacks(card) == []
    (folder / "tokenizer" / "tokenizer.json").rename(folder / "tokenizer" / "spiece.model")
    assert [lack.fix for lack in backend_of(card).lacks(card)] == ["pip install sentencepiece"]


def test_shards_are_all_needed(built: Folder, tmp_path: Path) -> None:
    from diffusers import UNet2DConditionModel

    folder = tmp_path / "model"
    shutil.copytree(built("sd"), folder)
    shutil.rmtree(folder / "unet")
    UNet2DConditionModel.from_pretrained(str(built("sd") / "unet")).save_pretrained(str(folder / "unet"), max_shard_size="20KB")
    card = write_card(tmp_path / "model.toml", f'path = "{folder}"')
    whole = {weights.part: weights for weights in backend_of(card).inventory(card)}
    assert whole["unet"].files > 1 and backend_of(card).lacks(card) == []
    next((folder / "unet").glob("*-00002-*.safetensors")).unlink()
    assert "-00002-of-00003.safetensors is not there" in str(backend_of(card).missing(card))


def test_hub_models_come_from_the_cache_alone(
    built: Folder, prompts: list[Prompt], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cache as `hf download` leaves it, with a pinned commit; the unpinned card of the same model follows the cache's main."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    commit = "0123456789abcdef0123456789abcdef01234567"
    repo = tmp_path / "hub" / "models--somebody--tiny"
    shutil.copytree(built("sd"), repo / "snapshots" / commit)
    lines = ('repo_id = "somebody/tiny"', "[settings]\nnum_inference_steps = 2", SIZE)
    pinned = write_card(tmp_path / "pinned.toml", f'revision = "{commit}"', *lines)
    generator = open_generator(pinned)
    assert generator.missing(pinned) is None and generator.batch(prompts[:1], [1], generator.settings())[0].shape == (32, 32, 3)
    other = write_card(tmp_path / "other.toml", f'revision = "{commit[::-1]}"', *lines)
    assert backend_of(other).lacks(other)[0].fix == f"hf download somebody/tiny --revision {commit[::-1]}"
    (repo / "refs").mkdir()
    (repo / "refs" / "main").write_text(commit)
    loose = write_card(tmp_path / "loose.toml", *lines)
    assert backend_of(loose).lacks(loose) == [] and backend_of(loose).fingerprint(loose) == [commit]
    assert backend_of(pinned).fingerprint(pinned) == []


def test_gated_weights_come_with_the_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    card = generator_cards()["radedit"]
    first, *rest = [lack.fix for lack in backend_of(card).lacks(card)]
    assert first == "1. Accept its terms on https://huggingface.co/microsoft/radedit 2. hf auth login 3. hf download microsoft/radedit"
    assert len(rest) == 2 and all(fix.startswith("hf download ") for fix in rest)
    flux = generator_cards()["flux-1-dev"]
    assert [lack.fix.split("hf download ")[-1] for lack in backend_of(flux).lacks(flux)] == [
        "black-forest-labs/FLUX.1-dev", "raman07/CheXGenBench-Models-SDV-Flux",
    ]  # fmt: skip
    outside = generator_cards()["llm-cxr"]
    assert "--kind synthetic" in str(backend_of(outside).missing(outside))
