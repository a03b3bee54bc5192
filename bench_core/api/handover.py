"""What goes out: images with their provenance as files and ZIPs, the card of a set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from bench_core.api.sets import find_set
from bench_core.api.workspace import open_workspace
from bench_core.records import ExportReport, ExportRules, Progress

Provenance = Literal["full", "redacted", "none"]


def export_zip(
    set_id: str,
    image_ids: Sequence[str] | None = None,
    provenance: Provenance | None = None,
    real_pixels: bool = False,
    form: str = "png",
) -> bytes:
    """A ZIP of images (all unless named), `table.csv` and, of a whole set, its card; file names are numbers.

    Provenance `full` keeps model, prompt, seed and settings in each file and prompts in the table, `redacted` leaves out what
    could stem from a report (prompt, labels, ids of sources) or tells of a patient, `none` leaves out all. None: `redacted` where prompts
    are imported reports or films show patients, else `full`. Of a set that is withheld (see `api.sees_real`) it holds blurred
    thumbnails, and `set.json` says so.

    Args:
        form: `png`, `jpeg` or `dicom`, see `export_set`.
    """
    from bench_core.handover.disclosure import disclosure
    from bench_core.handover.zip import zip_of

    workspace, images = open_workspace(), find_set(set_id)
    told = disclosure(workspace, images, provenance, real_pixels)
    return zip_of(workspace, told, image_ids, form, None if image_ids is not None else card(set_id, told.level))


def export_png(set_id: str, image_id: str, provenance: Provenance | None = None, real_pixels: bool = False) -> bytes:
    """One image as a PNG with its provenance, by the rules of `export_zip`."""
    from bench_core.handover.zip import png_of

    return png_of(open_workspace(), find_set(set_id), image_id, provenance, real_pixels)


def export_set(
    name_or_id: str,
    form: str,
    out: Path,
    *,
    provenance: Provenance | None = None,
    patients: bool = False,
    skip_bad: bool = False,
    on_progress: Progress | None = None,
) -> ExportReport:
    """Writes a set as files, with `table.csv`, `card.md` and `set.json` beside them; the same request again goes on where it stopped.

    Args:
        form: `png`, `jpeg` (lossy), `dicom` (Secondary Capture), or `zip` (PNGs in one file).
        out: a folder that is empty or not there yet; nothing in it is overwritten.
        provenance: see `export_zip`.
        patients: whether films of patients may leave; sets that show some are refused unless it is said, and never called synthetic.
        skip_bad: whether images that cannot be read are left out and counted; else they stop the export.

    Raises:
        NotAllowed: the set shows films of patients.
        InputError: the folder is not empty, or holds another export that is not finished.
        ImageUnreadable, StoreError: an image cannot be read.
    """
    from bench_core.handover.disclosure import disclosure
    from bench_core.handover.export import Export
    from bench_core.handover.export import export_set as export

    workspace, images = open_workspace(), find_set(name_or_id)
    told = disclosure(workspace, images, provenance, True)
    more = {"tell": on_progress} if on_progress else {}
    return export(Export(workspace, told, form, Path(out), patients, skip_bad, card(name_or_id, told.level), **more))


def export_rules(name_or_id: str) -> ExportRules:
    """What an export of a set must heed: whether it shows films of patients, and what is told of it unless asked otherwise.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.handover.disclosure import disclosure

    told = disclosure(open_workspace(), find_set(name_or_id), None, True)
    return ExportRules(told.patients, told.synthetic, told.level)


def read_provenance(data: bytes) -> dict[str, Any] | None:
    """What a PNG, JPEG or DICOM file of ours says of how it was made: generator, revision, prompt, seed, settings; None if nothing."""
    from bench_core.store.provenance import read_provenance

    return read_provenance(data)


def card(name_or_id: str, provenance: Provenance | None = None) -> str:
    """The card of a set as Markdown: what it is, from what, tested how with what result, its limits, and how to make it again.

    Args:
        provenance: see `export_zip`; only `full` names sets and prompts' origin in detail.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.engine.answers.data_card import data_card

    return data_card(open_workspace(), find_set(name_or_id), provenance)
