"""How often does an interval hold what it is about? A simulation: nominal 95 %.

    python benchmarks/interval_coverage.py --worlds 20

One training set, which stays (the generator learned from that very set), and in each draw a new real and a new synthetic set of the same
sizes, in some of the worlds of `worlds.py`. An interval is about the expectation of the value at these sizes: the mean over all draws.
Writes a Markdown table to docs/; exit code 1 where a metric's share is lower than chance makes of 90 %.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import registry  # noqa: E402
from bench_core.data import Result  # noqa: E402
from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.spec import Choice, Scoring  # noqa: E402
from benchmarks.oracle_calibration import SLOW, markdown  # noqa: E402
from benchmarks.worlds import PERFECT, WORSE, World  # noqa: E402

WORLDS: Mapping[str, World] = {
    **{name: PERFECT[name] for name in ("200 x 1", "14 x 1", "10 prompts x 15", "50 prompts x 4", "40 patients x 5")},
    "200 x 1, worse": WORSE["200 x 1"],
}
LOWEST, LEAST_LIKELY = 0.9, 0.001


def results_of(task: tuple[str, int, Sequence[str]]) -> list[list[Result]]:
    """The results of each draw in one world."""
    name, count, metrics = task
    chosen = Scoring(metrics=[Choice(id=m, optional=True) for m in metrics])
    train, found = WORLDS[name].sets(10_000)["train"], []
    for number in range(count):
        sets = {**WORLDS[name].sets(number), "train": train}
        found.append(score_sets(sets, chosen.model_copy(update={"seed": number}), nulls=False)[0])
    print(name, file=sys.stderr, flush=True)
    return found


def cell(results: Sequence[Result]) -> str:
    """The share of intervals that hold the mean, in bold where it is too small, and their width over what the spread of values asks for."""
    ok = [r for r in results if r.status == "ok" and r.low is not None]
    if len(ok) < 2:
        return "–"
    value, low, high = np.array([[r.value, r.low, r.high] for r in ok], float).T
    held = int(((low <= value.mean()) & (value.mean() <= high)).sum())
    share = f"{held / len(ok):.0%}" + (f" of {len(ok)}" if len(ok) < len(results) else "")
    bold = f"**{share}**" if binom.cdf(held, len(ok), LOWEST) < LEAST_LIKELY else share
    wide = (high - low).mean() / (3.92 * value.std()) if value.std() else np.inf
    return f"{bold} ({wide:.1f})"


def main() -> None:
    """Reads the options, runs the worlds, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worlds", type=int, default=60, help="draws of each world")
    parser.add_argument("--processes", type=int, default=1, help="so many worlds at once")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "interval_coverage.md")
    args = parser.parse_args()
    metrics = [m.id for m in registry.metrics().values() if not {"images", "logits"} & set(m.needs) and m.id not in SLOW]
    with ProcessPoolExecutor(args.processes, mp_context=get_context("spawn")) as pool:
        runs = dict(zip(WORLDS, pool.map(results_of, [(name, args.worlds, metrics) for name in WORLDS]), strict=True))
    rows = [{"metric": m, **{name: cell([draw[i] for draw in found]) for name, found in runs.items()}} for i, m in enumerate(metrics)]
    frame = pd.DataFrame(rows)
    text = f"""# How often an interval holds the expectation

Made by `python benchmarks/interval_coverage.py --worlds {args.worlds}`: the share of {args.worlds} draws in which the nominal
95 % interval holds the mean over all draws, and in brackets its mean width over the width that the spread of the values asks for.
Columns say prompts and images of each (200 real patients with an image each), see `benchmarks/worlds.py`. Bold is less than chance
makes of {LOWEST:.0%} (probability below {LEAST_LIKELY}). A dash: no interval, or no value. Half-samples give a width that is right for
smooth statistics and too large for others; where a value lies at its bound in most draws the spread is next to nothing, and widths are
large.

{markdown(frame)}
"""
    args.out.write_text(text, encoding="utf-8")
    print(text)
    sys.exit(int("**" in markdown(frame)))


if __name__ == "__main__":
    main()
