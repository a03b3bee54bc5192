"""Every pipeline class that a card names: built tiny, saved, loaded by a card, generating, cancelled, independent of the batch."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import GeneratorCard
from bench_core.data import Prompt
from bench_core.errors import BenchError, Cancelled, MissingWeights, SettingError
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
