"""One grey scale for the set that is imported, and what is said of films that are hardly films.

A PNG of 16 bits does not say how many of them it uses: 12 bits of a detector, saved as they are, look black. The highest value of the set
decides, never that of the single film: a dark film stays dark beside its neighbours.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from bench_core.errors import BenchError
from bench_core.pixels.grey import Storage, highest_value, read_grey

BITS = (8, 10, 12, 14, 16)
FAR_BELOW = 8
"""A film whose highest value is so many times below the scale's is named: its values are probably of fewer bits."""
NEARLY_ONE = 8
"""Grey levels between the 1st and the 99th percentile of a film, up to which it is nearly one grey."""
LOOKED_AT = 64
"""Films that are looked at where images stay in place, evenly over the set."""
_UNREAD = (OSError, SyntaxError, ValueError, BenchError, Image.DecompressionBombError)


def highest_values(files: Sequence[Path]) -> list[int | None]:
    """The highest value in each file of 16 bits, None in others and in those that cannot be read."""
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(_highest, files))


def scale_of(highest: Iterable[int | None]) -> int | None:
    """The bits that the 16-bit files of a set use, by the highest of their values; None where there are no such files."""
    top = max((value for value in highest if value is not None), default=None)
    return None if top is None else next(bits for bits in BITS if top < 2**bits or bits == BITS[-1])


def far_below(names: Sequence[str], highest: Sequence[int | None], bits: int | None) -> list[str]:
    """What is said of films that use far fewer bits than the set's scale: nothing, or one line."""
    if bits is None:
        return []
    low = [name for name, value in zip(names, highest, strict=True) if value is not None and value * FAR_BELOW < 2**bits]
    if not low:
        return []
    return [
        f"{_count(low, highest)} far below the {bits} bits that the 16-bit films of this set are read with, and come out nearly black: "
        f"{_first(low)}. Are their values of fewer bits? Import films of one depth as a set."
    ]


def is_flat(pixels: np.ndarray) -> bool:
    """Whether a film (H, W) uint8 is nearly one grey; one of 0 and 1 alone is too."""
    low, high = np.percentile(pixels, (1, 99))
    return bool(high - low < NEARLY_ONE)


def flat_films(names: Sequence[str], flat: Sequence[bool], of: str = "") -> list[str]:
    """What is said of films that are nearly one grey: nothing, or one line; `of` says which were looked at, where not all were."""
    found = [name for name, is_one in zip(names, flat, strict=True) if is_one]
    if not found:
        return []
    return [
        f"{_count(found, flat)} nearly one grey{of}: {_first(found)}. They stay in the set; masks of 0 and 1, blank or failed ones are no "
        "films: import again without them."
    ]


def flat_count(flat: Sequence[bool]) -> dict[str, int]:
    """How many films are nearly one grey, and of how many that is known; kept with the set, and said beside its numbers."""
    return {"films": sum(flat), "of": len(flat)}


def look_at(root: Path, paths: Sequence[str], storages: Mapping[str, Storage]) -> tuple[int | None, list[str], dict[str, int]]:
    """The scale of a set whose images stay in place, what is said of them, and how many are flat, by LOOKED_AT of its files.

    Args:
        storages: how the values of each path are meant, where a table says it; then there is no scale to be found.
    """
    chosen = [paths[i] for i in sorted(set(np.linspace(0, len(paths) - 1, min(LOOKED_AT, len(paths))).astype(int).tolist()))]
    highest: list[int | None] = [None] * len(chosen) if storages else highest_values([root / path for path in chosen])
    bits = scale_of(highest)
    meant = [storages.get(path, Storage(bits)) for path in chosen]
    with ThreadPoolExecutor(4) as pool:
        flat = list(pool.map(_flat, [root / path for path in chosen], meant))
    of = "" if len(chosen) == len(paths) else f", of {len(chosen)} that were looked at"
    return bits, far_below(chosen, highest, bits) + flat_films(chosen, flat, of), flat_count(flat)


def _highest(file: Path) -> int | None:
    try:
        return highest_value(file)
    except _UNREAD:
        return None


def _flat(file: Path, storage: Storage) -> bool:
    try:
        return is_flat(read_grey(file, storage))
    except _UNREAD:
        return False  # told of when it is read


def _count(some: Sequence[str], of: Sequence[object]) -> str:
    return f"{len(some)} of {len(of)} films {'is' if len(some) == 1 else 'are'}"


def _first(names: Sequence[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
