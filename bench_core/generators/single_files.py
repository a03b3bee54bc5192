"""Checkpoints of one file, as other programs save them: which model it is, and the command that makes a pipeline's folder of it."""

from pathlib import Path

from bench_core.cards.checkpoint_files import tensor_shapes
from bench_core.errors import InputError
from bench_core.generators.backend import Lack

PICKLES = (".bin", ".ckpt", ".pt", ".pth", ".pkl")
SINGLE = (".safetensors", *PICKLES)

MARKS = (
    ("double_blocks.", "FluxPipeline"),
    ("joint_blocks.", "StableDiffusion3Pipeline"),
    ("conditioner.embedders.", "StableDiffusionXLPipeline"),
)
"""What a name of a tensor says of the pipeline; else it is Stable Diffusion 1 or 2."""


def single_file_in(folder: Path) -> Path | None:
    """The one weight file that lies at the top of a folder that is no pipeline's; None where there is none, or several."""
    files = [path for path in sorted(folder.iterdir()) if path.is_file() and path.suffix.lower() in SINGLE]
    return files[0] if len(files) == 1 else None


def what_to_do_with(file: Path) -> Lack:
    """What a file of weights is, where a pipeline's folder was expected, and how to get one from it."""
    if file.suffix.lower() in PICKLES:
        what = f"{file} is a single-file checkpoint, and pickled, which can run code when it is opened"
        return Lack(what, "Ask for a safetensors version, or for the model as a folder of diffusers.")
    try:
        names = tensor_shapes(file)
    except InputError as error:
        return Lack(f"{file} is a single file and no folder, and cannot be read: {error.message}", error.hint)
    pipeline = next((cls for mark, cls in MARKS if any(mark in name for name in names)), "StableDiffusionPipeline")
    target = file.with_name(f"{file.stem}-diffusers")
    convert = f"from diffusers import {pipeline} as P; P.from_single_file({str(file)!r}).save_pretrained({str(target)!r})"
    fix = f'python -c "{convert}" (once, with access to the hub for its configuration), then add the folder {target} as a model'
    return Lack(f"{file} is a single-file checkpoint, not the folder of a diffusers pipeline", fix)
