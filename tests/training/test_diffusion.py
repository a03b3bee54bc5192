"""The diffusion network on a handful of latents."""

from functools import partial
from pathlib import Path

import numpy as np
import pytest

from bench_core.training import diffusion
from bench_core.training.films import Films
from bench_core.training.recipe import Run


def test_diffusion_memorises_with_an_adapter(films: Films, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import load_file

    monkeypatch.setitem(diffusion.UNET, "block_out_channels", [16, 16, 16])
    monkeypatch.setitem(diffusion.UNET, "norm_num_groups", 4)
    rng = np.random.default_rng(0)
    latents, states = rng.normal(size=(4, 16, 16, 16)).astype(np.float16), torch.randn(5, 8, 128)
    run = Run("unet", 32)
    folder_of = {samples: folders / f"after-{samples}" for samples in (8, 16, 64)}
    stages = {samples: partial(diffusion.save_model, folder=folder, coarse=samples == 16) for samples, folder in folder_of.items()}
    unet = diffusion.train_unet(run, diffusion.build_unet(), latents, states, diffusion.Schedule(batch=4), stages=stages)
    assert run.done == 32 and [(folder / "config.json").exists() for folder in folder_of.values()] == [True, True, False]
    early, coarse = (UNet2DConditionModel.from_pretrained(str(folder_of[samples])) for samples in (8, 16))
    assert coarse.conv_in.weight.dtype == torch.float32 and not torch.equal(coarse.conv_in.weight, early.conv_in.weight)
    saved = load_file(folder_of[16] / "diffusion_pytorch_model.safetensors")
    assert {t.dtype for t in saved.values() if t.ndim > 1} == {torch.float8_e4m3fn}
    learned = diffusion.add_lora(unet, rank=2)
    frozen = unet.conv_in.weight.clone()
    adapted = diffusion.train_unet(Run("lora", 32), unet, latents, states, diffusion.Schedule(batch=4), learned=learned)
    assert bool((adapted.conv_in.weight == frozen).all())
    diffusion.save_lora(adapted, folders / "lora")
    saved = load_file(folders / "lora" / "pytorch_lora_weights.safetensors")
    assert saved and all(key.startswith("unet.") for key in saved) and all(t.dtype == torch.float16 for t in saved.values())
