"""What the plan for 10 million images in docs/ray.md reads: bytes of images and lists, the time to merge lists, and moments.

python benchmarks/shards.py
"""

import time
from pathlib import Path

import numpy as np

from bench_core.config import PROJECT
from bench_core.features import passes
from bench_core.pixels.grey import read_grey
from bench_core.store.png import png_bytes

ROWS, WIDTH, BALLS = 1_000_000, 12, 5
SUFFIXES = (".png", ".webp", ".jpg")


def image_bytes(folder: Path) -> float:
    """Mean bytes of the images below a folder, as the PNG files that a run would write."""
    pictures = [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES][:50]
    return float(np.mean([len(png_bytes(read_grey(path))) for path in pictures]))


def lists(rng: np.random.Generator) -> passes.PassFindings:
    """Lists as a pass leaves them."""
    found = passes.PassFindings(ROWS, WIDTH, BALLS, False)
    found.near = np.sort(rng.random((ROWS, WIDTH), dtype=np.float32), axis=1)
    return found


def main() -> None:
    """Prints one line a figure."""
    rng = np.random.default_rng(0)
    for folder in sorted((PROJECT / "bench_core" / "demo_images").iterdir()):
        print(f"{folder.name}: {image_bytes(folder):,.0f} bytes a PNG")
    lists(rng).add(lists(rng))  # compiles
    one, other = lists(rng), lists(rng)
    began = time.perf_counter()
    one.add(other)
    size = sum(part.nbytes for part in (one.near, one.at, one.limit, one.inside))
    print(f"lists of {ROWS:,} rows: {size:,} bytes, merged in {time.perf_counter() - began:.3f} s")
    values = rng.random((100_000, 768), dtype=np.float32)
    mean = values.mean(axis=0, dtype=np.float64)
    began = time.perf_counter()
    passes.products(values, mean)
    print(f"moments of 100,000 x 768: {time.perf_counter() - began:.2f} s")


if __name__ == "__main__":
    main()
