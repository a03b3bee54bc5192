"""What the facade hands out: runs, references, reports of imports, settings as a form draws them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from bench_core.spec import RunSpec

Progress = Callable[[int, int, str], None]
"""Called with done, total and a line that says what is being done."""


@dataclass(frozen=True)
class SettingField:
    """One setting of a generator, as a form draws it. `type` is `int`, `float`, `bool`, `str` or `choice`.

    Attributes:
        step: the value is a multiple of it; None: any value within the limits.
        group: `memory` for what decides how a model is held in memory, not what it draws.
    """

    name: str
    type: str
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    help: str = ""
    group: str = ""
    step: float | None = None


def counted(words: str, count: int) -> str:
    """Words that follow a number: `dead link(s)` of one is `dead link`."""
    return words.replace("(s)", "" if count == 1 else "s")


@dataclass(frozen=True)
class Reading:
    """How much of a prompt a model reads, in its own tokens, without those that only mark start and end.

    `kept` is the text up to where it is cut; all of it where it is not.
    """

    tokens: int
    read: int
    kept: str

    @property
    def cut(self) -> bool:
        """Whether the model does not see the end of the text."""
        return self.read < self.tokens


@dataclass(frozen=True)
class ImportReport:
    """What an import did. `problems` has one line per thing that was wrong and left out, naming its row.

    Attributes:
        set_id: None where no set was made.
        imported: images (or numbers) imported.
        notes: what was imported and should be looked at, a line each: films that are nearly one grey, say.
        left_out: how many of what was there are not in the set, by reason, in words that read on from the number: `without a view`.
    """

    set_id: str | None
    imported: int
    problems: list[str]
    notes: list[str] = field(default_factory=list)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def sentence(self, things: str = "images") -> str:
        """The sentence in which every import ends: `12 images imported; 3 left out: 2 TIFF, 1 dead link`."""
        what = re.sub(r"s\b", "", things, count=1) if self.imported == 1 else things
        total = sum(self.left_out.values())
        reasons = ", ".join(f"{n:,} {counted(reason, n)}" for reason, n in sorted(self.left_out.items(), key=lambda i: -i[1]))
        return f"{self.imported:,} {what} imported" + (f"; {total:,} left out: {reasons}" if total else "; none left out")


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote.

    Attributes:
        place: the folder, or the ZIP.
        exported: images.
        bytes: of all files.
        already: images that an earlier, unfinished attempt had written.
        problems: a line for each image that was left out.
        left_out: how many images were, by reason.
    """

    place: str
    exported: int
    bytes: int
    already: int = 0
    problems: list[str] = field(default_factory=list)
    left_out: Mapping[str, int] = field(default_factory=dict)

    def sentence(self) -> str:
        """`198 images exported; 2 left out: 2 unreadable`."""
        total = sum(self.left_out.values())
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in sorted(self.left_out.items(), key=lambda i: -i[1]))
        said = f"{self.exported:,} {counted('image(s)', self.exported)} exported"
        said += f" ({self.already:,} of them earlier)" if self.already else ""
        return said + (f"; {total:,} left out: {reasons}" if total else "; none left out")


@dataclass(frozen=True)
class ExportRules:
    """What an export of a set must heed.

    Attributes:
        patients: whether it shows films of patients: they leave only where that is asked for.
        synthetic: whether its files will say that they are synthetic; None: they say neither.
        provenance: what is told unless something else is asked for: `full` or `redacted`.
    """

    patients: bool
    synthetic: bool | None
    provenance: Literal["full", "redacted", "none"]


@dataclass(frozen=True)
class Deletion:
    """What goes when a set is deleted by one of its names, or by its id.

    Attributes:
        name: by which it is deleted.
        other_names: the set has these too: then the name goes alone, and all else stays under them.
        bytes: of the set's own files on this machine.
        numbers: results that are about it as synthetic, real or training images; they go.
        stays_in: the folder of a user's own files, which are never deleted; empty where the images are the workspace's.
        marks: what people said of pairs with its images; that goes too.
    """

    set_id: str
    name: str
    other_names: list[str]
    images: int
    bytes: int
    numbers: int
    stays_in: str = ""
    marks: int = 0


