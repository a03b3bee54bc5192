"""What an encoder sees of the simulated films: probes, faults, copies, patients.

    python benchmarks/encoder_probes.py --encoder phantom-eye [--fitting 2000] [--train 1500] [--json FILE]

Probes are logistic regressions on standardised features of `--fitting` films of patients whom phantom-eye has not learned from, with rare
findings made common (`training/eye_films.py`), judged on all 2,000 films of `real`.
Faults: `real` is split by patient into a reference and a pool of about 1,000 each; draws of n films of the pool stand for a perfect
generator, the same draws with a fault for a spoiled one. The table has the mean Fréchet distance with the fault over that without, and the
share of draws that lie above 97.5 % of those without. Copies: 5 % of a draw are films of the first `--train` ones of `train`, and the share
of draws in which a metric of privacy leaves the range of draws without copies on the side that means copies. Patients: of all films whose
patient has another one in `real`, the share whose nearest neighbour among the other 1,999 is one of these. Films are rendered first where
they are not there (`training/films.py`), and encoded in float32.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import phantom  # noqa: E402
from bench_core.cards import encoder_cards  # noqa: E402
from bench_core.data import FINDINGS  # noqa: E402
from bench_core.encoders import open_encoder  # noqa: E402
from bench_core.features import FeatureSet  # noqa: E402
from bench_core.metrics.frechet import frechet  # noqa: E402
from bench_core.metrics.privacy.authenticity import authenticity  # noqa: E402
from bench_core.metrics.privacy.closer_to_train import closer_to_train  # noqa: E402
from bench_core.metrics.privacy.copy_share import copy_share  # noqa: E402
from bench_core.training.eye_films import STRANGERS, STUDIES, render_eye_films  # noqa: E402
from bench_core.training.films import DEVICES, SIDED, Films, render_films  # noqa: E402
from bench_core.training.spoiling import Faults, spoil  # noqa: E402

DRAWS = 100
TARGETS = (*FINDINGS, *(f"{name}, {side}" for name in SIDED for side in ("left", "right")), *DEVICES, "AP view")
Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


def with_fault(**fault: Any) -> Change:
    """A change that puts this fault in."""
    return lambda film, rng: spoil(film, Faults(**fault), rng)


def lighter(film: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Two per cent more exposure."""
    return np.clip(np.rint(film * 1.02), 0, 255).astype(np.uint8)


CHANGES: dict[str, Change] = {
    **{f"blur {sigma} px": with_fault(blur=sigma) for sigma in (0.5, 0.8, 1.2, 2.0)},
    **{f"noise {level} grey levels": with_fault(noise=float(level)) for level in (2, 5, 10)},
    **{f"JPEG {quality}": with_fault(quality=quality) for quality in (75, 50, 30, 10)},
    "contrast + 10 %": with_fault(contrast=float(np.log(1.1))),
    "3 lost lines": with_fault(lines=3),
    "shift by 2 px (should not matter)": lambda film, rng: np.roll(film, (2, 2), (0, 1)),
    "exposure + 2 % (should not matter)": lighter,
}
LOST = ("Support Devices", "Pleural Effusion", "Edema", "Pneumothorax", "Lung Lesion", "Fracture")


def encode(encoder: Any, films: list[np.ndarray], batch: int = 50) -> np.ndarray:  # (N, D) float32
    """Features of many films."""
    return np.concatenate([encoder.encode(films[start : start + batch]) for start in range(0, len(films), batch)])


