"""The films of spoiled generators: read off those that are there, spoiled on the way, and encoded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np
import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.engine.encoding.decode import Readers
from bench_core.engine.encoding.streams import Stream, VectorList, feed
from bench_core.registry import find_fault

if TYPE_CHECKING:
    from bench_core.engine.models import Models
    from bench_core.engine.progress import Tally


@dataclass(frozen=True)
class SpoiledImages(ImageSet):
    """The films of another set, each spoiled when it is read; the same film always alike.

    Attributes:
        clean: the films as they are.
        fault, strength: what is done to them. altered: by what the fault does to the films that it puts in the place of others.
    """

    clean: ImageSet | None = None
    fault: str = ""
    strength: float = 0.0
    altered: bool = False

    @classmethod
    def of(cls, clean: ImageSet, fault: str, strength: float, *, altered: bool = False) -> SpoiledImages:
        """The films of a set with that fault."""
        return cls(
            f"{clean.id} {fault} {strength}", f"{clean.name}, {find_fault(fault).words(strength)}", clean.kind, clean.root, clean.table,
            clean=clean, fault=fault, strength=strength, altered=altered,
        )  # fmt: skip

    def read(self, row: int) -> np.ndarray:  # (H, W) uint8
        """The film of that row, spoiled."""
        assert self.clean is not None
        found = find_fault(self.fault)
        change = found.alter if self.altered else found.function
        assert change is not None
        name = str(self.clean.table["image_id"].iat[row])
        rng = np.random.default_rng([crc32(f"{self.fault} {name}".encode()), round(1000 * self.strength)])
        spoiled: np.ndarray = change(self.clean.read(row), self.strength, rng)
        return spoiled


@dataclass(frozen=True)
class JoinedImages(ImageSet):
    """Films of several sets, one after the other; the table says which film of which set each is (columns `part`, `row`)."""

    parts: Sequence[ImageSet] = field(default_factory=tuple)

    @classmethod
    def of(cls, parts: Sequence[ImageSet]) -> JoinedImages:
        """All films of those sets."""
        rows = [(part, row) for part, images in enumerate(parts) for row in range(len(images))]
        table = pd.DataFrame(rows, columns=["part", "row"])
        return cls(" ".join(p.id for p in parts), parts[0].name, "synthetic", parts[0].root, table, parts=tuple(parts))

    def read(self, row: int) -> np.ndarray:  # (H, W) uint8
        """The film of that row."""
        return self.parts[int(self.table["part"].iat[row])].read(int(self.table["row"].iat[row]))


def encoded(models: Models, images: ImageSet, card: EncoderCard, tally: Tally, readers: Readers) -> np.ndarray:  # (N, D) float32
    """The features of all films of a set, which are kept nowhere.

    Raises:
        Cancelled: the tally says so.
    """
    sink, encoder = VectorList(), _opened(models, card)
    with Stream(encoder, f"Encoding {images.name} with {card.title}", sink, tally) as stream:
        feed(images, [set(range(len(images)))], [stream], readers)
    return np.stack(sink.values).astype(np.float32)


def _opened(models: Models, card: EncoderCard) -> Any:
    return models.encoder(card)
