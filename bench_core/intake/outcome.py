"""What every import of images is told, checks and says."""

from dataclasses import dataclass

from bench_core.data import Kind
from bench_core.errors import InputError, NameTaken, TableError
from bench_core.records import Progress
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


def refused(problems: list[str], good: int) -> TableError:
    """The error of an import that has problems, of which it tells the first."""
    first = "; ".join(problem.rstrip(".") for problem in problems[:3]) + (f"; and {len(problems) - 3} more" if len(problems) > 3 else "")
    return TableError(
        f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}: {first}.",
        problems,
        f"Mend them, or import the other {good} images with --skip-bad." if good else "Mend them.",
    )


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
