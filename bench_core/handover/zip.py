"""Images as a ZIP with a table; how much they say of their making is the user's choice."""

import io
import json
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from bench_core.data import FINDINGS, ImageSet
from bench_core.errors import InputError
from bench_core.pixels.blur import blurred
from bench_core.spreadsheets import csv_of
from bench_core.store.image_folders import PLACE
from bench_core.store.png import png_bytes, read_provenance
from bench_core.store.set_parts import read_log
from bench_core.store.sight import is_withheld
from bench_core.store.workspace import Workspace

FROM_REPORTS = ("prompt", "labels", "source_image_id")
"""Parts of the provenance that can stem from a report of a patient."""
PLACES = ("path", "source_path")
"""Columns that say where a film lies."""
_NEUTRAL_COLUMNS = ("file", "seed")


def zip_of(workspace: Workspace, images: ImageSet, image_ids: Sequence[str] | None, provenance: str | None, real_pixels: bool) -> bytes:
    """A ZIP of one folder with `000000.png`, ..., `table.csv` and `set.json`, each with as much provenance as `_chosen` allows.

    The folder has the name of the set, or `images` where not all may be told. A set that a filter left has `filter_log.csv` too.
    Films that are withheld are blurred, and called so.

    Raises:
        UnknownName: the set has no such image.
        InputError: there is no such provenance.
    """
    provenance = _chosen(images, provenance)
    withheld = is_withheld(workspace.config, images, real_pixels)
    end = "-blurred.png" if withheld else ".png"
    rows = range(len(images)) if image_ids is None else [workspace.sets.row_of(images, i) for i in image_ids]
    table = images.table.iloc[list(rows)].drop(columns=["path", "digest"]).reset_index(drop=True)
    table.insert(0, "file", [f"{number:06d}{end}" for number in range(len(table))])
    if withheld:
        table = table.drop(columns=[c for c in PLACES if c in table])
    if provenance == "redacted":
        table = table.drop(columns=[c for c in table if c not in _NEUTRAL_COLUMNS])
    elif provenance == "none":
        table = table[["file"]]
    folder = _folder_name(images.name) if provenance == "full" else "images"
    log = read_log(workspace.sets, images.id)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # PNG does not get smaller
        for number, row in enumerate(rows):
            archive.writestr(f"{folder}/{number:06d}{end}", _png(images, row, provenance, withheld))
        archive.writestr(f"{folder}/table.csv", csv_of(table.dropna(axis="columns", how="all"), read_back=True))
        if log is not None and provenance != "none":
            told = log if provenance == "full" else log[["kept", "value", "threshold"]]  # reasons name training images and patients
            archive.writestr(f"{folder}/filter_log.csv", csv_of(told))
        if provenance != "none":
            archive.writestr(f"{folder}/set.json", json.dumps(_about(images, provenance, withheld), indent=1, default=str))
    return buffer.getvalue()


def _folder_name(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "_", name).strip("._")[:80] or "images"


def png_of(workspace: Workspace, images: ImageSet, image_id: str, provenance: str | None, real_pixels: bool) -> bytes:
    """One image as a PNG with as much provenance as `_chosen` allows; blurred where it is withheld.

    Raises:
        UnknownName: the set has no such image.
        InputError: there is no such provenance.
    """
    withheld = is_withheld(workspace.config, images, real_pixels)
    return _png(images, workspace.sets.row_of(images, image_id), _chosen(images, provenance), withheld)


def _chosen(images: ImageSet, provenance: str | None) -> str:
    """What was asked for; else `full`, or `redacted` where prompts are reports of patients."""
    if provenance is None:
        return "redacted" if images.meta.get("prompts_are_reports") else "full"
    if provenance not in ("full", "redacted", "none"):
        raise InputError(f"Provenance {provenance!r} is unknown.", "Choose full, redacted or none.")
    return provenance


def _png(images: ImageSet, row: int, provenance: str, withheld: bool) -> bytes:
    if withheld:
        return png_bytes(blurred(images.read(row)))
    made = None
    if provenance != "none":
        made = read_provenance(images.path(row).read_bytes())
        if made is not None and provenance == "redacted":
            made = {k: v for k, v in made.items() if k not in FROM_REPORTS}
    return png_bytes(images.read(row), made)


def _about(images: ImageSet, provenance: str, withheld: bool) -> dict[str, Any]:
    about: dict[str, Any] = {"kind": images.kind, "images": len(images), "provenance": provenance, "made_with": _without_place(images.meta)}
    if withheld:
        about["pixels"] = "blurred: films of patients are for those who have the role (BENCH_ROLES)"
    if provenance == "full":
        about["name"] = images.name
        about["findings"] = [f for f in FINDINGS if images.table[f].notna().any()]
    else:
        about["made_with"] = {
            k: v for k, v in images.meta.items() if k in ("generator", "generator_title", "repo_id", "revision", "card", "settings", "seed")
        }
    return about


def _without_place(meta: Mapping[str, Any]) -> dict[str, Any]:
    """What made a set, but not where its images are kept."""
    return {k: v for k, v in meta.items() if k not in ("root", PLACE)}
