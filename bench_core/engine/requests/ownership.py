"""Whose a run is, and who may stop or delete it."""

from bench_core.errors import NotAllowed
from bench_core.store.workspace import Workspace


def may_change(workspace: Workspace, owner: str, by: str | None) -> bool:
    """Whether somebody may stop or delete a run of `owner`. None is whoever has the workspace itself: the command line."""
    config = workspace.config
    return by is None or by in (owner, config.user, *config.admins) or not owner


def check_may_change(workspace: Workspace, run_id: str, by: str | None) -> None:
    """Looks whether somebody may stop or delete a run.

    Raises:
        UnknownName: there is no such run.
        NotAllowed: it is somebody else's.
    """
    row = workspace.runs.get(run_id)
    if not may_change(workspace, row["owner"], by):
        raise NotAllowed(
            f"{row['name']} was asked for by {row['owner']}, and you are {by}.",
            "Ask them, or whoever runs this site. If it was you in another browser, open your own link from there (Queue page, your name).",
        )
