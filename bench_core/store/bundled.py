"""Images of sets that come with the program: each is read from its files, or drawn, when somebody first looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, ImageSet, Prompt
from bench_core.errors import StoreError
from bench_core.store.png import digest_of, png_bytes

BUNDLED = "bundled"
"""Key of a set's meta: its table is there, and its images are made as they are asked for."""
_MADE_BY = ("generator", "generator_title", "repo_id", "revision", "card")


@dataclass(frozen=True)
class BundledImages:
    """The images of a set by the `path` of its table. Travels to other processes by pickle.

    Attributes:
        train: the training images, for a generator that reads them.
    """

    table: pd.DataFrame
    meta: Mapping[str, Any]
    train: ImageSet | None

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {path: row for row, path in enumerate(self.table["path"].tolist())}

    def fetch(self, path: str) -> bytes:
        """The PNG of an image, with its provenance: the bytes that a run of its generator would have written.

        Raises:
            StoreError: this version of the program makes another image than the one whose numbers are stored.
        """
        row = self._rows[path]
        pixels = _committed(self.meta["generator"], row)
        pixels = self._drawn(row) if pixels is None else pixels
        if digest_of(pixels) != self.table["digest"].iat[row]:
            raise StoreError(
                f"Image {path} of the {self.meta['generator_title']} set that came with an earlier version cannot be made by this one.",
                "Delete the set and prepare the embedded study again.",
            )
        return png_bytes(pixels, self._provenance(row))

    def _drawn(self, row: int) -> np.ndarray:  # (H, W) uint8
        from bench_core.cards import find_card, generator_cards
        from bench_core.generators import open_generator

        generator = open_generator(find_card("generator", generator_cards(), self.meta["generator"]), train=self.train)
        facts = self.table.iloc[row]
        prompt = Prompt(facts["prompt_id"], facts["prompt"], self._labels(row), facts["source_image_id"])
        return generator.batch([prompt], [int(facts["seed"])], generator.settings(**self.meta["settings"]))[0]

    def _labels(self, row: int) -> dict[str, Any]:
        facts = self.table.iloc[row]
        view = {"view": facts["view"]} if facts["view"] else {}
        return {**{name: int(facts[name]) for name in FINDINGS if facts[name] == facts[name]}, **view}

    def _provenance(self, row: int) -> dict[str, Any]:
        facts = self.table.iloc[row]
        return {
            "software": "TriadCXR", "synthetic": True, **{name: self.meta[name] for name in _MADE_BY}, "prompt": facts["prompt"],
            "labels": self._labels(row), "source_image_id": facts["source_image_id"], "seed": int(facts["seed"]),
            "settings": self.meta["settings"],
        }  # fmt: skip


def _committed(generator: str, row: int) -> np.ndarray | None:  # (H, W) uint8
    """The committed image of a learned generator; None where there is none."""
    from bench_core.training import demo_images

    path = demo_images.FOLDER / generator / f"{row:03d}.webp"
    return demo_images.read(path) if path.exists() else None
