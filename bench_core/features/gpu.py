"""GPUs as torch knows them, for arithmetic over all pairs of rows: which one, how much it holds, distances by blocks."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from bench_core.features.place import Gpu, place

log = logging.getLogger(__name__)
FEWEST = 4_000_000
"""Pairs for which a GPU is worth the way to it."""
LARGEST = 1 << 27
"""Pairs of the largest tile; more make nothing faster."""
SMALLEST = 1 << 12
"""Pairs of a tile that any device holds; where it does not, the processor does the work."""
BYTES_A_PAIR = 16
"""Memory of a distance, with what its product and its offsets need on the way."""


def gpu_for(pairs: int) -> str | None:
    """The GPU that takes work on so many pairs; None: the processor does it."""
    ask = place().gpu
    return ask() if ask and pairs >= FEWEST else None


def gpu_named(device: Callable[[], str]) -> Gpu:
    """The GPU that `device` names. It is asked, once, only when work is worth it: torch takes a while to load.

    There is none where it names the processor, or a GPU that torch does not find (generators and encoders say so).
    """
    known: list[str | None] = []

    def ask() -> str | None:
        if not known:
            known.append(_found(device()))
        return known[0]

    return ask


def _found(device: str) -> str | None:
    if not device.startswith("cuda"):
        return None
    import torch

    if not torch.cuda.is_available():
        log.warning("Torch finds no %s; images are compared on the processor.", device)
        return None
    return device


@contextmanager
def true_float32() -> Iterator[None]:
    """Products of float32 inside have all their digits, and nothing is remembered for gradients."""
    import torch

    before = torch.get_float32_matmul_precision()
    torch.set_float32_matmul_precision("highest")
    try:
        with torch.inference_mode():
            yield
    finally:
        torch.set_float32_matmul_precision(before)


def fitting(device: str, bytes_a_pair: int) -> int:
    """Pairs of a tile of which a quarter of the free memory holds so many bytes each."""
    import torch

    if not device.startswith("cuda"):
        return 1 << 22
    free = torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return max(SMALLEST, min(LARGEST, free // (4 * bytes_a_pair)))


def squared_distances(
    x: np.ndarray, y: np.ndarray, of_x: np.ndarray, of_y: np.ndarray, device: str
) -> Iterator[tuple[slice, np.ndarray]]:  # (N, D), (M, D), (N,), (M,) -> rows, (S, M) float32
    """`of_x + of_y - 2 x.y` of all pairs, not below 0, some rows of x at a time.

    Raises:
        torch.OutOfMemoryError: the device does not hold y and one row.
    """
    import torch

    right, offsets = torch.tensor(y, device=device), torch.tensor(of_y, device=device)
    step, start = max(1, fitting(device, BYTES_A_PAIR) // len(y)), 0
    while start < len(x):
        part = slice(start, min(start + step, len(x)))
        try:
            with true_float32():
                raw = torch.tensor(x[part], device=device) @ right.T
                raw.mul_(-2).add_(torch.tensor(of_x[part], device=device)[:, None]).add_(offsets).clamp_(min=0)
                found = raw.cpu().numpy()
        except torch.OutOfMemoryError:
            if part.stop - start == 1:
                raise
            step = (part.stop - start) // 2
            continue
        yield part, found
        start = part.stop
