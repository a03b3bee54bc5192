"""The images of the embedded study: 100 held-out reports x 2 seeds from each learned generator, committed as lossless WebP.

Format: `bench_core/demo_images/<generator id>/NNN.webp`, grey, and `table.csv` beside them with the columns image_id, path,
prompt, seed, labels (JSON of findings and view), source_image_id. Image i is made from prompt i // COUNT with seed SEED + i and
the card's own settings, as the engine would. `python -m bench_core.training.demo_images [NAME ...]` makes what is missing and goes
on where it was stopped.
"""

import json
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from bench_core.config import PROJECT
from bench_core.data import FINDINGS, Prompt
from bench_core.spec import PromptSpec

REPORTS, COUNT, SEED, DRAW = 100, 2, 20_000, 7
LEARNED = ("phantom-ldm", "phantom-ldm-early", "phantom-ldm-overfit", "phantom-gan", "phantom-vae")
FOLDER = PROJECT / "bench_core" / "demo_images"


@cache
def _drawn() -> pd.DataFrame:
    """Rows of the held-out cohort: a fixed draw, at most one film per patient."""
    from bench_core import phantom

    table = phantom.cohort_table(phantom.REAL_SEED, films=phantom.REAL_FILMS)
    order = np.random.default_rng(DRAW).permutation(len(table))
    return table.iloc[order].drop_duplicates("subject_id").drop_duplicates("prompt").head(REPORTS).reset_index(drop=True)


def prompts() -> list[PromptSpec]:
    """The 100 held-out reports, with the labels they were written from."""
    rows = _drawn().to_dict("records")
    return [
        PromptSpec(
            text=row["prompt"],
            labels={**{name: int(row[name]) for name in FINDINGS}, "view": row["view"]},
            source_image_id=row["image_id"],
        )
        for row in rows
    ]


def images(name: str) -> list[np.ndarray] | None:
    """The committed images of a generator in order, (256, 256) uint8 each; None where they are not all there."""
    folder = FOLDER / name
    paths = [folder / f"{row:03d}.webp" for row in range(REPORTS * COUNT)]
    if not (folder / "table.csv").exists() or not all(path.exists() for path in paths):
        return None
    return [read(path) for path in paths]


def read(path: Path) -> np.ndarray:  # (H, W) uint8
    """One committed image; WebP has no grey mode, the three channels are the same."""
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))[..., 0].copy()


def make(name: str, *, batch: int = 8) -> Path:
    """Makes the images of a generator that are not there yet, then its table."""
    from bench_core.cards import generator_cards
    from bench_core.generators import open_generator

    generator, folder, asked = open_generator(generator_cards()[name]), FOLDER / name, prompts()
    folder.mkdir(parents=True, exist_ok=True)
    missing = [row for row in range(REPORTS * COUNT) if not (folder / f"{row:03d}.webp").exists()]
    for start in range(0, len(missing), batch):
        rows = missing[start : start + batch]
        texts = [Prompt(asked[row // COUNT].id, asked[row // COUNT].text, asked[row // COUNT].labels) for row in rows]
        made = generator.batch(texts, [SEED + row for row in rows], generator.settings())
        for row, image in zip(rows, made, strict=True):
            part = folder / f"{row:03d}.part"
            Image.fromarray(image).convert("RGB").save(part, "WEBP", lossless=True, quality=80, method=4)
            part.replace(folder / f"{row:03d}.webp")
        print(f"{name}: {start + len(rows)} of {len(missing)}", flush=True)
    _table(asked).to_csv(folder / "table.csv", index=False)
    return folder


def _table(asked: list[PromptSpec]) -> pd.DataFrame:
    rows = range(REPORTS * COUNT)
    return pd.DataFrame(
        {
            "image_id": [f"{row:03d}" for row in rows],
            "path": [f"{row:03d}.webp" for row in rows],
            "prompt": [asked[row // COUNT].text for row in rows],
            "seed": [SEED + row for row in rows],
            "labels": [json.dumps(asked[row // COUNT].labels) for row in rows],
            "source_image_id": [asked[row // COUNT].source_image_id for row in rows],
        }
    )


if __name__ == "__main__":
    for chosen in sys.argv[1:] or LEARNED:
        make(chosen)
