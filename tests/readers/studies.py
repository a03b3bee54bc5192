"""Reader studies for tests: made ones, and published ones where their files lie beside the project."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.readers.answers import READ_ANSWERS
from bench_core.readers.readings import Readings

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "mrmc"


def ratings(seed: int = 0, shape: tuple[int, int, int, int] = (2, 3, 9, 11)) -> Readings:
    """Ratings from 1 to 5 by modality, reader, and positive and negative case, with ties."""
    modalities, readers, positives, negatives = shape
    rng = np.random.default_rng(seed)
    side = lambda films, shift: np.clip(
        np.rint(3 + shift + rng.normal(size=films) + rng.normal(size=(modalities, readers, films))), 1, 5
    )  # fmt: skip
    return Readings(side(positives, 1), side(negatives, -0.5))


def study(
    seed: int = 0,
    *,
    readers: str = "abc",
    films: int = 12,
    generators: tuple[str, ...] = ("one", "two"),
    scale: int = 5,
    skill: float = 1.0,
) -> pd.DataFrame:
    """Answers to `real_or_synthetic` and `quality` of as many real films as each generator has."""
    rng = np.random.default_rng(seed)
    rows = []
    kinds = [("", "real"), *((name, "synthetic") for name in generators)]
    for reader in readers:
        place = 0
        for generator, truth in kinds:
            for film in range(films):
                place += 1
                told = float(np.clip(np.rint(1 + (scale - 1) / 2 + skill * (1 if generator else -1) + rng.normal()), 1, scale))
                base = {
                    "study": "s",
                    "reader": reader,
                    "case_id": f"{generator or 'real'}{film}",
                    "image_id": f"{generator or 'real'}{film}",
                }
                base |= {"generator": generator, "finding": ("Edema", "No Finding")[film % 2], "position": place, "scale": scale}
                choice = "unsure" if told == (1 + scale) / 2 else "synthetic" if told > (1 + scale) / 2 else "real"
                rows.append({**base, "question": "real_or_synthetic", "rating": told, "choice": choice, "truth": truth})
                rows.append({**base, "question": "quality", "rating": float(rng.integers(1, scale + 1)), "choice": "", "truth": ""})
    rest = {
        "image_set": "",
        "part": "",
        "block": "main",
        "options": 1,
        "answered_at": np.nan,
        "repeat_of": "",
        "modality": "",
        "prompt": "",
    }
    return READ_ANSWERS.of([{**rest, "seconds": 5.0 + rng.random(), **row} for row in rows])


def published(name: str) -> pd.DataFrame:
    """One of the studies of the MRMC literature, as a table with reader, treatment, case, truth and rating; skips where it is not there."""
    rdata = pytest.importorskip("rdata")
    file = PUBLISHED / f"{name}.RData"
    if not file.is_file():
        pytest.skip(f"{file.name} is not beside the project")
    frame: pd.DataFrame = rdata.read_rda(file)[name]
    return frame


def readings_of(frame: pd.DataFrame) -> Readings:
    """The arrays of a published study."""
    sides = []
    for truth in (1, 0):
        own = frame[frame["truth"] == truth]
        cases = sorted(own["case"].unique())
        sides.append(
            np.stack(
                [
                    arm.pivot(index="reader", columns="case", values="rating").reindex(columns=cases).to_numpy(float)
                    for _, arm in own.groupby("treatment", sort=True)
                ]
            )
        )
    return Readings(*sides)
