"""Checkpoints of one file where a pipeline's folder was expected."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.generators.test_lacks import lines_of


def checkpoint(folder: Path, name: str) -> Path:
    from safetensors.numpy import save_file

    folder.mkdir()
    save_file({name: np.ones((2, 2), np.float32)}, folder / "my-finetune.safetensors")
    return folder / "my-finetune.safetensors"


@pytest.mark.parametrize(
    ("name", "pipeline"),
    [
        ("model.diffusion_model.input_blocks.0.0.weight", "StableDiffusionPipeline"),
        ("conditioner.embedders.0.transformer.text_model.final_layer_norm.bias", "StableDiffusionXLPipeline"),
        ("model.diffusion_model.joint_blocks.0.context_block.attn.proj.weight", "StableDiffusion3Pipeline"),
        ("model.diffusion_model.double_blocks.0.img_attn.proj.weight", "FluxPipeline"),
    ],
)
def test_a_folder_of_one_file_is_told_how_to_convert(tmp_path: Path, name: str, pipeline: str) -> None:
    import diffusers

    file = checkpoint(tmp_path / "model", name)
    (line,) = lines_of(tmp_path / "model")
    assert "is a single-file checkpoint" in line and f"import {pipeline} as P; P.from_single_file('{file}')" in line
    assert hasattr(getattr(diffusers, pipeline), "from_single_file")


def test_the_file_itself_is_no_missing_folder(workspace: Workspace, tmp_path: Path) -> None:
    file = checkpoint(tmp_path / "model", "model.diffusion_model.input_blocks.0.0.weight")
    with pytest.raises(InputError, match="is a single-file checkpoint") as caught:
        api.add_model("mine", {"title": "Mine", "path": str(file)})
    assert "from_single_file" in caught.value.hint
    pickled = file.rename(file.with_suffix(".ckpt"))
    with pytest.raises(InputError, match="and pickled") as caught:
        api.add_model("mine", {"title": "Mine", "path": str(pickled)})
    assert "safetensors" in caught.value.hint
