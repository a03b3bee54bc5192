"""How often does an interval hold what it is about? A simulation: nominal 95 %.

    python benchmarks/interval_coverage.py --worlds 200

One training set, which stays (the generator learned from that very set), and in each world a new real and a new synthetic set of the same
sizes, from a generator that is perfect (`--shift 0`) or not. An interval is about the expectation of the value at these sizes: the mean
over all worlds. Writes a Markdown table to docs/; exit code 1 where a metric's share lies below 92 %.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.data import FINDINGS, Result  # noqa: E402
from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.features import FeatureSet  # noqa: E402
from bench_core.spec import Scoring  # noqa: E402
from benchmarks.oracle_calibration import markdown  # noqa: E402

ENOUGH = 0.92


def images(n: int, kind: str, patients: int, seed: list[int], dimensions: int, shift: float) -> FeatureSet:
    """Images of one mixture of four Gaussians whose findings move the features; `patients` images a patient; `shift` moves and shrinks."""
    fixed, rng = np.random.default_rng(0), np.random.default_rng(seed)
    directions, centres = 0.5 * fixed.normal(size=(len(FINDINGS), dimensions)), 0.7 * fixed.normal(size=(4, dimensions))
    labels = (rng.random((n, len(FINDINGS))) < 0.25).astype(float)
    person = np.repeat(rng.normal(size=(-(-n // patients), dimensions)), patients, axis=0)[:n]
    signal = labels @ directions
    noise = np.sqrt(0.5) * (person + rng.normal(size=person.shape))
    values = signal + centres[rng.integers(0, 4, n)] + (1 - 0.3 * shift) * noise + 0.3 * shift
    text = signal + (0.5 + shift) * rng.normal(size=person.shape)
    return FeatureSet(
        values, text=text, kind=kind, subjects=None if kind == "synthetic" else np.arange(n) // patients,
        labels=pd.DataFrame(labels, columns=list(FINDINGS)),
        prompts=np.arange(n).astype(str) if kind == "synthetic" else None,
    )  # fmt: skip


def worlds(args: argparse.Namespace, shift: float) -> list[list[Result]]:
    """The results of each world."""
    train = images(args.train, "train", 2, [1, 0], args.dimensions, 0.0)
    found, start = [], time.monotonic()
    for world in range(args.worlds):
        real = images(args.real, "real", 2, [2, world], args.dimensions, 0.0)
        synthetic = images(args.images, "synthetic", 1, [3, world], args.dimensions, shift)
        found.append(score_sets({"synthetic": synthetic, "real": real, "train": train}, Scoring(seed=world), nulls=False)[0])
        if world % 10 == 9:
            print(f"shift {shift}: {world + 1} worlds, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    return found


def table(runs: dict[float, list[list[Result]]]) -> tuple[pd.DataFrame, bool]:
    """One row a metric, and whether every share is large enough."""
    rows, enough = [], True
    for number, first in enumerate(next(iter(runs.values()))[0]):
        row: dict[str, str] = {"metric": first.metric}
        for shift, found in runs.items():
            name = "perfect generator" if not shift else "worse generator"
            ok = [r[number] for r in found if r[number].status == "ok" and r[number].low is not None]
            if len(ok) < len(found):
                row[name] = f"{len(ok)} intervals: {first.message}"
                continue
            value, low, high = np.array([[r.value, r.low, r.high] for r in ok], float).T
            share = float(((low <= value.mean()) & (value.mean() <= high)).mean())
            enough &= share >= ENOUGH
            row[name] = f"{share:.1%}{'' if share >= ENOUGH else ' TOO FEW'}"
            row[f"width by sd, {name.split()[0]}"] = f"{(high - low).mean() / (3.92 * value.std()):.2f}"
        rows.append(row)
    return pd.DataFrame(rows).fillna(""), enough


def main() -> None:
    """Reads the options, runs the worlds, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=200)
    parser.add_argument("--images", type=int, default=150, help="of a synthetic set")
    parser.add_argument("--real", type=int, default=200)
    parser.add_argument("--train", type=int, default=400)
    parser.add_argument("--dimensions", type=int, default=16)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "interval_coverage.md")
    args = parser.parse_args()
    frame, enough = table({shift: worlds(args, shift) for shift in (0.0, 1.0)})
    options = f"--worlds {args.worlds} --images {args.images} --real {args.real} --train {args.train} --dimensions {args.dimensions}"
    text = f"""# How often an interval holds the expectation

Made by `python benchmarks/interval_coverage.py {options}`:
the share of {args.worlds} simulated worlds in which the nominal 95 % interval holds the mean over all worlds, for a perfect generator
and for one that is moved and has too little spread. 92 % to 100 % is accepted. Half-samples give a width that is right for
smooth statistics and too large for others: "width by sd" is the mean width over the width that the spread over worlds asks for.

{markdown(frame)}
"""
    args.out.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(int(not enough))


if __name__ == "__main__":
    main()
