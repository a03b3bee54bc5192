"""FID, KID, precision, recall, density and coverage of the same features: this project against the packages one would pick.

    python benchmarks/metric_stage.py
    python benchmarks/metric_stage.py --intervals

Compiles first (told apart), then times both in turn, in one process, so that whatever else the machine does hits both. Writes a Markdown
table to docs/. `--intervals` times intervals and nulls of each metric instead, against one plain evaluation.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.features import FeatureSet  # noqa: E402
from bench_core.features.threads import threads  # noqa: E402
from bench_core.spec import Choice, Scoring  # noqa: E402

SIX = ("frechet_distance", "kernel_distance", "precision", "recall", "density", "coverage")
BOUND = {
    "likelihood_divergence": "a mixture of as many Gaussians as there are images, fitted anew for each repeat",
    "frechet_distance_infinity": "eigenvalue decompositions at two sizes for each repeat",
    "realism": "distances of each repeat, which are not kept",
    "frechet_distance": "an eigenvalue decomposition (D, D) for each of the 120 repeats, and their covariances",
    "cmmd": "the same sums as kernel_distance, with a costlier kernel, and products that are kept for all metrics",
    "kernel_distance": "240 sums over parts of kept products for null and matched value; the jackknife costs little",
}
REPEATS = 3


def draw(size: int, dimensions: int, seed: int) -> tuple[np.ndarray, np.ndarray]:  # (N, D), (N, D) float32
    """Two sets with a falling spectrum, as features of deep networks have; the second is a little off."""
    rng = np.random.default_rng(seed)
    spread = (1 + np.arange(dimensions)) ** -0.5
    real = rng.normal(size=(size, dimensions)) * spread
    synthetic = rng.normal(size=(size, dimensions)) * spread * 0.95 + 0.05 * spread
    return real.astype(np.float32), synthetic.astype(np.float32)


def ours(real: np.ndarray, synthetic: np.ndarray) -> dict[str, float]:
    """The six numbers, from feature matrices on."""
    sets = {"real": FeatureSet(real, kind="real"), "synthetic": FeatureSet(synthetic, kind="synthetic")}
    results, *_ = score_sets(sets, Scoring(metrics=[Choice(id=m) for m in SIX], intervals=False))
    return {r.metric: float(r.value) for r in results if r.value is not None}


def prdc_package(real: np.ndarray, synthetic: np.ndarray) -> dict[str, float]:
    """prdc 0.2, k = 5."""
    from prdc import compute_prdc

    found: dict[str, float] = compute_prdc(real, synthetic, 5)
    return found


def fid_formula(real: np.ndarray, synthetic: np.ndarray) -> float:
    """What FID packages compute, with the faster of their two forms: eigenvalues of the product instead of its root."""
    a, b = real.astype(np.float64), synthetic.astype(np.float64)
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = np.sqrt(np.linalg.eigvals(c @ d).astype(complex)).real.sum()
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * root)


def kid_formula(real: np.ndarray, synthetic: np.ndarray) -> float:
    """What KID packages compute: the unbiased statistic of 100 random subsets of 1,000, averaged."""
    rng, d, m = np.random.default_rng(0), real.shape[1], min(1000, len(real))
    values = []
    for _ in range(100):
        x, y = (s[rng.choice(len(s), m, replace=False)] for s in (real, synthetic))
        k = [(a @ b.T / d + 1) ** 3 for a, b in ((x, x), (y, y), (x, y))]
        within = [(of.sum(dtype=np.float64) - np.trace(of)) / (m * (m - 1)) for of in k[:2]]
        values.append(sum(within) - 2 * k[2].mean(dtype=np.float64))
    return float(np.mean(values))


def exact_kernel_distance(real: np.ndarray, synthetic: np.ndarray) -> tuple[float, float]:
    """The complete statistic in float64, and the mean kernel value."""
    n, d, means = len(real), real.shape[1], []
    x, y = real.astype(np.float64), synthetic.astype(np.float64)
    for a, b in ((x, x), (y, y), (x, y)):
        total = 0.0
        for start in range(0, n, 1000):
            kernel = (a[start : start + 1000] @ b.T / d + 1) ** 3
            total += kernel.sum() - (np.trace(kernel, offset=start) if a is b else 0.0)
        means.append(total / (n * (n - 1) if a is b else n * n))
    return means[0] + means[1] - 2 * means[2], float(np.mean(means))


def timed(do: Callable[[], object]) -> np.ndarray:  # (2,)
    """Seconds on the clock, and processor seconds of all threads, which other processes on the same cores disturb less."""
    start = np.array([time.perf_counter(), time.process_time()])
    do()
    return np.array([time.perf_counter(), time.process_time()]) - start


def compare(args: argparse.Namespace) -> str:
    """The table of the six metrics."""
    real, synthetic = draw(args.size, args.dimensions, args.seed)
    first = timed(lambda: ours(*draw(300, 16, 0)))
    seconds: dict[str, list[np.ndarray]] = {name: [] for name in ("ours", "products", "prdc", "KID", "FID")}
    found: dict[str, object] = {}
    work: dict[str, Callable[[], object]] = {
        "ours": lambda: ours(real, synthetic),
        "products": lambda: [a @ b.T for a, b in ((real, real), (synthetic, synthetic), (real, synthetic))] and None,
        "prdc": lambda: prdc_package(real, synthetic),
        "KID": lambda: kid_formula(real, synthetic),
        "FID": lambda: fid_formula(real, synthetic),
    }
    for turn in range(args.repeats):
        for name, do in work.items():
            seconds[name].append(timed(lambda do=do, name=name: found.__setitem__(name, do())))  # type: ignore[misc]
        print(
            f"{turn + 1} of {args.repeats}: " + ", ".join(f"{n} {s[-1][0]:.2f} s ({s[-1][1]:.2f})" for n, s in seconds.items()),
            file=sys.stderr,
            flush=True,
        )
    best = {name: np.min(of, axis=0) for name, of in seconds.items()}
    packages = best["prdc"] + best["KID"] + best["FID"]
    six, prdc = found["ours"], found["prdc"]
    exact, mean = exact_kernel_distance(real, synthetic)
    worst = max(abs(six[m] - prdc[m]) / prdc[m] for m in ("precision", "recall", "density", "coverage"))  # type: ignore[index]
    kid, fid = abs(six["kernel_distance"] - exact) / mean, abs(six["frechet_distance"] - found["FID"]) / found["FID"]  # type: ignore[index,operator]
    rows = [
        ("precision, recall, density, coverage", "prdc 0.2", best["prdc"], f"{worst:.1e} relative"),
        ("KID", "100 subsets of 1,000, numpy", best["KID"], f"{kid:.1e} of the mean kernel value"),
        ("FID", "eigenvalues, numpy", best["FID"], f"{fid:.1e} relative"),
        ("all six", "the three above", packages, ""),
        ("all six", "this project", best["ours"], "**{0[0]:.1f} times faster ({0[1]:.1f})**".format(packages / best["ours"])),
        (
            "three bare float32 products",
            "numpy",
            best["products"],
            "ours takes {0[0]:.2f} ({0[1]:.2f}) times as long".format(best["ours"] / best["products"]),
        ),
    ]
    lines = "\n".join(f"| {a} | {b} | {c[0]:.2f} | {c[1]:.2f} | {d} |" for a, b, c, d in rows)
    return f"""| what | package or formula | seconds | processor seconds | difference of ours, or ratio (of processor seconds) |
