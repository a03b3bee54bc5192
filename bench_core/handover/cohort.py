"""A simulated cohort as files, in the form that import reads."""

from collections.abc import Callable
from pathlib import Path

from bench_core.errors import InputError


def export_cohort(subjects: int, seed: int, out: Path, on_progress: Callable[[int, int, str], None] | None) -> int:
    """See `api.simulate`."""
    from bench_core import phantom

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(f"{str(out)!r} is not an empty folder.", "Name one that is empty or not there yet.")
    if on_progress:
        on_progress(0, 1, "Rendering")
    table = phantom.export(out, subjects=subjects, seed=seed)
    if on_progress:
        on_progress(1, 1, "Rendering")
    return len(table)
