"""The types that run through the engine: prompts, image sets, scores, results.

Frozen; arrays are NumPy float32 unless said otherwise. torch never leaves a generator, an encoder or a training loop.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from PIL import Image

from bench_core.dicom.film import Film
from bench_core.errors import ImageUnreadable, StoreError
from bench_core.files import write_whole
from bench_core.pixels.films import read_film, read_kept
from bench_core.pixels.grey import READING, STORED_AS, Storage, read_grey

FINDINGS = (
    "No Finding", "Enlarged Cardiomediastinum", "Cardiomegaly", "Lung Opacity", "Lung Lesion", "Edema", "Consolidation",
    "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion", "Pleural Other", "Fracture", "Support Devices",
)  # fmt: skip
"""The 14 labels of CheXpert (Irvin 2019, arXiv:1901.07031), in its order: label columns of every table."""

Kind = Literal["real", "train", "synthetic"]
Decoded = TypeVar("Decoded")
TABLE_COLUMNS = ("image_id", "path", "digest", "prompt_id", "prompt", "seed", "subject_id", "study_id", "view")


def content_key(*parts: Any) -> str:
    """A key made of content alone: 16 hex digits of the SHA-256 of the parts as canonical JSON."""
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Prompt:
    """A text that asks for an image.

    Attributes:
        labels: findings (1, 0, -1 for uncertain) and `view` that the text stands for; empty where unknown.
        source_image_id: the real image whose report this is, if any.
    """

    id: str
    text: str
    labels: Mapping[str, Any] = field(default_factory=dict)
    source_image_id: str | None = None


@dataclass(frozen=True)
class ImageSet:
    """Images and what is known of them; row i of the table is image i.

    Attributes:
        id: content key.
        name: what users call it; never a key.
        root: folder that `path` is relative to.
        table: columns TABLE_COLUMNS, then one per finding (1, 0, -1 uncertain, NaN unknown) and any extra ones.
        render: makes the image of an image_id whose file is not there yet (the simulated cohort is rendered when needed).
        meta: what made the set (generator card id, settings, revision), for captions and comparisons.
        fetch: the bytes of the file of that `path`, from where all machines find it; `root` keeps copies of those that
            were read, named by their digest: a copy of a set that was deleted and made again elsewhere is never taken for the new one.
    """

    id: str
    name: str
    kind: Kind
    root: Path
    table: pd.DataFrame
    render: Callable[[str], np.ndarray] | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    fetch: Callable[[str], bytes] | None = None

    def __len__(self) -> int:
        return len(self.table)

    def path(self, row: int) -> Path:
        """Where the image file of that row is on this machine, rendering or fetching it first if need be.

        Raises:
            StoreError: it is gone, was changed, or cannot be fetched or kept.
        """
        path = self._place(row)
        if not path.exists():
            self._bring(path, row)
        if "digest" in self.table and str(self.table["digest"].iat[row]).startswith(FILE_DIGEST):
            self._check_unchanged(path, row)
        return path

    def needs_making(self, row: int) -> bool:
        """Whether the image file of that row is not on this machine yet."""
        return not self._place(row).exists()

    def _place(self, row: int) -> Path:
        return self.root / (self.table["path"].iat[row] if self.fetch is None else f"{self.table['digest'].iat[row]}.png")

    def _bring(self, path: Path, row: int) -> None:
        """Makes the file of that row: rendered, or fetched from where the set has its images."""
        write: Callable[[Path], object]
        if self.render is not None:
            write = partial(Image.fromarray(self.render(self.table["image_id"].iat[row])).save, format="PNG")
        elif self.fetch is not None:
            data = self.fetch(self.table["path"].iat[row])
            write = lambda part: part.write_bytes(data)
        else:
            raise StoreError(f"Image {path} of set {self.name!r} is gone.", "Delete the set and make it again.")
        write_whole(path, write)

    def _check_unchanged(self, path: Path, row: int) -> None:
        found = path.stat()
        storage = str(self.storage(row))
        now = file_digest(self.root, self.table["path"].iat[row], found.st_size, found.st_mtime_ns, storage)
        if now != as_stored(self.table["digest"].iat[row]):
            raise StoreError(
                f"Image {self.table['image_id'].iat[row]!r} of set {self.name!r} has changed since it was imported: {path}.",
                "What was computed from it no longer holds: delete the set and import it again.",
            )

    def read(self, row: int) -> np.ndarray:  # (H, W) uint8
        """The image of that row, grey, 8 bit.

        Raises:
            StoreError: it is gone, or (images that stay in place) was changed.
            ImageUnreadable: it cannot be decoded.
        """
        return self._decoded(row, read_grey)

    def film(self, row: int) -> Film:
        """The image of that row with the values of its file, for looking at it: up to 16 bits, its windows, its spacing.

        Raises:
            StoreError, ImageUnreadable: see `read`.
        """
        in_place = self.fetch is not None or self.meta.get("in_place")
        return self._decoded(row, lambda path, storage: (None if in_place else read_kept(path)) or read_film(path, storage))

    def _decoded(self, row: int, read: Callable[[Path, Storage], Decoded]) -> Decoded:
        path = self.path(row)
        try:
            return read(path, self.storage(row))
        except ImageUnreadable as error:
            raise ImageUnreadable(f"Image {self.table['image_id'].iat[row]!r} of set {self.name!r}: {error.message}", error.hint) from None
        except (OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise ImageUnreadable(
                f"Image {self.table['image_id'].iat[row]!r} of set {self.name!r} cannot be read ({type(error).__name__}): {path}.",
                "Import again without it: with --copy --skip-bad every image is decoded first.",
            ) from None

    def storage(self, row: int) -> Storage:
        """How the values in the file of that row are meant, where the file itself does not say it."""
        return Storage.of(self.table[STORED_AS].iat[row]) if STORED_AS in self.table else Storage()

    @cached_property
    def fingerprint(self) -> str:
        """Content key of the images, in their order."""
        return content_key("images", self.table["digest"].tolist())

    @cached_property
    def rows_by_id(self) -> dict[str, int]:
        """Row of every image_id."""
        return {image_id: row for row, image_id in enumerate(self.table["image_id"].tolist())}

    def images(self) -> Iterator[np.ndarray]:
        """All images in table order."""
        return (self.read(row) for row in range(len(self)))

    def take(self, rows: Sequence[int] | np.ndarray) -> "ImageSet":
        """The images of those rows, as a set with an id of its own."""
        table = self.table.iloc[np.asarray(rows)].reset_index(drop=True)
        return replace(self, id=content_key(self.id, [int(r) for r in rows]), table=table)

    def labels(self, finding: str) -> np.ndarray:  # (N,) float, NaN where unknown
        """The label column of a finding; all NaN when the table has none."""
        if finding not in self.table:
            return np.full(len(self), np.nan)
        values: np.ndarray = self.table[finding].to_numpy(float)
        return values


FLAT = "flat"
"""Key of a set's meta: how many of its films are nearly one grey (`films`), among how many that were looked at (`of`)."""
CUT = "cut texts"
"""Key of a set's meta beside its features: how many texts (`texts`) of how many (`of`) are longer than what is read (`read` tokens)."""
FILE_DIGEST = "file:"
_READ = "@"


