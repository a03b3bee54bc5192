"""One pass over all pairs on a device: seconds of its parts, peak memory of the device, and whether it finds what the processor finds.

    python benchmarks/scale_on_device.py --device cuda --rows 100000 --width 768 --out docs/scale_on_device.md
    python benchmarks/scale_on_device.py --device cpu --rows 4000

Data are drawn from a seed. The processor does the whole pass up to `--whole` rows, and at the full size `--subset` rows against all.
Without the device it says so and ends with 2. Times are of a second run; the first one loads what the device needs.
"""

import argparse
import platform
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.features import gpu, threads  # noqa: E402
from bench_core.features.pairs import Pairs  # noqa: E402
from bench_core.features.passes import PassFindings, PassRequest  # noqa: E402
from bench_core.features.passes_here import found_here  # noqa: E402
from bench_core.features.passes_on_torch import torch_carrier  # noqa: E402
from bench_core.features.place import Carrier  # noqa: E402
from bench_core.features.rows import Rows, Space  # noqa: E402
from bench_core.metrics.mixture import Mixture  # noqa: E402
from bench_core.metrics.mixture_on_torch import TorchMixture  # noqa: E402

CENTRES, PASSES = 10_000, 20
"""What likelihood_divergence does by default."""
WIDTH, BALLS = 12, 8
"""Candidates a row, and balls around each row: what a pass for all metrics asks for without subsets."""


def draw(rows: int, width: int, seed: int) -> Rows:
    """Features with a falling spectrum, each row a patient of its own."""
    values = np.random.default_rng(seed).standard_normal((rows, width), dtype=np.float32)
    values *= (1 + np.arange(width, dtype=np.float32)) ** -0.5
    numbers = np.arange(rows) + seed * rows
    return Rows(values, Space(), np.stack([numbers, numbers], axis=1))


