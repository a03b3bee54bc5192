"""Who may see whole films of patients (`BENCH_ROLES`): the one decision that every way out of pixels asks for."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from bench_core.config import Config
from bench_core.data import ImageSet


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
