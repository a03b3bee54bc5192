"""Features of both embedded cohorts by bundled encoders, committed in fp16 so that a first start need not render 12,000 films.

`python -m bench_core.training.cohort_features [ENCODER ...]` writes them, by default phantom-eye's; those of logits follow from these.
"""

import sys
from pathlib import Path

import numpy as np

from bench_core.cards import BUNDLED_ENCODER, encoder_cards
from bench_core.encoders import open_encoder, weights_digest
from bench_core.training.films import open_films
from bench_core.training.recipe import Progress


def write_features(name: str = BUNDLED_ENCODER, *, device: str = "cpu", on_progress: Progress | None = None, batch: int = 100) -> Path:
    """Encodes films of `train` and `real`, and reports where it reads them, and writes `cohort_features.npz` beside its own weights."""
    from bench_core import phantom
    from bench_core.training.films import render_films

    card = encoder_cards()[name]
    encoder = open_encoder(card, device=device)
    home = card.head_folder or card.folder
    assert home is not None and card.folder is not None
    arrays = {"weights": np.asarray(weights_digest(home)), "renderer": np.asarray(phantom.RENDERER_VERSION)}
    if home != card.folder:
        arrays["tower"] = np.asarray(weights_digest(card.folder))
    cohorts = (("train", phantom.TRAIN_SEED, phantom.TRAIN_FILMS), ("real", phantom.REAL_SEED, phantom.REAL_FILMS))
    for role, seed, count in cohorts:
        films = open_films(seed, count)
        if films.ready < count:
            films = render_films(seed, count, on_progress=on_progress)
        seen, read = [], []
        for start in range(0, count, batch):
            seen.append(encoder.encode(list(films.images[start : start + batch])))
            texts = encoder.encode_text(films.table["prompt"].iloc[start : start + batch].tolist())
            if texts is not None:
                read.append(texts)
            if on_progress:
                on_progress(start + len(seen[-1]), count, f"{role} films encoded")
        arrays[f"{role}_ids"] = films.table["image_id"].to_numpy(str)
        arrays[f"{role}_images"] = np.concatenate(seen).astype(np.float16)
        if read:
            arrays[f"{role}_texts"] = np.concatenate(read).astype(np.float16)
    path = home / "cohort_features.npz"
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]
    return path


if __name__ == "__main__":
    for chosen in sys.argv[1:] or [BUNDLED_ENCODER]:
        write_features(chosen)
