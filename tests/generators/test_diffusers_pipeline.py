"""Any diffusers pipeline by its card: a tiny one with random weights stands for all."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import GeneratorCard
from bench_core.data import Prompt
from bench_core.errors import Cancelled, CardError, MissingWeights, SettingError, UnknownName
from bench_core.generators import open_generator
from tests.generators.conftest import write_card


def test_image_depends_on_its_seed_not_on_the_batch(tiny_card: GeneratorCard, prompts: list[Prompt]) -> None:
    generator = open_generator(tiny_card)
    settings = generator.settings()
    together = generator.batch(prompts, [5, 6, 7], settings)
    alone = [generator.batch([p], [s], settings)[0] for p, s in zip(prompts, (5, 6, 7), strict=True)]
    for one, other in zip(together, alone, strict=True):
        assert one.shape == (32, 32) and one.dtype == np.uint8
        assert np.abs(one.astype(int) - other).max() <= 2
    other_seed = generator.batch(prompts[:1], [8], settings)[0]
    assert np.abs(other_seed.astype(int) - together[0]).mean() > 2
    again = open_generator(tiny_card).batch(prompts[:1], [5], settings)[0]
    assert np.array_equal(again, alone[0])


@pytest.mark.parametrize("scheduler", ["EulerAncestralDiscreteScheduler", "DPMSolverMultistepScheduler", "DDPMScheduler"])
def test_other_schedulers_keep_the_promise(tiny_card: GeneratorCard, prompts: list[Prompt], scheduler: str) -> None:
    generator = open_generator(tiny_card)
    settings = generator.settings(scheduler=scheduler)
    together = generator.batch(prompts[:2], [1, 2], settings)
    alone = generator.batch(prompts[1:2], [2], settings)[0]
    assert np.abs(together[1].astype(int) - alone).max() <= 2
    default = generator.batch(prompts[1:2], [2], generator.settings())[0]
    assert not np.array_equal(default, alone)


def test_size_and_negative_prompt(tiny_card: GeneratorCard, prompts: list[Prompt]) -> None:
    generator = open_generator(tiny_card)
    image = generator.batch(prompts[:1], [1], generator.settings(height=16, width=48))[0]
    assert image.shape == (16, 48)
    plain = generator.batch(prompts[:1], [1], generator.settings(guidance_scale=5))[0]
    negative = generator.batch(prompts[:1], [1], generator.settings(guidance_scale=5, negative_prompt="left effusion"))[0]
    assert not np.array_equal(plain, negative)


def test_progress_previews_and_cancel(tiny_card: GeneratorCard, prompts: list[Prompt]) -> None:
    generator = open_generator(tiny_card)
    seen: list[tuple[int, int, bool]] = []

    def watch(step: int, steps: int, preview: np.ndarray | None) -> None:
        seen.append((step, steps, preview is not None))
        if preview is not None:
            assert preview.shape == (32, 32) and preview.dtype == np.uint8

    generator.batch(prompts[:1], [1], generator.settings(num_inference_steps=4), on_step=watch)
    assert [step for step, _, _ in seen] == [1, 2, 3, 4] and {steps for _, steps, _ in seen} == {4}
    assert any(preview for _, _, preview in seen)

    def stop(step: int, steps: int, preview: np.ndarray | None) -> None:
        if step == 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        generator.batch(prompts[:1], [1], generator.settings(num_inference_steps=4), on_step=stop)
    after = generator.batch(prompts[:1], [1], generator.settings())[0]
    assert np.array_equal(after, open_generator(tiny_card).batch(prompts[:1], [1], generator.settings())[0])


def test_settings_come_from_the_card_and_the_pipeline(tiny_card: GeneratorCard, tmp_path: Path) -> None:
    generator = open_generator(tiny_card)
    assert generator.settings().model_dump()["num_inference_steps"] == 3
    assert generator.settings(guidance_scale="4.5").model_dump()["guidance_scale"] == 4.5
    for bad in ({"steps": 3}, {"num_inference_steps": 0}, {"height": 33}, {"scheduler": "Nonsense"}):
        with pytest.raises(SettingError):
            generator.settings(**bad)
    card = write_card(tmp_path / "odd.toml", f'path = "{tiny_card.path}"', "[settings]\nguidance = 3")
    with pytest.raises(SettingError, match="guidance"):
        open_generator(card).settings()
    card = write_card(tmp_path / "flux.toml", 'repo_id = "nobody/none"', 'pipeline = "FluxPipeline"')
    fields = type(open_generator(card).settings()).model_fields
    assert "true_cfg_scale" in fields and "scheduler" not in fields
    card = write_card(tmp_path / "what.toml", 'repo_id = "nobody/none"', 'pipeline = "NoSuchPipeline"')
    with pytest.raises(UnknownName):
        open_generator(card).settings()


def test_scheduler_that_does_not_fit_is_named(tiny_card: GeneratorCard, prompts: list[Prompt], monkeypatch: pytest.MonkeyPatch) -> None:
    generator = open_generator(tiny_card)
    generator.load()
    with pytest.raises(SettingError, match="FlowMatch"):
        generator._choose_scheduler("FlowMatchEulerDiscreteScheduler")  # type: ignore[attr-defined]


def test_lora_and_components(tiny_card: GeneratorCard, prompts: list[Prompt], tmp_path: Path) -> None:
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import load_file, save_file

    from bench_core.training.diffusion import add_lora, save_lora, save_model

    unet = UNet2DConditionModel.from_pretrained(str(tiny_card.folder), subfolder="unet")
    torch.manual_seed(1)
    for parameter in add_lora(unet, rank=2):
        torch.nn.init.normal_(parameter, std=0.3)
    save_lora(unet, tmp_path / "adapter")
    plain = open_generator(tiny_card)
    settings = plain.settings()
    before = plain.batch(prompts[:1], [1], settings)[0]
    card = write_card(tmp_path / "lora.toml", f'path = "{tiny_card.path}"', 'lora = ["adapter"]')
    adapted = open_generator(card).batch(prompts[:1], [1], settings)[0]
    assert np.abs(adapted.astype(int) - before).mean() > 1
    file = tmp_path / "adapter" / "pytorch_lora_weights.safetensors"
    tensors = load_file(file)
    spellings = {".lora_A.weight": ".lora.down.weight", ".lora_B.weight": ".lora.up.weight"}
    for key in [k for k in tensors if ".attn" in k]:
        new = next(key.replace(old, other) for old, other in spellings.items() if old in key)
        tensors[new] = tensors.pop(key)
    save_file(tensors, file, metadata={"format": "pt"})
    with pytest.raises(CardError, match="two ways"):
        open_generator(card).load()

    other = UNet2DConditionModel.from_pretrained(str(tiny_card.folder), subfolder="unet")
    torch.nn.init.normal_(other.conv_out.weight)
    save_model(other, tmp_path / "other" / "unet")
    card = write_card(tmp_path / "parts.toml", f'path = "{tiny_card.path}"', 'components = { unet = "other/unet" }')
    swapped = open_generator(card).batch(prompts[:1], [1], settings)[0]
    assert np.abs(swapped.astype(int) - before).mean() > 1
    assert card.key() != tiny_card.key()


def test_stages_of_a_training_are_a_setting(tiny_card: GeneratorCard, prompts: list[Prompt], tmp_path: Path) -> None:
    import torch
    from diffusers import UNet2DConditionModel

    from bench_core.training.diffusion import add_lora, save_lora

    unet = UNet2DConditionModel.from_pretrained(str(tiny_card.folder), subfolder="unet")
    learned = add_lora(unet, rank=2)
    for parameter in learned:  # an adapter that adds nothing
        torch.nn.init.zeros_(parameter)
    save_lora(unet, tmp_path / "early")
    torch.manual_seed(1)
    for parameter in learned:
        torch.nn.init.normal_(parameter, std=0.3)
    save_lora(unet, tmp_path / "late")
    card = write_card(tmp_path / "stages.toml", f'path = "{tiny_card.path}"', 'stages = { "8" = "early", "90" = "late" }')
    generator, plain = open_generator(card), open_generator(tiny_card)
    same = plain.settings()
    stages = ({"stage": "8"}, {"stage": "90"}, {})
    early, late, last = (generator.batch(prompts[:1], [1], generator.settings(**same.model_dump(), **how))[0] for how in stages)
    assert np.abs(early.astype(int) - plain.batch(prompts[:1], [1], same)[0]).max() <= 1
    assert np.array_equal(late, last) and np.abs(late.astype(int) - early).mean() > 1
    assert [w.part for w in type(generator).inventory(card)][-2:] == ["lora at 8", "lora at 90"]
    with pytest.raises(SettingError, match="stage"):
        generator.settings(stage="9")
    with pytest.raises(SettingError, match="stage"):
        plain.settings(stage="8")


def test_missing_weights_have_the_command(tmp_path: Path, prompts: list[Prompt]) -> None:
    hub = write_card(tmp_path / "hub.toml", 'repo_id = "nobody/none"', 'revision = "abc123"')
    generator = open_generator(hub)
    assert "hf download nobody/none --revision abc123" in str(generator.missing(hub))
    with pytest.raises(MissingWeights) as caught:
        generator.batch(prompts[:1], [1], generator.settings())
    assert caught.value.hint == "hf download nobody/none --revision abc123" and "gated" in caught.value.message
    local = write_card(tmp_path / "gone.toml", 'path = "nowhere"')
    with pytest.raises(MissingWeights, match="nowhere"):
        open_generator(local).load()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "model_index.json").write_text('{"_class_name": "StableDiffusionPipeline"}')
    with pytest.raises(MissingWeights, match="does not name vae"):
        open_generator(write_card(tmp_path / "empty.toml", 'path = "empty"')).load()
    adapter = write_card(tmp_path / "adapter.toml", f'path = "{tmp_path}"', 'lora = ["someone/adapter"]')
    assert "hf download someone/adapter" in [lack.fix for lack in open_generator(adapter).lacks(adapter)]
