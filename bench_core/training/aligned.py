"""The template of aligned-pixels: the mean of films of patients who are neither in `train` nor in `real`, brought onto their mean."""

from pathlib import Path

import numpy as np

from bench_core.registration.alignment import shrunk, template_of
from bench_core.training.eye_films import render_eye_films
from bench_core.training.recipe import Progress, save_half

FILMS = 1000
"""Of half as many patients."""


def write_template(folder: Path, on_progress: Progress | None = None) -> Path:
    """Makes it of the first films of phantom-eye, rendered if need be."""
    import torch

    films, _ = render_eye_films(FILMS // 2, on_progress=on_progress)
    template = template_of(np.stack([shrunk(film) for film in films.images[:FILMS]]))
    folder.mkdir(parents=True, exist_ok=True)
    save_half({"template": torch.from_numpy(template)}, folder / "model.safetensors")
    return folder
