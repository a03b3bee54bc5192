"""Exact search for copies: every synthetic image against the whole training set, beside the bare matrix product.

`python benchmarks/copy_search.py --synthetic 2000 --train 400000 --dimensions 768` makes random rows of unit length, of which one in a
hundred synthetic ones is a training row with the last bits changed, times the bare float32 product of the same blocks (nothing is read off
it) and `memorization.search.nearest`, and checks that every planted row is found. The bound is 20 s on two free cores at this size. On a
shared machine read the processor times and their ratio.
"""

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.memorization import search  # noqa: E402

BOUND = 20.0


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What it returns, wall seconds and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return found, time.perf_counter() - wall, time.process_time() - processor


def bare_product(mine: np.ndarray, gallery: np.ndarray) -> float:
    """All products in the blocks of the search; their sum of one column each, so that none is left out."""
    total, buffer = 0.0, np.empty((search.QUERIES, search.GALLERY), np.float32)
    for row in range(0, len(mine), search.QUERIES):
        part = mine[row : row + search.QUERIES]
        for start in range(0, len(gallery), search.GALLERY):
            block = gallery[start : start + search.GALLERY]
            total += float(np.matmul(part, block.T, out=buffer[: len(part), : len(block)])[0, 0])
    return total


def rows(count: int, dimensions: int, rng: np.random.Generator) -> np.ndarray:
    """Random rows of unit length."""
    values = rng.standard_normal((count, dimensions), dtype=np.float32)
    values /= np.linalg.norm(values, axis=1, keepdims=True)
    return values


def measure(synthetic: int, train: int, dimensions: int, k: int = 3, seed: int = 0) -> dict[str, float]:
    """Seconds of both, and how many of the planted rows were found."""
    rng = np.random.default_rng(seed)
    gallery, mine = rows(train, dimensions, rng), rows(synthetic, dimensions, rng)
    planted = np.arange(0, synthetic, 100)
    sources = rng.choice(train, len(planted), replace=False)
    mine[planted] = gallery[sources] * np.float32(1 + 1e-6)
    _, bare, bare_processor = timed(lambda: bare_product(mine, gallery))
    (_, found), whole, whole_processor = timed(lambda: search.nearest(mine, gallery, k))
    return {
        "bare_s": bare, "bare_processor_s": bare_processor, "search_s": whole, "search_processor_s": whole_processor,
        "ratio": whole_processor / bare_processor, "planted": len(planted), "found": int((found[planted, 0] == sources).sum()),
    }  # fmt: skip


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--synthetic", type=int, default=2_000)
    parser.add_argument("--train", type=int, default=400_000)
    parser.add_argument("--dimensions", type=int, default=768)
    found = measure(**vars(parser.parse_args()))
    for name, value in found.items():
        print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    print(f"bound: {BOUND:.0f} s on two free cores")


if __name__ == "__main__":
    main()
