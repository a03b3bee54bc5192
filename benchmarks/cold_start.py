"""A `score` from a cold start against the same in a process that is warm, and against the bare products: `python benchmarks/cold_start.py`.

Processor seconds, the lowest of some turns: on a machine that is shared the clock says what others do. Each turn starts two processes: the
command line, and one that scores twice and then multiplies. What was compiled once is found in `__pycache__`; the very first run compiles.
Writes docs/cold_start.md.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
ASKED = "frechet_distance,kernel_distance,precision,recall,density,coverage"
PARTS = {
    "command": "`python -m bench_core score`, all of it",
    "load": "loading Python's packages and the engine",
    "cold": "first scoring of a process",
    "warm": "the same again",
    "bare": "three bare float32 products, numpy (of the two symmetric ones it makes one half)",
}


def draw(folder: Path, size: int, dimensions: int) -> dict[str, Path]:
    """Two matrices with a falling spectrum, as features of deep networks have, in files."""
    rng, paths = np.random.default_rng(0), {}
    for role in ("real", "synthetic"):
        paths[role] = folder / f"{role}.npy"
        np.save(paths[role], (rng.normal(size=(size, dimensions)) * (1 + np.arange(dimensions)) ** -0.5).astype(np.float32))
    return paths


def inside(paths: dict[str, Path]) -> dict[str, float]:
    """Processor seconds of the parts, in this process; it must be a fresh one."""
    began, seconds = time.process_time(), {}

    def lap(name: str) -> None:
        nonlocal began
        now = time.process_time()
        seconds[name], began = min(seconds.get(name, np.inf), now - began), now

    from bench_core import registry
    from bench_core.engine.scoring.score_sets import score_sets
    from bench_core.features import FeatureSet
    from bench_core.spec import Choice, Scoring

    registry.metrics()
    lap("load")
    values, scoring = (
        {role: np.load(path) for role, path in paths.items()},
        Scoring(metrics=[Choice(id=m) for m in ASKED.split(",")], intervals=False),
    )
    for name in ("cold", "warm", "warm"):
        sets = {role: FeatureSet(matrix, kind=role) for role, matrix in values.items()}
        lap("making the sets")
        score_sets(sets, scoring)
        lap(name)
    out = np.empty((len(values["real"]),) * 2, np.float32)
    for _ in range(3):
        for one, other in (("real", "synthetic"), ("real", "real"), ("synthetic", "synthetic")):
            np.matmul(values[one], values[other].T, out=out)
        lap("bare")
    return seconds


def turn(paths: dict[str, Path], folder: Path) -> dict[str, float]:
    """The parts, each process a fresh one."""
    given = [word for role, path in paths.items() for word in (f"--{role}", str(path))]
    known = {**os.environ, "PYTHONPATH": str(PROJECT), "BENCH_HOME": str(folder / "home")}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    score = [sys.executable, "-m", "bench_core", "score", *given, "--no-intervals", "--metrics", ASKED]
    subprocess.run(score, check=True, env=known, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = subprocess.run([sys.executable, __file__, "--inside", str(folder)], check=True, env=known, stdout=subprocess.PIPE, text=True)
    return {"command": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, **json.loads(found.stdout)}


def main() -> None:
    """Reads the options, times, writes the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=5000, help="images of each set")
    parser.add_argument("--dimensions", type=int, default=768)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--remark", default="", help="what else the machine did; printed with the table")
    parser.add_argument("--inside", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "cold_start.md")
    args = parser.parse_args()
    if args.inside:
        print(json.dumps(inside({role: args.inside / f"{role}.npy" for role in ("real", "synthetic")})))
        return
    with tempfile.TemporaryDirectory() as name:
        paths = draw(Path(name), args.size, args.dimensions)
        turns = [turn(paths, Path(name)) for _ in range(args.turns)]
    least = {part: min(found[part] for found in turns) for part in PARTS}
    lines = [f"| {words} | {least[part]:.2f} | {least[part] / least['warm']:.2f} |" for part, words in PARTS.items()]
    text = f"""# Cold and warm: six metrics of {args.size:,} x {args.size:,} images, {args.dimensions} features

Made by `python benchmarks/cold_start.py --size {args.size} --dimensions {args.dimensions}`: processor seconds, the lowest of
{args.turns} turns. {args.remark}

| what | processor s | of a warm scoring |
| --- | --- | --- |
{chr(10).join(lines)}
"""
    args.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
