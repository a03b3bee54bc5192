"""How often do the intervals of reader studies hold what is there? Roe-Metz simulations: nominal 95 %.

    python benchmarks/reader_coverage.py --studies 2000

Every study is drawn with new readers and new films from the Roe-Metz model, whose area over all readers and films is known. Writes a
Markdown table to docs/; exit code 1 where a share lies outside 93 to 97 % by more than chance makes of it.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.readers import u_statistics  # noqa: E402
from bench_core.readers.accuracy import area  # noqa: E402
from bench_core.readers.obuchowski_rockette import Estimate  # noqa: E402
from bench_core.readers.planning import STRUCTURES, Plan, judge, simulated  # noqa: E402
from bench_core.readers.readings import Readings  # noqa: E402
from bench_core.readers.roe_metz import RoeMetz, area_on_scale  # noqa: E402
from benchmarks.oracle_calibration import markdown  # noqa: E402

SIZES = ((3, 30), (5, 30), (5, 60), (10, 30))
"""Readers, and films of each kind."""
PLANS = ((0.6,), (0.75,), (0.9,), (0.75, 0.85))
WAYS = {"OR, jackknife": "jackknife", "OR, DeLong": "delong", "OR, U-statistic": "u_statistic"}
LOWEST, HIGHEST, LEAST_LIKELY = 0.93, 0.97, 0.001


def held(estimate: Estimate, truth: float) -> int:
    """Studies whose interval holds the truth; one without an interval does not."""
    return int(((estimate.low <= truth) & (truth <= estimate.high)).sum())


def plain(estimate: Estimate) -> Estimate:
    """The interval of an area without the logit scale, to show why there is one."""
    from scipy.stats import t

    reach = t.ppf(0.975, np.minimum(estimate.df, 1e12)) * estimate.se
    return Estimate(estimate.value, estimate.se, estimate.df, estimate.value - reach, estimate.value + reach, estimate.p_value)


def shares(plan: Plan, readers: int, films: int, studies: int, seed: int) -> dict[str, int]:
    """Of each method, in how many studies the interval holds the area, or the difference, that is there."""
    model = RoeMetz.of(plan.structure)
    single = len(plan.areas) == 1
    truth = (area_on_scale(model, plan.areas[0], plan.scale) if plan.scale else plan.areas[0]) if single else plan.areas[0] - plan.areas[1]
    counts: dict[str, int] = {}
    for readings in simulated(plan, (readers, films, films), studies, np.random.default_rng(seed)):
        found = {name: judge(readings, way) for name, way in WAYS.items()}
        found["one-shot"] = u_statistics.mean_area(readings, 0) if single else u_statistics.area_difference(readings, 0, 1)
        if single:
            found["OR, DeLong, plain scale"] = plain(found["OR, DeLong"])
        for name, estimate in found.items():
            counts[name] = counts.get(name, 0) + held(estimate, truth)
    return counts


def of_one_reader(true: float, films: int, studies: int, seed: int) -> int:
    """How often DeLong's interval of one reader holds the area of that reader, over films."""
    rng = np.random.default_rng(seed)
    from scipy.stats import norm

    shift = norm.ppf(true) * np.sqrt(2)
    drawn = Readings(shift + rng.standard_normal((studies, 1, 1, films)), rng.standard_normal((studies, 1, 1, films)))
    ends = np.array([area(drawn.positive[i, 0, 0], drawn.negative[i, 0, 0])[1:] for i in range(studies)])
    return int(((ends[:, 0] <= true) & (true <= ends[:, 1])).sum())


def cell(count: int, studies: int) -> str:
    """The share in percent, in bold where it lies outside what is asked for, whatever chance does."""
    far = binom.cdf(count, studies, LOWEST) < LEAST_LIKELY or binom.sf(count - 1, studies, HIGHEST) < LEAST_LIKELY
    return f"**{100 * count / studies:.1f}**" if far else f"{100 * count / studies:.1f}"


def main() -> None:
    """Reads the options, draws the studies, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=2000, help="of each setting")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "reader_coverage.md")
    args = parser.parse_args()
    rows, bad = [], 0
    plans = [Plan(areas, structure) for areas in PLANS for structure in STRUCTURES]
    plans += [Plan((0.75,), structure, 5) for structure in STRUCTURES]
    for plan in plans:
        for readers, films in SIZES:
            counts = shares(plan, readers, films, args.studies, 1000 * readers + films)
            cells = {name: cell(count, args.studies) for name, count in counts.items()}
            bad += sum("**" in text for name, text in cells.items() if "plain" not in name)
            said = f"{plan.areas[0]:g}" if len(plan.areas) == 1 else f"{plan.areas[0]:g} - {plan.areas[1]:g}"
            rows.append(
                {
                    "area": said + (f", 1 to {plan.scale}" if plan.scale else ""),
                    "structure": plan.structure,
                    "readers": readers,
                    "films": f"{films} + {films}",
                    **cells,
                }
            )
        print(plan, file=sys.stderr, flush=True)
    alone = [
        {"area": true, **{f"{n} + {n} films": cell(of_one_reader(true, n, args.studies, n), args.studies) for n in (15, 30, 60)}}
        for true in (0.6, 0.75, 0.9)
    ]
    args.out.write_text(
        TEXT.format(studies=args.studies, table=markdown(pd.DataFrame(rows).fillna("–")), alone=markdown(pd.DataFrame(alone))),
        encoding="utf-8",
    )
    print(f"{bad} shares lie outside {LOWEST:.0%} to {HIGHEST:.0%}")
    sys.exit(bool(bad))


TEXT = """# How often intervals of reader studies hold what is there

Made by `python benchmarks/reader_coverage.py --studies {studies}`: the share, in percent, of {studies} simulated studies (Roe-Metz model)
whose nominal 95 % interval holds the true mean area or, of two modalities, the true difference. Structures as in
[reader_statistics.md](reader_statistics.md): are readers alike in which films they find hard (H or L), do they differ in skill (H or
L). An area with "1 to 5" was rated on five steps. Bold lies outside 93 to 97 % by more than chance makes of it (probability below
0.001). The last column is the interval without the logit scale, which is not used: it shows why.

{table}

## DeLong's interval of one reader

On the logit scale, over films.

{alone}
"""


if __name__ == "__main__":
    main()
