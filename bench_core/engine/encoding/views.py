"""What encoders want of each image of a set: the part of their work that needs no device, and no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.encoders.backend import scaled, squashed

NEEDED = ("image_id", "path", "digest")
"""Columns of the table that reading an image takes."""


@dataclass(frozen=True)
class View:
    """What one encoder wants of an image.

    Attributes:
        card: None: the image as it is.
        prepared: grey and of the size that its network sees (`scaled`); else the pixels, squashed where the card says so.
    """

    card: EncoderCard | None = None
    prepared: bool = False

    def of(self, image: np.ndarray) -> np.ndarray:
        """The view of an image, uint8."""
        if self.card is None:
            return image
        square = squashed(image, self.card)
        return scaled(square, self.card) if self.prepared else square


@dataclass(frozen=True)
class ReadingTask:
    """Images of a set to read, and the views of them that are wanted. Another process can be sent one."""

    images: ImageSet
    views: Sequence[View]

    @staticmethod
    def of(images: ImageSet, views: Sequence[View]) -> ReadingTask:
        """A job with no more of the set than reading takes."""
        table = images.table[[name for name in NEEDED if name in images.table]]
        return ReadingTask(replace(images, table=table, meta={}), views)

    def read(self, row: int, wanted: Sequence[int]) -> list[np.ndarray]:
        """The views of those numbers of one image, which is decoded once.

        Raises:
            StoreError, ImageUnreadable: see `ImageSet.read`.
        """
        image = self.images.read(row)
        return [self.views[number].of(image) for number in wanted]