def probes(fitting: np.ndarray, fitting_labels: np.ndarray, tested: np.ndarray, tested_labels: np.ndarray) -> dict[str, float]:
    """AUROC of a linear probe for every target."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    middle, spread = fitting.mean(0), fitting.std(0) + 1e-9
    out = {}
    for column, name in enumerate(TARGETS):
        known = fitting_labels[:, column]
        if known.min() == known.max() or tested_labels[:, column].min() == tested_labels[:, column].max():
            continue
        model = LogisticRegression(C=0.03, max_iter=300).fit((fitting - middle) / spread, known)
        out[name] = float(roc_auc_score(tested_labels[:, column], model.decision_function((tested - middle) / spread)))
    return out


def draws_of(count: int, size: int) -> list[np.ndarray]:
    """Rows of each draw; the same for every fault."""
    rng = np.random.default_rng(size)
    return [rng.choice(count, size, replace=False) for _ in range(DRAWS)]


def distances(reference: FeatureSet, pool: np.ndarray, draws: list[np.ndarray]) -> np.ndarray:  # (DRAWS,)
    """Fréchet distance of every draw."""
    return np.asarray([frechet(reference, FeatureSet(pool[rows])) for rows in draws])


def faults(encoder: Any, real: Films, features: np.ndarray, sizes: tuple[int, ...]) -> list[dict[str, Any]]:
    """One row a fault: for each size the ratio of distances and the share of draws that are flagged."""
    first = np.unique(real.table["subject_id"].factorize()[0], return_index=True)[1]
    half = int(first[len(first) // 2])  # patients are not divided
    reference, pool = FeatureSet(features[:half]), features[half:]
    sizes = tuple(size for size in sizes if size <= len(pool))
    null = {size: distances(reference, pool, draws_of(len(pool), size)) for size in sizes}
    rows: list[dict[str, Any]] = []

    def judge(name: str, values: np.ndarray) -> None:
        row: dict[str, Any] = {"fault": name}
        for size in (size for size in sizes if size <= len(values)):
            found = distances(reference, values, draws_of(len(values), size))
            row[f"ratio {size}"] = float(found.mean() / null[size].mean())
            row[f"flagged {size}"] = float((found > np.quantile(null[size], 0.975)).mean())
        rows.append(row)

    for name, change in CHANGES.items():
        rng = np.random.default_rng(0)
        judge(name, encode(encoder, [change(film, rng) for film in real.images[half:]]))
    for finding in LOST:
        judge(f"no film with {finding}", pool[(real.table[finding].to_numpy() == 0)[half:]])
    return rows


def copies(train: np.ndarray, train_table: Any, features: np.ndarray, size: int, share: float) -> dict[str, float]:
    """Share of draws with copies that each metric of privacy flags, at one false alarm in forty."""
    half, rng = len(features) // 2, np.random.default_rng(1)
    known = FeatureSet(train, subjects=train_table["subject_id"].to_numpy(str), kind="train")
    held_out = FeatureSet(features[:half], kind="real")
    pool, copied = FeatureSet(features[half:]), FeatureSet(train)
    flagged = {}
    measures: dict[str, tuple[Callable[[FeatureSet], Any], int]] = {
        "authenticity": (lambda made: authenticity(known, made), -1),
        "copy_share": (lambda made: copy_share(known, made), 1),
        "closer_to_train": (lambda made: closer_to_train(known, held_out, made), 1),
    }
    for name, (measure, sign) in measures.items():
        honest, copying = measure(pool).per_image, measure(copied).per_image
        count = round(share * size)
        clean, spoiled = [], []
        for _ in range(DRAWS):
            rows = rng.choice(len(honest), min(size, len(honest)), replace=False)
            clean.append(sign * honest[rows].mean())
            spoiled.append(sign * np.r_[honest[rows[count:]], copying[rng.choice(len(copying), count, replace=False)]].mean())
        flagged[name] = float((np.asarray(spoiled) > np.quantile(clean, 0.975)).mean())
    return flagged


def rank_one(features: np.ndarray, subjects: np.ndarray) -> tuple[float, int]:
    """Share of films whose nearest other film is of the same patient, of those that have one; and how many these are."""
    square = (features**2).sum(1)
    apart = square[:, None] + square - 2 * features @ features.T
    np.fill_diagonal(apart, np.inf)
    same = subjects[:, None] == subjects
    twice = same.sum(1) > 1
    return float((subjects[apart.argmin(1)] == subjects)[twice].mean()), int(twice.sum())


def tables(found: dict[str, Any]) -> str:
    """Everything as Markdown."""
    lines = ["| probe | AUROC |", "| --- | --- |", *(f"| {name} | {value:.3f} |" for name, value in found["probes"].items()), ""]
    head = list(found["faults"][0])
    lines += [f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
    lines += [
        "| " + " | ".join(row[key] if key == "fault" else f"{row.get(key, np.nan):.2f}" for key in head) + " |" for row in found["faults"]
    ]
    lines += ["", f"macro over findings: {found['macro']:.3f}; sides: {found['sides']:.3f}; kinds of device: {found['devices']:.3f}"]
    lines += [f"5 % of exact copies at {found['copies at']}: " + ", ".join(f"{k} {v:.2f}" for k, v in found["copies"].items())]
    for part, (share, films) in found["rank one"].items():
        lines.append(f"rank-1 of a patient's other film ({part}): {share:.3f} of {films}")
    return "\n".join(lines)


def main() -> None:
    """Renders, encodes, prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", default="phantom-eye")
    parser.add_argument("--fitting", type=int, default=2000)
    parser.add_argument("--train", type=int, default=1500)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    real = render_films(phantom.REAL_SEED, phantom.REAL_FILMS)
    train = render_films(phantom.TRAIN_SEED, phantom.TRAIN_FILMS, first=chosen.train)
    fitting, _ = render_eye_films(chosen.fitting // STUDIES, STRANGERS)
    encoder = open_encoder(encoder_cards()[chosen.encoder])
    seen, known = encode(encoder, list(real.images)), encode(encoder, list(train.images[: chosen.train]))
    scores = probes(encode(encoder, list(fitting.images)), fitting.targets(), seen, real.targets())
    size, subjects = min(600, len(seen) // 2), real.table["subject_id"].to_numpy(str)
    found = {
        "encoder": chosen.encoder, "probes": scores, "macro": float(np.mean([scores[name] for name in FINDINGS])),
        "sides": float(np.mean([value for name, value in scores.items() if ", " in name])),
        "devices": float(np.mean([scores[name] for name in DEVICES])),
        "faults": faults(encoder, real, seen, (200, 600)), "copies at": size,
        "copies": copies(known, train.table.iloc[: chosen.train], seen, size, 0.05),
        "rank one": {"all numbers": rank_one(seen, subjects)},
    }  # fmt: skip
    print(tables(found))
    if chosen.json:
        chosen.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
