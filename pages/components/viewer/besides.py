"""What can stand beside a synthetic image: its nearest training images, the real one whose report was its prompt, other models' images."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from bench_core import api
from pages.components import read
from pages.components.frame.reference import ReferenceInUse
from pages.components.style.numbers import number
from pages.components.viewer.showing import Beside, Shown

NEAREST = 5


def with_nearest(set_id: str, image_ids: Sequence[str], reference: ReferenceInUse | None) -> list[Shown]:
    """The images of a set, each with what can be shown beside it; nothing beside them where nothing was compared."""
    if reference is None or api.find_set(set_id).kind != "synthetic":
        return [Shown(set_id, i) for i in image_ids]
    nearest = _nearest(set_id, reference)
    real = api.find_set(reference.real).rows_by_id
    sources = _sources(set_id, image_ids)
    shown = []
    for image_id in image_ids:
        beside = nearest.get(image_id, [])
        source = sources.get(image_id)
        if source is not None and source in real:
            beside = [*beside, Beside(reference.real, str(source), "Real · its report was the prompt")]
        shown.append(Shown(set_id, image_id, tuple(beside)))
    return shown


def with_other_models(images: Sequence[Shown], others: Mapping[str, str]) -> list[Shown]:
    """The images, and beside each first those of other sets (name by id) that have its prompt and its seed."""
    asked: dict[str, dict[tuple[str, int], str]] = {}
    for set_id in {*others, *(image.set_id for image in images)}:
        table = api.find_set(set_id).table
        seeded = table[table["seed"].notna()]
        asked[set_id] = {(str(p), int(s)): i for p, s, i in zip(seeded["prompt"], seeded["seed"], seeded["image_id"], strict=True)}
    found = []
    for image in images:
        mine = next((what for what, i in asked[image.set_id].items() if i == image.image_id), None)
        same = (
            [Beside(o, asked[o][mine], f"{name} · same prompt and seed") for o, name in others.items() if mine in asked[o]] if mine else []
        )
        found.append(replace(image, beside=(*same, *image.beside)))
    return found


def _nearest(set_id: str, reference: ReferenceInUse) -> dict[str, list[Beside]]:
    if reference.train is None:
        return {}
    try:
        frame = read.neighbours(set_id, reference)
    except api.BenchError:  # not compared yet
        return {}
    return neighbours_beside(frame, reference.train)


def neighbours_beside(frame: pd.DataFrame, train: str) -> dict[str, list[Beside]]:
    """The nearest training images of each image, closest first; see `api.neighbours`."""
    found: dict[str, list[Beside]] = {}
    rows = frame[frame["rank"] <= NEAREST].sort_values(["image_id", "rank"])
    for image_id, rank, neighbour, ratio in zip(rows["image_id"], rows["rank"], rows["train_image_id"], rows["ratio"], strict=True):
        found.setdefault(image_id, []).append(Beside(train, neighbour, f"Training · neighbour {rank}, ratio {number(ratio)}"))
    return found


def _sources(set_id: str, image_ids: Sequence[str]) -> dict[str, str | None]:
    table = read.table(set_id)
    if "source_image_id" not in table:
        return {}
    rows = table[table["image_id"].isin(list(image_ids))]
    return dict(zip(rows["image_id"], rows["source_image_id"], strict=True))
