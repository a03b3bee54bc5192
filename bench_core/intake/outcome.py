"""What every import checks and says."""

from bench_core.errors import InputError, NameTaken, TableError
from bench_core.store.workspace import Workspace

KINDS = ("real", "train", "synthetic")


def refused(problems: list[str], good: int) -> TableError:
    """The error of an import that has problems, of which it tells the first."""
    first = "; ".join(problem.rstrip(".") for problem in problems[:3]) + (f"; and {len(problems) - 3} more" if len(problems) > 3 else "")
    return TableError(
        f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}: {first}.",
        problems,
        f"Mend them, or import the other {good} images with --skip-bad." if good else "Mend them.",
    )


def take_name(workspace: Workspace, name: str, set_id: str) -> None:
    try:
        workspace.sets.claim_name(name, set_id)
    except NameTaken:
        raise NameTaken(
            f"The name {name!r} belongs to a set with other content.", "Choose another name, or delete that set first."
        ) from None


def check_kind(kind: str) -> None:
    """Refuses what is no kind of set."""
    if kind not in KINDS:
        raise InputError(f"{kind!r} is no kind of set.", f"Choose one of {', '.join(KINDS)}.")