def radii_of(pairs: Pairs) -> tuple[np.ndarray, np.ndarray]:
    """Squared radii that hold about as many rows as balls of the nearest rows do, from distances to a few hundred rows."""
    out = []
    for side in (0, 1):
        mine, others = pairs.side(side)
        some = others.values[:: max(1, len(others) // 400)]
        raw = mine.norms[:, None] + np.einsum("nd,nd->n", some - mine.mean, some - mine.mean) - 2 * mine.centred @ (some - mine.mean).T
        least = np.sort(raw, axis=1)[:, :1]
        out.append(np.ascontiguousarray(least * np.linspace(0.6, 0.9, BALLS)))
    return out[0], out[1]


def wanted_of(pairs: Pairs, what: str, balls: tuple[np.ndarray, np.ndarray]) -> PassRequest:
    """One part of what a pass can find, or everything."""
    none = np.empty((len(pairs.a), 0)), np.empty((len(pairs.b), 0))
    near = what in ("nearest rows both ways", "all together")
    counted = what in ("balls", "all together")
    return PassRequest((WIDTH, WIDTH) if near else (0, 0), False, balls if counted else none, what in ("kernel sums", "all together"))


def compare(device: tuple[PassFindings, PassFindings], here: tuple[PassFindings, PassFindings], pairs: Pairs) -> list[str]:
    """How what was found differs, in words."""
    lines = []
    slack = max(float(pairs.bounds[2].max()), float(pairs.bounds[3].max()))
    off = max(float(np.abs(one.near - other.near).max(initial=0)) for one, other in zip(device, here, strict=True) if one.near.size)
    lines.append(f"lower bounds differ by at most {off:.1e}; rounding allows {4 * slack:.1e}")
    same = np.mean([np.mean(np.sort(o.at, axis=1) == np.sort(h.at, axis=1)) for o, h in zip(device, here, strict=True) if o.at.size])
    lines.append(f"listed candidates that are the same: {same:.6f}")
    unequal = sum(int((one.inside != other.inside).sum()) for one, other in zip(device, here, strict=True))
    lines.append(f"unequal counts of balls: {unequal} of {sum(one.inside.size for one in here):,}")
    sums = max(float((np.abs(o.sums - h.sums).max(axis=1) / np.abs(h.sums).mean(axis=1)).max()) for o, h in zip(device, here, strict=True))
    lines.append(f"kernel sums differ by at most {sums:.1e} of their mean (products are float32 in either)")
    return lines


def settled(pairs: Pairs, found: tuple[PassFindings, PassFindings]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The lists in exact order, of both sides."""
    return [pairs.settled(side, found[side], WIDTH - 4, False) for side in (0, 1)]


def whole_check(carry: Carrier, rows: int, width: int) -> list[str]:
    """Everything, at a size that the processor does in a minute or so."""
    pairs = Pairs(draw(rows, width, 2), draw(rows, width, 3))
    wanted = wanted_of(pairs, "all together", radii_of(pairs))
    device, here = carry(pairs, wanted), found_here(pairs, wanted)
    assert device is not None, "the device took no pass"
    lines = compare(device, here, pairs)
    unequal = 0
    for (near, at), (near_here, at_here) in zip(settled(pairs, device), settled(pairs, here), strict=True):
        unequal += int((near != near_here).sum() + (at != at_here).sum())
    return [*lines, f"unequal entries of the lists in exact order: {unequal}"]


def subset_check(pairs: Pairs, found: tuple[PassFindings, PassFindings], balls: tuple[np.ndarray, np.ndarray], subset: int) -> list[str]:
    """Some rows of `a` against all of `b`, done by the processor."""
    rows = np.sort(np.random.default_rng(9).permutation(len(pairs.a))[:subset])
    some = pairs.take(0, rows, np.arange(len(pairs.b)))
    here, _ = found_here(some, PassRequest((WIDTH, 0), False, (balls[0][rows], balls[1]), True))
    mine = PassFindings(0, 0, 0, False)
    mine.near, mine.at, mine.inside, mine.sums = found[0].near[rows], found[0].at[rows], found[0].inside[rows], found[0].sums[:, rows]
    return compare((mine, mine), (here, here), some)


def distances(pairs: Pairs, device: str) -> float:
    """Seconds of all distances, brought back by blocks, as realism and the Vendi score read them."""
    low_a, low_b, slack_a, slack_b = pairs.bounds
    start = time.perf_counter()
    for _ in gpu.squared_distances(pairs.a.centred, pairs.b.centred, low_a + slack_a, low_b + slack_b, device):
        pass
    return time.perf_counter() - start


def mixtures(values: np.ndarray, device: str) -> tuple[float, float, np.ndarray]:
    """Seconds to fit the mixture of the likelihood divergence around some rows to the others, and to read it; their log-likelihoods."""
    centres = min(CENTRES, len(values) // 2)
    mixture = TorchMixture(values[:centres], device) if device else Mixture(values[:centres])
    start = time.perf_counter()
    mixture.fit(values[centres:], PASSES)
    fitted = time.perf_counter()
    found = mixture.log_likelihoods(values[centres:])
    return fitted - start, time.perf_counter() - fitted, found


def mixture_check(values: np.ndarray, device: str) -> str:
    """A mixture on the device against the processor's."""
    there, here = (mixtures(values, where)[2] for where in (device, ""))
    words = f"log-likelihoods of a mixture of {len(values) // 2:,} Gaussians"
    return f"{words} differ by at most {np.abs(there - here).max():.1e}, their mean is {here.mean():.1f}"


def measure(device: str, rows: int, width: int, whole: int, subset: int) -> str:
    """The page."""
    import torch

    cuda = device.startswith("cuda")
    carry = torch_carrier(device, fewest=0)
    pairs = Pairs(draw(rows, width, 0), draw(rows, width, 1))
    balls = radii_of(pairs)
    _ = pairs.bounds, pairs.terms
    warm = Pairs(draw(2000, width, 4), draw(2000, width, 5))
    carry(warm, wanted_of(warm, "all together", radii_of(warm)))
    if cuda:
        torch.cuda.reset_peak_memory_stats(device)
    lines, found = [], None
    start = time.perf_counter()
    moved = [torch.tensor(of.centred, device=device) for of in (pairs.a, pairs.b)]
    if cuda:
        torch.cuda.synchronize(device)
    lines.append(f"| upload of both sets (part of each line below) | {time.perf_counter() - start:.2f} |")
    del moved
    for what in ("nearest rows both ways", "balls", "kernel sums", "all together"):
        start = time.perf_counter()
        found = carry(pairs, wanted_of(pairs, what, balls))
        lines.append(f"| {what} | {time.perf_counter() - start:.2f} |")
        print(lines[-1], flush=True)
    assert found is not None, "the device took no pass"
    lines.append(f"| all distances, brought to the processor by blocks | {distances(pairs, device):.2f} |")
    fit, read, _ = mixtures(pairs.a.values, device)
    lines.append(f"| mixture of {min(CENTRES, rows // 2):,} Gaussians, {PASSES} passes over the other rows | {fit:.2f} |")
    lines.append(f"| log-likelihoods of these rows | {read:.2f} |")
    peak = f"{torch.cuda.max_memory_allocated(device) / 2**30:.1f} GiB" if cuda else "not counted"
    start = time.perf_counter()
    settled(pairs, found)
    lines.append(f"| exact order of the lists, on {threads.threads()} threads of the processor | {time.perf_counter() - start:.2f} |")
    name = torch.cuda.get_device_name(device) if cuda else f"processor of {platform.machine()}, {torch.get_num_threads()} threads"
    checks = [f"{subset:,} rows against all {rows:,}: {line}" for line in subset_check(pairs, found, balls, subset)]
    size = min(whole, rows)
    checks += [f"all pairs of {size:,} x {size:,}: {line}" for line in whole_check(carry, size, width)]
    checks.append(mixture_check(pairs.a.values[:4000], device))
    return f"""# One pass on a device

Made by `python benchmarks/scale_on_device.py` on {date.today()}: {name}, torch {torch.__version__}. {rows:,} x {rows:,} x {width},
lists of {WIDTH}, {BALLS} balls around each row. Peak memory of the device: {peak}.

| part | seconds |
| --- | --- |
{chr(10).join(lines)}

Against the processor:

{chr(10).join(f"- {line}" for line in checks)}
"""


def main() -> int:
    """Reads the options, measures and writes the page; 2 where there is no such device."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--width", type=int, default=768)
    parser.add_argument("--whole", type=int, default=20_000, help="rows of the check in which the processor does all pairs")
    parser.add_argument("--subset", type=int, default=1000, help="rows of the check at the full size")
    parser.add_argument("--out", type=Path, help="the page; printed only, where it is left out")
    args = parser.parse_args()
    import torch

    if args.device.startswith("cuda") and not torch.cuda.is_available():
        print(f"This waits for a device: torch finds no {args.device}. Nothing was measured.", file=sys.stderr)
        return 2
    page = measure(args.device, args.rows, args.width, args.whole, min(args.subset, args.rows))
    print(page)
    if args.out:
        args.out.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
