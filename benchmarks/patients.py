"""Does an encoder know a patient again? `python benchmarks/patients.py --encoder phantom-identity [--films 2000]`.

Held-out films of `real`, whose patients no bundled encoder has learned from. Every film of a patient who has another one is searched
among all other films: rank 1 is the share that finds their patient's, verification the AUROC of pairs of one patient against pairs of two.
Then the same with the film that is searched for spoiled, as a generator may spoil what it copies, while the films that are searched stay as
they are. Films are rendered first where they are not there (`training/films.py`).
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import phantom  # noqa: E402
from bench_core.cards import encoder_cards  # noqa: E402
from bench_core.encoders import open_encoder  # noqa: E402
from bench_core.training.films import render_films  # noqa: E402
from bench_core.training.spoiling import Faults, spoil  # noqa: E402

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]
CHANGES: dict[str, Change] = {
    "as they are": lambda film, rng: film,
    "blur 1 px": lambda film, rng: spoil(film, Faults(blur=1.0), rng),
    "blur 3 px": lambda film, rng: spoil(film, Faults(blur=3.0), rng),
    "noise 20 grey levels": lambda film, rng: spoil(film, Faults(noise=20.0), rng),
    "contrast x 0.7": lambda film, rng: spoil(film, Faults(contrast=float(np.log(0.7))), rng),
    "shift by 8 px": lambda film, rng: np.roll(film, (8, 8), (0, 1)),
    "mirrored": lambda film, rng: np.ascontiguousarray(film[:, ::-1]),
}


def encode(encoder: Any, films: list[np.ndarray], batch: int = 50) -> np.ndarray:  # (N, D) float32
    """Features of many films."""
    return np.concatenate([encoder.encode(films[start : start + batch]) for start in range(0, len(films), batch)])


def known_again(searched: np.ndarray, among: np.ndarray, subjects: np.ndarray) -> tuple[float, float, int]:
    """AUROC of verification, share at rank 1, and how many films have a mate; row i of both is the same film, which does not count."""
    from scipy.stats import rankdata

    square = (searched.astype(float) ** 2).sum(1)[:, None] + (among.astype(float) ** 2).sum(1)
    apart = square - 2 * searched.astype(float) @ among.T
    np.fill_diagonal(apart, np.inf)
    same = subjects[:, None] == subjects
    other = ~np.eye(len(subjects), dtype=bool)
    mates = (same & other).any(1)
    ranks, positive = rankdata(-apart[other]), same[other]
    hits, misses = int(positive.sum()), int((~positive).sum())
    auroc = (ranks[positive].sum() - hits * (hits + 1) / 2) / (hits * misses)
    return float(auroc), float((subjects[apart.argmin(1)] == subjects)[mates].mean()), int(mates.sum())


def main() -> None:
    """Renders, encodes, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="phantom-identity")
    parser.add_argument("--films", type=int, default=phantom.REAL_FILMS)
    asked = parser.parse_args()
    real = render_films(phantom.REAL_SEED, phantom.REAL_FILMS, first=asked.films)
    films, subjects = list(real.images[: asked.films]), real.table["subject_id"].to_numpy(str)[: asked.films]
    encoder = open_encoder(encoder_cards()[asked.encoder])
    among = encode(encoder, films)
    print(f"| {asked.encoder}: the film that is searched for | verification AUROC | rank 1 |\n| --- | --- | --- |")
    for name, change in CHANGES.items():
        rng = np.random.default_rng(0)
        searched = among if name == "as they are" else encode(encoder, [change(film, rng) for film in films])
        auroc, first, count = known_again(searched, among, subjects)
        print(f"| {name} | {auroc:.4f} | {first:.3f} of {count:,} |", flush=True)


if __name__ == "__main__":
    main()
