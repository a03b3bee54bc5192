"""What goes out: ZIPs and PNGs with their provenance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from bench_core.api.sets import find_set
from bench_core.api.workspace import open_workspace

Provenance = Literal["full", "redacted", "none"]


def export_zip(
    set_id: str, image_ids: Sequence[str] | None = None, provenance: Provenance | None = None, real_pixels: bool = False
) -> bytes:
    """A ZIP of images (all unless named) and `table.csv`; file names are numbers.

    Provenance `full` keeps model, prompt, seed and settings in each PNG and prompts in the table, `redacted` leaves out what
    could stem from a report (prompt, labels, ids of sources), `none` leaves out all. None: `redacted` where prompts are
    imported reports, else `full`. Of a set that is withheld (see `api.sees_real`) it holds blurred thumbnails, and `set.json` says so.
    """
    from bench_core.handover.zip import zip_of

    return zip_of(open_workspace(), find_set(set_id), image_ids, provenance, real_pixels)


def export_png(set_id: str, image_id: str, provenance: Provenance | None = None, real_pixels: bool = False) -> bytes:
    """One image as a PNG with its provenance, by the rules of `export_zip`."""
    from bench_core.handover.zip import png_of

    return png_of(open_workspace(), find_set(set_id), image_id, provenance, real_pixels)


def read_provenance(png: bytes) -> dict[str, Any] | None:
    """What a PNG says of how it was made: generator, revision, prompt, seed, settings; None if it says nothing."""
    from bench_core.store.png import read_provenance

    return read_provenance(png)
