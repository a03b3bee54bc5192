"""All metrics over pairs of images at scale: time over that of the bare matrix products, and peak memory.

    python benchmarks/scale.py --size 10000 20000
    python benchmarks/scale.py --size 100000

The bare products R R', S S' and R S' are whole, in float32, in tiles of the same size and on the same threads as ours. Both are timed
in one process after compiling. Every size is added to the table in docs/ as soon as it is done; a size that is there is made anew.
"""

import argparse
import re
import resource
import sys
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.engine.scoring.score_sets import score_sets  # noqa: E402
from bench_core.features import FeatureSet, threads  # noqa: E402
from bench_core.features.place import placed  # noqa: E402
from bench_core.spec import Choice, Scoring  # noqa: E402

METRICS = ("cmmd", "coverage", "density", "kernel_distance", "precision", "recall")
COLUMNS = ("real x synthetic x features", "metrics, s", "bare products, s", "ratio", "of processor seconds", "peak memory", "on")
HEAD = "| " + " | ".join(COLUMNS) + " |\n| " + " | ".join(["---"] * len(COLUMNS)) + " |\n"


def draw(size: int, dimensions: int, seed: int, kind: str) -> FeatureSet:
    """Features with a falling spectrum."""
    values = np.random.default_rng(seed).standard_normal((size, dimensions), dtype=np.float32)
    values *= (1 + np.arange(dimensions, dtype=np.float32)) ** -0.5
    return FeatureSet(values, kind=kind)


def clock() -> np.ndarray:  # (2,)
    """Seconds on the clock, and processor seconds of all threads."""
    return np.array([time.perf_counter(), time.process_time()])


def bare(x: np.ndarray, y: np.ndarray) -> None:
    """One product in tiles, thrown away."""
    buffers: dict[int, np.ndarray] = {}

    def work(rows: slice, thread: int) -> None:
        buffer = buffers.setdefault(thread, np.empty(threads.TILE[0] * threads.TILE[1], np.float32))
        for left in range(0, len(y), threads.TILE[1]):
            a, b = x[rows], y[left : left + threads.TILE[1]]
            np.matmul(a, b.T, out=buffer[: len(a) * len(b)].reshape(len(a), len(b)))

    threads.spread(threads.strips(len(x)), work, len(x) * len(y))


def measure(size: int, dimensions: int, remark: str) -> str:
    """One line of the table."""
    told = [0.0]

    def say(message: str) -> None:
        if time.monotonic() - told[0] > 5:
            told[0] = time.monotonic()
            print(f"{size}: {message}", file=sys.stderr, flush=True)

    real, synthetic = draw(size, dimensions, 0, "real"), draw(size, dimensions, 1, "synthetic")
    start = clock()
    results, *_ = score_sets(
        {"real": real, "synthetic": synthetic},
        Scoring(metrics=[Choice(id=m) for m in METRICS], intervals=False),
        on_progress=lambda done, total, title: say(f"metric {done + 1} of {total}, {title}"),
    )
    seconds = clock() - start
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    for result in results:
        print(f"{size}: {result.metric} = {result.value} ({result.seconds:.1f} s) {result.message}", file=sys.stderr, flush=True)
    start = clock()
    for name, x, y in (("R R'", real, real), ("S S'", synthetic, synthetic), ("R S'", real, synthetic)):
        with placed(report=lambda share, what, name=name: say(f"bare product {name}, {share:.0%}")):  # type: ignore[misc]
            bare(x.values, y.values)
    products = clock() - start
    ratio = seconds / products
    where = f"{threads.threads()} threads" + (f", {remark}" if remark else "")
    times = f"{seconds[0]:.1f} | {products[0]:.1f} | {ratio[0]:.2f} | {ratio[1]:.2f}"
    return f"| {size:,} x {size:,} x {dimensions} | {times} | {memory:.1f} GiB | {where} |"


def main() -> None:
    """Reads the options, measures each size, smallest first, and writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, nargs="+", default=[10_000, 20_000])
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--remark", default="", help="what else the machine did; printed with the line")
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "scale.md")
    args = parser.parse_args()
    small = {kind: draw(1500, 16, seed, kind) for seed, kind in enumerate(("real", "synthetic"))}
    score_sets(small, Scoring(metrics=[Choice(id=m) for m in METRICS], intervals=False))  # compiles
    for size in sorted(args.size):
        line = measure(size, args.dimensions, args.remark)
        print(line, flush=True)
        lines = re.findall(r"^\| [\d,]+ x .*$", args.out.read_text(encoding="utf-8"), re.M) if args.out.exists() else []
        lines = [kept for kept in lines if kept.split(" | ")[0] != line.split(" | ")[0]] + [line]
        lines.sort(key=lambda of: int(of.split()[1].replace(",", "")))
        _, mark, after = (args.out.read_text(encoding="utf-8") if args.out.exists() else "").partition("\n## ")
        args.out.write_text(
            f"""# Metrics over pairs at scale

Made by `python benchmarks/scale.py`. Metrics: {", ".join(METRICS)}. Peak memory is that of the process when the metrics are done; sizes
of one command run one after the other in it, smallest first.

{HEAD}"""
            + "\n".join(lines)
            + "\n"
            + mark
            + after,
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
