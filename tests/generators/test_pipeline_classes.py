"""Every pipeline class that a card names: built tiny, saved, loaded by a card, generating, cancelled, independent of the batch."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import GeneratorCard, generator_cards
from bench_core.data import Prompt
from bench_core.errors import BenchError, Cancelled, CardError, MissingWeights, SettingError
from bench_core.generators import backend_of, open_generator
from bench_core.generators.backend import Backend
from tests.generators import tiny_pipelines
from tests.generators.conftest import write_card

SIZE = "height = 32\nwidth = 32"
SETTINGS = {
    "sd": f"{SIZE}\nguidance_scale = 4.0",
    "sd-velocity": f"{SIZE}\nguidance_scale = 4.0",
    "sd-checked": SIZE,
    "radedit": f"{SIZE}\nguidance_scale = 4.0",
    "pixart": f"{SIZE}\nuse_resolution_binning = false\nmax_sequence_length = 16",
    "sana": f"{SIZE}\nuse_resolution_binning = false\nmax_sequence_length = 16",
    "sd3": f"{SIZE}\nmax_sequence_length = 16",
    "lumina": f"{SIZE}\nmax_sequence_length = 256\ncfg_trunc_ratio = 0.5",
    "flux": f"{SIZE}\nmax_sequence_length = 16",
    "ddpm": "",
}
ADAPTED = ("sd3", "lumina", "flux")
RADEDIT = """pipeline = "StableDiffusionPipeline"
[components]
unet = {{ path = "{0}/radedit", subfolder = "unet" }}
vae = "{0}/vae"
text_encoder = {{ path = "{0}/text", class = "BertModel" }}
tokenizer = {{ path = "{0}/text", class = "BertTokenizer", options = {{ model_max_length = 12 }} }}
[components.scheduler]
class = "DDIMScheduler"
options = {{ beta_schedule = "linear", clip_sample = false, timestep_spacing = "trailing", steps_offset = 1 }}"""
Folder = Callable[[str], Path]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The folder of a tiny pipeline by name, built once."""
    import torch

    torch.set_num_threads(1)
    root = tmp_path_factory.mktemp("pipelines")

    def folder(name: str) -> Path:
        return root / name if (root / name).exists() else tiny_pipelines.build(name, root / name)

    return folder


@pytest.fixture(scope="session")
def opened(built: Folder, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Backend]:
    """The generator of a tiny pipeline, loaded by its card, opened once."""
    cards, generators = tmp_path_factory.mktemp("cards"), {}

    def generator(name: str) -> Backend:
        if name not in generators:
            generators[name] = open_generator(card_of(name, built(name), cards / f"{name}.toml"))
        return generators[name]

    return generator


def card_of(name: str, folder: Path, path: Path, *more: str) -> GeneratorCard:
    """The card of a tiny pipeline: whole, or assembled where the real one is."""
    start = RADEDIT.format(folder) if name == "radedit" else f'path = "{folder}"'
    return write_card(path, *more, start, "[settings]\nnum_inference_steps = 3", SETTINGS[name])