def file_digest(root: Path, relative: str, size: int, changed_ns: int, storage: str = "") -> str:
    """The digest of an image that is used where it lies and was not decoded yet: its place, size and time of last change.

    Where the file does not say how its values are meant, what is said of them (`Storage`) counts too: other pixels, other features.
    """
    place = hashlib.sha256(f"{root}\n{relative}".encode()).hexdigest()[:24]
    return f"{FILE_DIGEST}{place}:{size}:{changed_ns}" + (f":{storage}" if storage else "")


def as_read_now(digest: str) -> str:
    """The digest of an image that is used where it lies, with how files are read now: it says nothing of pixels itself."""
    return f"{digest}{_READ}{READING}"


def as_stored(digest: str) -> str:
    """The digest as the table of its set has it, and as it was before files were read in another way."""
    return digest.partition(_READ)[0] if digest.startswith(FILE_DIGEST) else digest


@dataclass(frozen=True)
class Score:
    """What a metric returns.

    Attributes:
        value: the number.
        per_image: one value per synthetic image, in set order, where the metric has them.
        tables: named tables that come with the number (a ROC curve, a list of pairs, values per finding).
        low, high: the metric's own interval, where it has a closed form; otherwise the engine makes one.
        note: a warning that belongs beside the number.
        repeat_with: settings under which the engine repeats the metric on subsets, so that they measure the same quantity (the findings
            that this value averages over, say).
    """

    value: float
    per_image: np.ndarray | None = None
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    low: float | None = None
    high: float | None = None
    note: str = ""
    repeat_with: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """One row of the results table = one number. `subgroup` is `all`, `finding=Pneumonia` or `view=AP`.

    `matched` (not `value`) is what `null`, `null_low` and `null_high` may be compared with: see engine/scoring/uncertainty.py.
    """

    metric: str
    family: str
    value: float | None
    low: float | None = None
    high: float | None = None
    matched: float | None = None
    null: float | None = None
    null_low: float | None = None
    null_high: float | None = None
    mode: str = "corrected"
    settings: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    version: int = 1
    status: Literal["ok", "skipped", "failed"] = "ok"
    message: str = ""
    n_real: int | None = None
    n_synthetic: int | None = None
    n_train: int | None = None
    seconds: float = 0.0
    encoder: str = ""
    subgroup: str = "all"
    run: str = ""
