"""The workspace in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bench_core.config import Config

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.store.workspace import Workspace


_current: Workspace | None = None


def open_workspace(config: Config | None = None) -> Workspace:
    """Sets the current workspace (with a config) or returns it, opening the one that the environment names if need be.

    Raises:
        StoreError: its folder or database cannot be used.
    """
    global _current
    if config is not None or _current is None:
        from bench_core.store.workspace import Workspace

        config = config or Config.from_environment()
        if _current is None or _current.config != config:
            _current = Workspace(config)
    return _current


def data_version() -> str:
    """A cheap token that changes when a set, a number or the end of a run appears or disappears: what pages key their caches on."""
    return open_workspace().version()


def disk_use() -> pd.DataFrame:
    """`frames.DISK_USE`: bytes on disk by what they are."""
    return open_workspace().disk_use()


def data_roots() -> tuple[Path, ...]:
    """The folders of the server that pages may read."""
    return open_workspace().config.data_roots


def path_for_pages(typed: str) -> Path:
    """A path of the server that somebody typed into a page.

    Raises:
        InputError: it does not lie in a folder that pages may read, links followed; whether it is there is not said.
    """
    from bench_core.errors import InputError

    path = Path(typed.strip()).expanduser()
    try:
        whole = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, a zero byte
        whole = Path("/")
    roots = data_roots()
    if not any(whole.is_relative_to(root) for root in roots):
        may = f"Pages may read {', '.join(map(str, roots))}." if roots else "Pages may read no folder of the server."
        raise InputError(
            f"{typed.strip()!r} is not for pages to read. {may}",
            "Whoever runs the site lists folders in BENCH_DATA_ROOTS; on the command line any path can be given.",
        )
    return path


def sweep() -> list[str]:
    """Removes what killed processes left behind and nobody owns, and finishes their deletions; one line for each kind of thing."""
    from bench_core.engine.requests.deletion import sweep

    return sweep(open_workspace())


def user_header() -> str:
    """The header in which a trusted proxy says who uses the pages; empty where there is none."""
    return open_workspace().config.user_header


def packed(key: str) -> bytes | None:
    """A file of the site that was packed before, by the key of what it holds; None where it was not."""
    return open_workspace().packed.get(key)


def keep_packed(key: str, data: bytes) -> None:
    """Keeps a packed file of the site for the next start."""
    open_workspace().packed.put(key, data)