@dataclass(frozen=True)
class Upload:
    """Where uploaded files were put, ready for `import_images`."""

    images: Path
    table: Path | None


@dataclass(frozen=True)
class Run:
    """A run as a page shows it. Times are seconds since the epoch; `progress` runs from 0 to 1.

    Attributes:
        kind: its id in `registry.run_kinds`; where its file is not there any more, `spec` is an `UnknownSpec` and `error` says so.
        done, total: in the unit of its kind: images (generate), or images to encode and metrics to compute (evaluate).
        step, steps: within the batch that is being generated.
        set_id: the set that the run makes (its finished images can be read while it runs) or evaluates.
        preview_png: intermediate image of the batch in progress.
        owner: who asked for it.
        pausing: it was asked to pause and still runs.
        position, starts_in: place in the queue (from 1) and seconds until its turn; None where it does not wait, or unknown.
    """

    id: str
    kind: str
    name: str
    spec: RunSpec
    status: Literal["queued", "running", "paused", "done", "failed", "cancelled"]
    progress: float
    done: int
    total: int
    step: int
    steps: int
    message: str
    error: str
    hint: str
    created: float
    started: float | None
    finished: float | None
    seconds: float | None
    eta_seconds: float | None
    set_id: str | None
    cancelling: bool
    preview_png: bytes | None
    owner: str = ""
    priority: int = 0
    pausing: bool = False
    position: int | None = None
    starts_in: float | None = None


@dataclass(frozen=True)
class ReadingDeletion:
    """What goes with a reader study; `reading`: who is in the middle of it while it is open, as `Ann (12 of 64)`: then nothing goes."""

    name: str
    readers: int
    answers: int
    closed: bool
    reading: tuple[str, ...]


@dataclass(frozen=True)
class RunDeletion:
    """What goes when a run is deleted.

    Attributes:
        numbers: how many it has; `shared` of them stay, because another run has them too.
        images: how many it made, which stay.
        set_name: of the set that it made or evaluated; empty where that is gone.
    """

    name: str
    numbers: int
    shared: int
    images: int
    set_name: str


@dataclass(frozen=True)
class PromptSource:
    """A table of prompts that an installed package ships; `missing` says why it cannot be read, empty where it can."""

    id: str
    title: str
    missing: str


@dataclass(frozen=True)
class DemoState:
    """How far the embedded study is."""

    ready: bool
    done: int
    total: int
    message: str


@dataclass(frozen=True)
class Reference:
    """What synthetic sets are judged against: a held-out real set, the training set and an encoder. Sets by id or name.

    Attributes:
        real: empty where only training images are looked at (`neighbours`).
        train: None where there is none.
        name: as a list of references shows it; says nothing of which one it is.
    """

    real: str
    train: str | None
    encoder: str
    name: str = field(default="", compare=False)


@dataclass(frozen=True)
class CopyCount:
    """How many synthetic images lie nearer to the training images than held-out patients do by chance.

    Attributes:
        found: so many of `images` lie below the cut.
        asked: the share of held-out patients that was asked for; `share` is what so many `patients` support, at least 1 / (patients + 1).
        prompts: of the synthetic images; of each one only one image counts in the test.
        cut: what counts as too near.
        most: the largest number that a perfect generator has in 95 cases of 100.
        chance: how likely a perfect generator has so many, or more: an exact p-value.
    """

    found: int
    images: int
    asked: float
    share: float
    patients: int
    prompts: int
    cut: float
    most: int
    chance: float

    @property
    def expected(self) -> float:
        """How many of a perfect generator's images lie there on average."""
        return self.images * self.share

    @property
    def caution(self) -> str:
        """Where the share is not what was asked for, because there are too few patients, or the cut finds nothing; else empty."""
        if self.cut <= 0:
            return "Nothing can be nearer than held-out images, which are training images themselves."
        if self.asked * (self.patients + 1) < 1:
            return f"Counted below the {self.share:.2%} point: {self.patients} held-out patients support no smaller share."
        return ""
