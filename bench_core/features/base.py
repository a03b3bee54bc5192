"""The rows of a set of features, who is on them, and views of some of them: all that needs no second set.

Everything costly is computed once on whole sets and kept. `take` gives a view that remembers where its rows came from, so that the many
subsets of `engine/scoring/uncertainty.py` index what is there instead of computing it again.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Literal, Protocol, Self, TypeVar, cast
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, ImageSet, content_key
from bench_core.errors import InputError
from bench_core.features.contents import content_codes
from bench_core.features.pairs import Pairs, within
from bench_core.features.rows import Rows, Space

T = TypeVar("T")
KEPT = 26_000_000
"""Most pairs of two sets whose products are kept (104 MB in float32); of larger ones, subsets are multiplied again each time."""
UNNAMED = "\0"
"""What the made-up name of an image's unknown patient (or prompt) begins with; it stands for that row of that set alone."""
WORKED_OUT = ("rows", "key", "content", "units")  # cached properties, which a view works out anew


class EncoderRecord(Protocol):
    """What of an encoder's card is needed here (`cards.EncoderCard` fits)."""

    id: str
    distance: Literal["euclidean", "hamming"]
    logits: bool

    def key(self) -> str:
        """Content key of the encoder and its weights."""


class Features:
    """Features of one set of images; row i is image i. Never changes after it is made.

    Attributes:
        encoder: its id; sets of different encoders are never compared.
        distance: how rows are compared.
        subjects: (N,) patient of each image, None where unknown. Radii run over other patients' images only.
        kind, finding: for messages: `real`, `train` or `synthetic`; of a subgroup, the finding that all its images have.
        images: the image set behind the whole set, where there is one; `picture` reads the one of a row.
        logits: whether the columns are class logits. A plain matrix is taken at its word (True); an encoder's card says so.
        plain_radii: whether radii run over all other rows, as in prdc: see `with_plain_radii`.
    """

    plain_radii = False

    def __init__(
        self,
        values: np.ndarray,  # (N, D)
        *,
        encoder: str = "",
        distance: Literal["euclidean", "hamming"] = "euclidean",
        text: np.ndarray | None = None,  # (N, D)
        subjects: np.ndarray | Sequence[str] | None = None,  # (N,)
        prompts: np.ndarray | Sequence[str] | None = None,  # (N,)
        labels: pd.DataFrame | None = None,
        images: ImageSet | None = None,
        key: str = "",
        kind: str = "",
        logits: bool = True,
    ) -> None:
        """Checks shapes and values.

        Raises:
            InputError: no matrix, no rows, a row that is not finite, or columns that do not fit the rows; names set and row.
        """
        self.encoder, self.distance, self.images, self.kind = encoder, distance, images, kind
        self.finding, self.logits = "", logits
        self.space = Space(distance)
        self._values = _checked(values, f"{kind or 'feature'} features")
        self._text = None if text is None else _checked(text, f"{kind or 'feature'} text features", rows=len(self._values))
        self.subjects = None if subjects is None else np.asarray(subjects)
        self.prompts = None if prompts is None else np.asarray(prompts)
        self._labels = None if labels is None else labels.reset_index(drop=True)
        for name, given in (("subjects", self.subjects), ("prompts", self.prompts), ("labels", labels)):
            if given is not None and len(given) != len(self._values):
                raise InputError(f"{kind or 'feature'} set: {len(given)} {name} for {len(self._values)} images.")
        self._root: Self = cast("Self", self)
        self._rows: np.ndarray | None = None
        self._key = key
        self._memo: dict[Any, Any] = {}
        self._pairs: WeakKeyDictionary[Features, dict[Any, Any]] = WeakKeyDictionary()

    @classmethod
    def of_images(cls, images: ImageSet, values: np.ndarray, *, card: EncoderRecord, text: np.ndarray | None = None) -> Self:
        """The features of an image set: patients, prompts and labels come from its table; images of unknown patients stand alone."""
        table = images.table
        return cls(
            values, encoder=card.id, distance=card.distance, text=text, subjects=_names(table, "subject_id"),
            prompts=_names(table, "prompt_id"), labels=table[[f for f in FINDINGS if f in table]], images=images, kind=images.kind,
            key=content_key("features", images.id, card.key()), logits=card.logits,
        )  # fmt: skip

    def __getstate__(self) -> dict[str, Any]:
        """For other processes, with what whole sets have computed (see `Pairs.__getstate__`)."""
        return self.__dict__ | {"_pairs": [(other, known) for other, known in self._pairs.items() if other._rows is None]}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state | {"_pairs": WeakKeyDictionary(state["_pairs"])})

    def __len__(self) -> int:
        return len(self._root._values) if self._rows is None else len(self._rows)

    @property
    def values(self) -> np.ndarray:  # (N, D) float32
        """The features."""
        return self._root._values if self._rows is None else self._root._values[self._rows]

    @property
    def text(self) -> np.ndarray | None:  # (N, D) float32
        """The features of each image's prompt or report, where the encoder reads text."""
        text = self._root._text
        return text if text is None or self._rows is None else text[self._rows]

    @property
    def vectors(self) -> bool:
        """Whether rows can be added and averaged; codes, which only are equal or not, cannot."""
        return self.distance == "euclidean"

    @property
    def labels(self) -> pd.DataFrame | None:
        """One column per finding (1, 0, -1 uncertain, NaN unknown)."""
        labels = self._root._labels
        return labels if labels is None or self._rows is None else labels.iloc[self._rows].reset_index(drop=True)

    @cached_property
    def rows(self) -> np.ndarray:  # (N,)
        """Row numbers in the whole set."""
        return np.arange(len(self)) if self._rows is None else self._rows

    @property
    def whole(self) -> Self:
        """The set that this is a view of; itself if it is none."""
        return self._root

    @cached_property
    def key(self) -> str:
        """Content key: what was given, or a digest of values, patients and labels."""
        if self._rows is not None:
            return content_key(self._root.key, self._rows.tolist())
        labels = None if self.labels is None else self.labels.to_csv(index=False)
        parts = [None if a is None else content_key(np.ascontiguousarray(a).tobytes().hex()) for a in (self._values, self._text)]
        names = [None if a is None else a.tolist() for a in (self.subjects, self.prompts)]
        return self._key or content_key("features", self._values.shape, self.distance, parts, names, labels)

    @cached_property
    def content(self) -> np.ndarray:  # (N,) int
        """Equal numbers for equal rows (with `plain_radii` neighbouring ones); see `contents.content_codes` for their order."""
        if self._rows is not None:
            return np.asarray(self._root.content[self._rows])
        codes = content_codes(self._values)
        return np.argsort(np.argsort(codes, kind="stable")) if self.plain_radii else codes

    @cached_property
    def units(self) -> np.ndarray:  # (N,) int
        """Images that count as one and are drawn together: of one patient or, where no patient is known, of one prompt."""
        if self._rows is not None:
            return np.asarray(self._root.units[self._rows])
        if self.subjects is not None:
            return np.unique(self.subjects, return_inverse=True)[1]
        return np.arange(len(self)) if self.prompts is None else np.unique(self.prompts, return_inverse=True)[1]

    def label(self, finding: str) -> np.ndarray:  # (N,) float: 1, 0, else NaN
        """The label column of a finding; uncertain (-1) and unknown are NaN."""
        if self._rows is not None:
            return np.asarray(self._root.label(finding)[self._rows])

        def read() -> np.ndarray:
            if self.labels is None or finding not in self.labels:
                return np.full(len(self), np.nan)
            column = self.labels[finding].to_numpy(float)
            return np.where((column == 0) | (column == 1), column, np.nan)

        return self.remember(("label", finding), read)

    def picture(self, row: int) -> np.ndarray:  # (H, W) uint8
        """The image of that row.

        Raises:
            InputError: the set is a plain matrix without images.
        """
        if self.images is None:
            raise InputError(f"{self.kind or 'set'} is a feature matrix without images.", "Import the images and evaluate them instead.")
        return self.images.read(int(self.rows[row]))

    def take(self, rows: np.ndarray | Sequence[int], *, finding: str = "") -> Self:
        """The images of those rows, as a view that shares what the whole set has computed."""
        rows = np.asarray(rows, dtype=np.intp)
        view = self._view()
        view._rows = self.rows[rows]
        view.finding = finding or self.finding
        view.subjects = None if self.subjects is None else self.subjects[rows]
        view.prompts = None if self.prompts is None else self.prompts[rows]
        return view

    def _view(self) -> Self:
        """The same images, with nothing worked out or remembered yet."""
        view = object.__new__(type(self))
        view.__dict__.update({name: value for name, value in self.__dict__.items() if name not in WORKED_OUT})
        view._key, view._memo, view._pairs = "", {}, WeakKeyDictionary()
        return view

    def with_plain_radii(self) -> Self:
        """The same images, whose radii run over all other rows: neither patients nor repeated images are told apart.

        What other tools compute (prdc); here only to reproduce their numbers. Patients still stay together in resamples.
        """
        if self.plain_radii:
            return self
        if self._rows is not None:
            return self._root.with_plain_radii().take(self._rows, finding=self.finding)

        def make() -> Features:
            plain = self._view()
            plain.plain_radii, plain._root, plain._key = True, plain, content_key("plain radii", self.key)
            return plain

        return cast("Self", self.remember("plain radii", make))

    def remember(self, name: Any, make: Callable[[], T], other: "Features | None" = None) -> T:
        """What `make` returns, computed once for this set (and `other`)."""
        memo = self._memo if other is None or other is self else self._pairs.setdefault(other, {})
        if name not in memo:
            memo[name] = make()
        return cast(T, memo[name])

    def check_comparable(self, other: "Features") -> None:
        """Raises InputError when two sets cannot be compared."""
        mine, theirs = self._root._values.shape[1], other._root._values.shape[1]
        if mine != theirs:
            sizes = f"{self.kind or 'one set'} has {mine} features per image, {other.kind or 'another set'} has {theirs}."
            raise InputError(sizes, "Encode both with the same encoder.")
        if self.encoder != other.encoder or self.distance != other.distance:
            encoders = f"{self.kind} was encoded with {self.encoder!r}, {other.kind} with {other.encoder!r}."
            raise InputError(encoders, "Encode both with the same encoder.")

    def rows_of(self, distance: str = "") -> Rows:
        """The rows of the whole set, ready to be compared by its own distance or another."""
        root = self._root
        space = root.space if distance in ("", root.distance) else Space(distance)  # type: ignore[arg-type]

        def prepare() -> Rows:
            patient = root.content if root.subjects is None or root.plain_radii else np.unique(root.subjects, return_inverse=True)[1]
            return Rows(root._values, space, np.stack([patient, root.content], axis=1), KEPT)

        return root.remember(("rows", space.distance), prepare)

    def paired(self, other: "Features", distance: str = "") -> tuple[Pairs, int]:
        """The pairs of two whole sets, and which side of them this one is."""
        mine, theirs = self.rows_of(distance), other.rows_of(distance)
        if mine is theirs:
            return within(mine), 0
        name = ("pairs", mine.space.distance)
        if name in other._root._pairs.get(self._root, {}):
            return other._root._pairs[self._root][name], 1
        return self._root.remember(name, lambda: Pairs(mine, theirs, kept=len(mine) * len(theirs) <= KEPT), other._root), 0

    def _left_out(self, least: float = 0.75) -> np.ndarray | None:
        """Rows of the whole set that are not in this view, if that share of them is in it."""
        if len(self) < len(self._root) * least:
            return None
        out = np.setdiff1d(np.arange(len(self._root)), self.rows)
        return out if len(out) + len(self) == len(self._root) else None


