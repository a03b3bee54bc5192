"""What every import of images is told, checks and says."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_core.data import Kind
from bench_core.errors import InputError, NameTaken, TableError
from bench_core.intake.tables import Listing
from bench_core.records import ImportReport, Progress
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

KINDS = ("real", "train", "synthetic")


@dataclass(frozen=True)
class Import:
    """One import of images: where to, under which name, as what, and how.

    Attributes:
        copy: whether each image is decoded now and copied into the workspace (of DICOM files the pixels only). Otherwise it stays where it
            is and is not opened yet: it is known by its place, size and time of last change, which are checked whenever it is read.
        skip_bad: whether the other images are imported where rows are wrong.

    Raises:
        InputError: there is no such kind of set, or no set can have that name.
    """

    workspace: Workspace
    name: str
    kind: Kind
    copy: bool
    skip_bad: bool = False
    on_progress: Progress | None = None

    def __post_init__(self) -> None:
        check_kind(self.kind)
        object.__setattr__(self, "name", checked_name(self.name))

    def tell(self, done: int, total: int, message: str) -> None:
        """Tells how far the import is, if anybody listens."""
        if self.on_progress:
            self.on_progress(done, total, message)


def check_kind(kind: str) -> None:
    """Refuses what is no kind of set."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of set.", f"Choose one of {', '.join(KINDS)}.")


def uploads_of(workspace: Workspace) -> Path:
    """Where uploaded files are put, a folder for each upload."""
    return workspace.config.home / "uploads"


def refused(problems: list[str], good: int, advice: str = "") -> TableError:
    """The error of an import that has problems, of which it tells the first.

    Args:
        advice: what can be done, where more can be said than to mend them.
    """
    first = "; ".join(problem.rstrip(".") for problem in problems[:3]) + (f"; and {len(problems) - 3} more" if len(problems) > 3 else "")
    mend = advice or "Mend them."
    return TableError(
        f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}: {first}.",
        problems,
        f"{mend} Or import the other {good} {'image' if good == 1 else 'images'} with --skip-bad." if good else mend,
    )


def reported(order: Import, set_id: str, imported: int, listing: Listing, notes: Sequence[str]) -> ImportReport:
    """What an import did; kept with the name that it gave the set."""
    report = ImportReport(set_id, imported, listing.problems, [*listing.notes, *notes], dict(listing.left_out.counts))
    kept = {"imported": report.imported, "left_out": report.left_out, "notes": report.notes}
    order.workspace.sets.keep_import(set_id, order.name, kept)
    return report


def take_name(workspace: Workspace, name: str, set_id: str) -> None:
    """Gives the name to the set.

    Raises:
        NameTaken: it belongs to a set with other content.
    """
    try:
        workspace.sets.claim_name(name, set_id)
    except NameTaken:
        raise NameTaken(
            f"The name {name!r} belongs to a set with other content.", "Choose another name, or delete that set first."
        ) from None
