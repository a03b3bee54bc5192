"""The viewer with what readers marked over the films."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pages.components.reading.serving import address_of_room
from pages.components.viewer.showing import Shown, viewer_of

KIND = """
const [{ Viewer }, { element }] = await Promise.all(["viewer", "measures"].map((name) => import(`${site}<address>/${name}.js`)))
kind = (await import(site + "<room>/marked.js")).marked(Viewer, element)
"""
MARKED = viewer_of("marked_viewer", KIND.replace("<room>", address_of_room()))


def marked_film(rows: Sequence[Mapping[str, Any]], tones: Mapping[str, str]) -> Shown:
    """A film with the marks of each reader, of rows of `frames.REMARKS` about it; under them its first mask."""
    first = rows[0]
    marks = [{"reader": r["reader"], "tone": tones[r["reader"]], **mark} for r in rows for mark in json.loads(r["drawn"] or "[]")]
    masks = next((r["mask"] for r in rows if r["mask"]), "").split(", ")
    mask = first["finding"] if first["finding"] in masks else masks[0]
    return Shown(first["set_id"], first["image_id"], more={"marks": marks, "mask": mask})
