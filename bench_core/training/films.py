"""The films that models learn from: rendered once, in parallel, into memory-mapped arrays below the checkpoints folder."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.files import write_whole
from bench_core.training.recipe import CHECKPOINTS, Progress

CELLS = 16  # finding masks are kept as their share of 16 x 16 cells
SIDED = ("Lung Opacity", "Lung Lesion", "Consolidation", "Pneumonia", "Atelectasis", "Pneumothorax", "Pleural Effusion", "Fracture")
DEVICES = ("endotracheal tube", "central line", "chest tube", "nasogastric tube", "pacemaker")


@dataclass(frozen=True)
class Films:
    """A cohort as arrays.

    Attributes:
        table: the cohort's table, one row per film.
        images: (N, 256, 256) uint8, a memory map.
        cells: (N, 14, 16, 16) uint8, share of each cell that a finding's mask covers (255 = all).
        state: file that says how many films, from the first, are rendered; it grows while a training run reads.
    """

    table: pd.DataFrame
    images: np.ndarray
    cells: np.ndarray
    state: Path | None = None

    @property
    def ready(self) -> int:
        """How many films, from the first, are rendered by now."""
        return int(self.state.read_text()) if self.state else len(self.images)

    def targets(self) -> np.ndarray:  # (N, 14 + 2 * 8 + 5 + 1) float32
        """What the auxiliary heads learn: findings, findings by side, kinds of device, the view."""
        rows = []
        for details, view in zip(self.table["details"], self.table["view"], strict=True):
            found = json.loads(details)
            names = {f["name"] for f in found}
            sides = {(f["name"], s) for f in found for s in (("left", "right") if f["side"] == "bilateral" else (f["side"],))}
            kinds = {f["kind"] for f in found}
            rows.append(
                [n in names for n in FINDINGS]
                + [(n, s) in sides for n in SIDED for s in ("left", "right")]
                + [k in kinds for k in DEVICES]
                + [view == "AP"]
            )
        return np.asarray(rows, np.float32)


def folder_of(seed: int, count: int) -> Path:
    """Where the arrays of this cohort and renderer are."""
    from bench_core import phantom

    return CHECKPOINTS / "films" / f"{seed}-{count}-{phantom.RENDERER_VERSION}"


def cells_of(masks: dict[str, np.ndarray]) -> np.ndarray:  # (14, 16, 16) uint8
    """Share of each cell that is covered by each finding."""
    return shares_of(masks, CELLS)


def shares_of(masks: dict[str, np.ndarray], side: int) -> np.ndarray:  # (14, side, side) uint8
    """Share of each of `side` x `side` cells that is covered by each finding; 255 is all of it."""
    out = np.zeros((len(FINDINGS), side, side), np.uint8)
    for index, name in enumerate(FINDINGS):
        if name in masks:
            mask = masks[name]
            step = mask.shape[0] // side
            out[index] = mask.reshape(side, step, side, step).mean((1, 3)) * 255
    return out


def open_films(seed: int, count: int) -> Films:
    """The arrays as far as they are rendered."""
    from bench_core import phantom

    folder = folder_of(seed, count)
    table = phantom.cohort_table(seed, films=count)
    state = folder / "ready.txt"
    if not state.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name, shape in (("images", (count, 256, 256)), ("cells", (count, len(FINDINGS), CELLS, CELLS))):
            np.lib.format.open_memmap(folder / f"{name}.npy", mode="w+", dtype=np.uint8, shape=shape).flush()
        state.write_text("0")
    images, cells = (np.load(folder / f"{name}.npy", mmap_mode="r+") for name in ("images", "cells"))
    return Films(table, images, cells, state)


def note_ready(folder: Path, done: int) -> None:
    """Says how many films of a folder are rendered: a run that was killed goes on from there, and a training run reads so many."""
    write_whole(folder / "ready.txt", lambda part: part.write_text(str(done)))


def render_films(seed: int, count: int, *, first: int | None = None, workers: int = 2, on_progress: Progress | None = None) -> Films:
    """Renders what is missing of the first films (all unless named), in table order; a killed run goes on where it stopped."""
    from bench_core import phantom

    films = open_films(seed, count)
    done, goal = films.ready, count if first is None else first
    for film in phantom.render_many(films.table["image_id"].iloc[done:goal].tolist(), workers):
        films.images[done], films.cells[done] = film.image, cells_of(film.masks)
        done += 1
        if done % 50 == 0 or done == goal:
            note_ready(folder_of(seed, count), done)
            if on_progress:
                on_progress(done, goal, "films rendered")
    return open_films(seed, count)


def wait_for_films(seed: int, count: int, at_least: int, *, tick: Callable[[], None] | None = None) -> Films:
    """The films, of which the first `at_least` are rendered; what is missing of these is rendered here."""
    films = open_films(seed, count)
    if films.ready < at_least:
        films = render_films(seed, count, first=at_least, on_progress=(lambda *_: tick()) if tick else None)
    return films