| --- | --- | --- | --- | --- |
{lines}

Our KID is the complete statistic over all pairs, compared here with the same in float64; packages print the mean over random subsets
({found["KID"]:.4g} here, ours {six["kernel_distance"]:.4g}). The lowest of {args.repeats} turns each. Loading and compiling took
{first[1]:.1f} processor seconds (what was compiled before is found in `__pycache__`)."""  # type: ignore[index]


def seconds_of_each(sets: dict[str, FeatureSet], names: list[str], with_intervals: bool) -> dict[str, float]:
    """Processor seconds of each metric, in one scoring."""
    ends: list[float] = []

    def note(done: int, total: int, title: str) -> None:
        ends.extend([time.process_time()] * (done + 1 - len(ends)))

    score_sets(sets, Scoring(metrics=[Choice(id=m) for m in names], intervals=with_intervals), on_progress=note)
    return dict(zip(names, np.diff(ends).tolist(), strict=True))


def intervals(args: argparse.Namespace) -> str:
    """The table of intervals and nulls."""
    from bench_core.registry import metrics

    names = [m.id for m in metrics().values() if set(m.needs) <= {"vectors"}]
    ours(*draw(300, 16, 0))
    real, synthetic = draw(args.size, args.dimensions, args.seed)
    train = draw(args.size, args.dimensions, args.seed + 1)[0]
    seconds: list[dict[str, float]] = []
    for with_intervals in (False, True):
        given = {"real": real, "synthetic": synthetic, "train": train}
        sets = {role: FeatureSet(values, kind=role) for role, values in given.items()}
        seconds.append(seconds_of_each(sets, names, with_intervals))
        print(seconds[-1], file=sys.stderr, flush=True)
    plain, all_ = (sum(of.values()) for of in seconds)
    lines = [f"| {m} | {seconds[0][m]:.2f} | {seconds[1][m]:.2f} | {BOUND.get(m, '')} |" for m in names]
    lines.append(f"| together | {plain:.2f} | {all_:.2f} | {all_ / plain:.1f} plain evaluations |")
    note = (
        "The first metric over pairs pays for the pass that all share. An interval is 40 half-samples (kernel metrics: 100 leave-outs),\n"
    )
    return (
        "\n".join(["| metric | plain, processor s | with interval and null | bound by |", "| --- | --- | --- | --- |", *lines])
        + f"\n\n{note}a null 80 draws."
    )


def main() -> None:
    """Reads the options, times, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=5000, help="images of each set")
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--repeats", type=int, default=REPEATS)
    parser.add_argument("--intervals", action="store_true")
    parser.add_argument("--remark", default="", help="what else the machine did; printed with the table")
    parser.add_argument("--out", type=Path, help="default: docs/metric_stage.md or docs/metric_stage_intervals.md")
    args = parser.parse_args()
    table = intervals(args) if args.intervals else compare(args)
    flags = f"--size {args.size} --dimensions {args.dimensions} --seed {args.seed}" + (" --intervals" if args.intervals else "")
    title = "Intervals and nulls" if args.intervals else "Six metrics against packages"
    text = f"""# {title}: {args.size:,} x {args.size:,} images, {args.dimensions} features

Made by `python benchmarks/metric_stage.py {flags}` on {threads()} BLAS threads. {args.remark}

{table}
"""
    out = args.out or PROJECT / "docs" / ("metric_stage_intervals.md" if args.intervals else "metric_stage.md")
    out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