def difference(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Grey levels between two images."""
    return np.abs(one.astype(int) - other)


@pytest.mark.parametrize("name", SETTINGS)
def test_image_depends_on_seed_and_prompt_and_not_on_the_batch(name: str, opened: Callable[[str], Backend], prompts: list[Prompt]) -> None:
    generator = opened(name)
    assert generator.missing(generator.card) is None
    settings = generator.settings()
    together = generator.batch(prompts, [5, 6, 7], settings)
    alone = generator.batch(prompts[1:2], [6], settings)[0]
    assert alone.shape[:2] == ((16, 16) if name == "ddpm" else (32, 32))
    assert difference(together[1], alone).max() <= 2
    assert difference(together[0], together[1]).mean() > 2
    if name != "ddpm":
        assert difference(generator.batch(prompts[:1], [6], settings)[0], alone).max() > 0  # the prompt is read


@pytest.mark.parametrize("name", SETTINGS)
def test_cancel_between_steps_leaves_the_generator_as_it_was(name: str, opened: Callable[[str], Backend], prompts: list[Prompt]) -> None:
    generator = opened(name)
    settings = generator.settings(num_inference_steps=4)
    before = generator.batch(prompts[:2], [1, 2], settings)
    seen: list[tuple[int, int, np.ndarray | None]] = []

    def stop(step: int, steps: int, preview: np.ndarray | None) -> None:
        seen.append((step, steps, preview))
        if step == 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        generator.batch(prompts[:2], [1, 2], settings, on_step=stop)
    assert [(step, steps) for step, steps, _ in seen] == [(1, 4), (2, 4)]
    if name != "ddpm":
        assert seen[0][2] is not None and seen[0][2].dtype == np.uint8
    for one, other in zip(before, generator.batch(prompts[:2], [1, 2], settings), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize("name", ADAPTED)
def test_adapter_is_added_by_its_scale(
    name: str, built: Folder, opened: Callable[[str], Backend], prompts: list[Prompt], tmp_path: Path
) -> None:
    tiny_pipelines.adapter(tmp_path / "adapter", "mine_lora.safetensors", built(name))
    plain = opened(name)
    before = plain.batch(prompts[:1], [1], plain.settings())[0]
    images = {}
    for scale in (0.0001, 1.0):
        line = f'lora = [{{ path = "adapter", weight_name = "mine_lora.safetensors", scale = {scale} }}]'
        generator = open_generator(card_of(name, built(name), tmp_path / f"lora-{scale:.0f}.toml", line))
        assert [weights.part for weights in generator.inventory(generator.card)][-1] == "lora"
        images[scale] = generator.batch(prompts[:1], [1], generator.settings())[0]
    assert difference(images[0.0001], before).max() <= 2
    assert difference(images[1.0], before).max() > 2
    missing = write_card(
        tmp_path / "none.toml", f'path = "{built(name)}"', 'lora = [{ path = "adapter", weight_name = "other.safetensors" }]'
    )
    with pytest.raises(MissingWeights, match=r"other\.safetensors"):
        open_generator(missing).load()


def test_number_format_and_memory_options(opened: Callable[[str], Backend], built: Folder, prompts: list[Prompt], tmp_path: Path) -> None:
    generator = opened("sd")
    plain = generator.batch(prompts[:2], [1, 2], generator.settings())
    sliced = generator.batch(prompts[:2], [1, 2], generator.settings(vae_slicing=True, attention_slicing=True))
    assert max(difference(a, b).max() for a, b in zip(plain, sliced, strict=True)) <= 2
    half = generator.batch(prompts[:1], [1], generator.settings(dtype="bfloat16"))[0]
    assert difference(plain[0], half).max() > 0 and difference(plain[0], half).mean() < 20
    with pytest.raises(SettingError, match="offload"):
        generator.batch(prompts[:1], [1], generator.settings(offload="model"))
    with pytest.raises(SettingError, match="refuses"):  # this pipeline cannot hand out numbers of that format
        opened("ddpm").batch(prompts[:1], [1], opened("ddpm").settings(dtype="bfloat16"))
    card = write_card(tmp_path / "half.toml", f'path = "{built("sd")}"', 'dtype = "float16"')
    assert backend_of(card).settings_model(card)().model_dump()["dtype"] == "float16"


def test_an_image_that_a_filter_blacks_out_is_an_error(built: Folder, prompts: list[Prompt], tmp_path: Path) -> None:
    strict = built("sd-strict")
    lines = ["[settings]\nnum_inference_steps = 2", SIZE]
    with pytest.raises(BenchError, match="seed 4"):
        filtered = open_generator(write_card(tmp_path / "filtered.toml", f'path = "{strict}"', *lines))
        filtered.batch(prompts[:1], [4], filtered.settings())
    free = open_generator(write_card(tmp_path / "free.toml", f'path = "{strict}"', 'components = { safety_checker = "none" }', *lines))
    assert free.batch(prompts[:1], [4], free.settings())[0].max() > 0


def test_an_image_that_is_no_number_is_an_error(built: Folder, prompts: list[Prompt], tmp_path: Path) -> None:
    import torch

    generator = open_generator(card_of("sd", built("sd"), tmp_path / "nan.toml"))
    generator.load()
    torch.nn.init.constant_(generator._pipeline.vae.decoder.conv_out.weight, float("nan"))  # type: ignore[attr-defined]
    with pytest.raises(BenchError, match="no number"):
        generator.batch(prompts[:1], [4], generator.settings())


def test_code_of_a_model_is_never_run(built: Folder, tmp_path: Path) -> None:
    folder = tmp_path / "trap"
    shutil.copytree(built("sd"), folder)
    index = folder / "model_index.json"
    plain = index.read_text()
    (folder / "trap.py").write_text("raise SystemExit('code of a model folder was run')\n")
    for text in (
        plain.replace('"_class_name": "StableDiffusionPipeline"', '"_class_name": ["trap", "Trap"]'),
        plain.replace('"diffusers",\n    "UNet2DConditionModel"', '"subprocess",\n    "Popen"'),
    ):
        assert text != plain
        index.write_text(text)
        generator = open_generator(write_card(tmp_path / "trap.toml", f'path = "{folder}"', 'pipeline = "StableDiffusionPipeline"'))
        assert "never run" in str(generator.missing(generator.card))
        with pytest.raises(MissingWeights, match="never run"):
            generator.load()
    for line in ('class = "Popen"', 'class = "PreTrainedConfig"'):
        card = write_card(tmp_path / "part.toml", f'path = "{built("sd")}"', f'[components.unet]\npath = "{built("sd")}/unet"\n{line}')
        with pytest.raises(CardError, match="class"):
            open_generator(card).load()


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
    assert "unet are not whole" in str(backend_of(card).missing(card))


def test_parts_that_do_not_make_a_pipeline_are_named(built: Folder, tmp_path: Path) -> None:
    folder = built("radedit")
    text = RADEDIT.format(folder)
    without = "\n".join(line for line in text.split("\n") if not line.startswith("vae"))
    with pytest.raises(CardError, match=r"components\.vae"):
        open_generator(write_card(tmp_path / "without.toml", without)).load()
    with pytest.raises(CardError, match=r"components\.wings"):
        open_generator(write_card(tmp_path / "more.toml", text.replace("vae =", f'wings = "{folder}/vae"\nvae ='))).load()


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


def test_every_built_in_card_has_settings_that_its_pipeline_knows() -> None:
    cards = generator_cards()
    for card in cards.values():
        values = backend_of(card).settings_model(card)().model_dump()
        assert {k: values[k] for k in card.settings} == card.settings
        assert card.licence and card.trained_on and card.summary
    colours = [card.color for card in cards.values()]
    assert None not in colours and len(set(colours)) == len(colours)
    published = {card.published_as for card in cards.values()} - {""}
    assert len(published) == 11


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