def _names(table: pd.DataFrame, column: str) -> np.ndarray | None:
    """A column of names; rows without one get a name of their own (`UNNAMED`). None if no row has one."""
    if column not in table or table[column].isna().all():
        return None
    own = pd.Series([f"{UNNAMED}{row}" for row in range(len(table))], index=table.index)
    return np.asarray(table[column].astype(object).where(table[column].notna(), own).astype(str))


def _checked(values: np.ndarray, name: str, rows: int | None = None) -> np.ndarray:
    """The values as a read-only float32 matrix, or an InputError that names set and row."""
    values = np.asarray(values)
    if values.ndim != 2 or values.dtype.kind not in "fiub" or 0 in values.shape:
        given = f"{name}: an array of shape {values.shape} and type {values.dtype}."
        raise InputError(given, "Give a numeric matrix with one row per image.")
    if rows is not None and len(values) != rows:
        raise InputError(f"{name}: {len(values)} rows for {rows} images.")
    with np.errstate(over="ignore"):
        matrix = np.array(values, dtype=np.float32, order="C")  # a copy: the caller may write to its own
    bad = np.flatnonzero(~np.isfinite(matrix).all(axis=1))
    if len(bad):
        more = f" and {len(bad) - 1} more rows" if len(bad) > 1 else ""
        raise InputError(f"{name}: row {bad[0]}{more} has NaN, infinite or too large values.", "Leave those images out.")
    matrix.setflags(write=False)
    return matrix
