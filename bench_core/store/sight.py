"""Who may see whole films of patients (`BENCH_ROLES`): the one decision that every way out of pixels asks for."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.errors import UnknownName

if TYPE_CHECKING:
    from bench_core.store.image_sets import SetStore


def sees_real(config: Config, names: Sequence[str]) -> bool:
    """Whether somebody whom a proxy or a login vouches for under these names has the role. Everybody has, where no roles are set."""
    if config.sees_real is None:
        return True
    return any(fnmatchcase(name.lower(), pattern.lower()) for name in names if name for pattern in config.sees_real)


def holds_real(images: ImageSet) -> bool:
    """Whether a set shows films that a generator did not draw: held-out and training images, and what was taken from them.

    A generator that hands on its training images, planted copies, and what a filter leaves of either say so in their meta.
    """
    return images.kind != "synthetic" or bool(images.meta.get("train") or images.meta.get("planted"))


def is_withheld(config: Config, images: ImageSet, real_pixels: bool) -> bool:
    """Whether films of a set are blurred for somebody; `real_pixels`: he was found to have the role (`sees_real`)."""
    return config.sees_real is not None and not real_pixels and holds_real(images)


def shows_patients(sets: SetStore, images: ImageSet) -> bool:
    """Whether a set shows films of patients who live or lived: as `holds_real`, but for the simulated cohort and what was taken from it.

    A set whose source is gone counts as one that does.
    """
    if images.kind != "synthetic":
        return not images.meta.get("simulated")
    planted = images.meta.get("planted") or {}
    sources = [images.meta.get("train"), planted.get("train"), planted.get("real")]
    return any(not _is_simulated(sets, source) for source in sources if source)


def _is_simulated(sets: SetStore, set_id: str) -> bool:
    try:
        return bool(sets.open(set_id).meta.get("simulated"))
    except UnknownName:
        return False
