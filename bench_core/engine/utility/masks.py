"""Films of a set at a small size with the masks of what is on them: imported, drawn by the simulator, or known to the generator."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress

import numpy as np
import pandas as pd
from PIL import Image

from bench_core.data import FINDINGS, ImageSet, Prompt, content_key
from bench_core.downstream.segmentation.task import MaskedFilms
from bench_core.engine.catalogue import generator_card, generator_missing
from bench_core.engine.keys import set_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import BenchError, InputError, NotPossible
from bench_core.store.workspace import Workspace

MASKS = "-masks"
"""End of the name of a set of masks of the images of the same ids in the set whose name comes before; in a mask is what is above 0."""
MASK = "mask"
"""What the one structure of an imported set of masks is called."""
UNLIKE = 2.0
"""Grey levels, on average, that a film may differ from the one that its masks were drawn with."""
_BESIDE_THE_LUNGS = {"No Finding", "Cardiomegaly", "Enlarged Cardiomediastinum", "Fracture", "Support Devices"}
PARTS: Mapping[str, tuple[str, ...]] = {
    "lungs": ("lung_left", "lung_right"), "heart": ("heart",), "lung findings": tuple(f for f in FINDINGS if f not in _BESIDE_THE_LUNGS),
}  # fmt: skip
"""Structures of the simulator's films, by the masks that they are made of. Findings finer than a small film shows are left out."""
Drawn = Mapping[str, np.ndarray]


def masked_films(workspace: Workspace, models: Models, images: ImageSet, rows: np.ndarray, side: int, tally: Tally) -> MaskedFilms:
    """Those images of a set and their masks, kept once they were made.

    Raises:
        NotPossible: nobody knows where things are in these images.
        InputError: some images have a mask and others have none.
    """
    over = masks_over(workspace, images)
    key = content_key("masked films", 1, set_key(images), rows.tolist(), side, set_key(over) if over is not None else None)
    table = workspace.derived.table(key)
    if table is None:
        table = _drawn(images, rows, side, _source(workspace, models, images, over, rows), tally)
        workspace.derived.write_table(key, "masked films", table, [images.id, *([over.id] if over is not None else [])])
    else:
        tally.batch(len(rows), f"Masks of {images.name}")
    return _unpacked(table, side)


def mask_source(workspace: Workspace, models: Models, images: ImageSet, rows: np.ndarray) -> Callable[[int], Drawn]:
    """From the row of an image to its masks at the size that they were drawn in, by structure, for those rows.

    Raises:
        NotPossible, InputError: see `masked_films`.
    """
    return _source(workspace, models, images, masks_over(workspace, images), rows)


def small_with_masks(films: Iterable[tuple[np.ndarray, Drawn]], side: int) -> MaskedFilms:
    """Films and their masks, brought to a small size."""
    return _unpacked(pd.DataFrame([_packed(film, drawn, side) for film, drawn in films]), side)


def _packed(film: np.ndarray, drawn: Drawn, side: int) -> dict[str, bytes]:
    masks = {name: small(np.where(mask, 255, 0).astype(np.uint8), side) > 127 for name, mask in drawn.items()}
    return {"film": small(film, side).tobytes(), **{name: np.packbits(mask).tobytes() for name, mask in masks.items()}}


def _unpacked(table: pd.DataFrame, side: int) -> MaskedFilms:
    names = tuple(c for c in table if c != "film")
    films = np.stack([np.frombuffer(data, np.uint8).reshape(side, side) for data in table["film"]])
    masks = np.stack([[np.unpackbits(np.frombuffer(data, np.uint8)).reshape(side, side) for data in table[c]] for c in names], axis=1)
    return MaskedFilms(films, masks.astype(bool), names)


def small(image: np.ndarray, side: int) -> np.ndarray:  # (H, W) -> (side, side) uint8
    """The means of areas."""
    grey = image if image.ndim == 2 else image.mean(axis=2).astype(np.uint8)
    return np.asarray(Image.fromarray(grey).resize((side, side), Image.Resampling.BOX))


def _drawn(images: ImageSet, rows: np.ndarray, side: int, source: Callable[[int], Drawn], tally: Tally) -> pd.DataFrame:
    made: list[dict[str, bytes]] = []
    for row in rows:
        made.append(_packed(images.read(int(row)), source(int(row)), side))
        tally.batch(1, f"Masks of {images.name}")
    return pd.DataFrame(made)


def masks_over(workspace: Workspace, images: ImageSet) -> ImageSet | None:
    """The imported set of masks of a set's images; None where there is none."""
    with suppress(BenchError):
        return workspace.sets.open(f"{images.name}{MASKS}")
    return None


def _source(workspace: Workspace, models: Models, images: ImageSet, over: ImageSet | None, rows: np.ndarray) -> Callable[[int], Drawn]:
    """From the row of an image to its masks, by structure."""
    ids = images.table["image_id"].tolist()
    if over is not None:
        lacking = [ids[row] for row in rows if ids[row] not in over.rows_by_id]
        if lacking:
            raise InputError(
                f"{over.name} has no mask for {len(lacking)} of {len(rows)} images of {images.name}, such as {lacking[0]!r}.",
                "Import a mask for every image, with the same image_id: an empty one where there is nothing to draw.",
            )
        return lambda row: {MASK: over.read(over.rows_by_id[ids[row]]) > 0}
    if images.render is not None:
        from bench_core import phantom

        return lambda row: _parts(phantom.render(ids[row]).masks)
    return _of_generator(workspace, models, images, rows)


def _of_generator(workspace: Workspace, models: Models, images: ImageSet, rows: np.ndarray) -> Callable[[int], Drawn]:
    name = images.meta.get("generator")
    fix = f"Import masks of its images as a set called {images.name}{MASKS}, with the same image ids."
    if not name:
        raise NotPossible(f"Nobody knows where things are in the images of {images.name}: they were imported without masks.", fix)
    if lack := generator_missing(workspace.config, str(name)):
        raise NotPossible(f"Generator {name} cannot run here, so nobody knows where things are in the images of {images.name}: {lack}", fix)
    train = workspace.sets.open(str(images.meta["train"])) if images.meta.get("train") else None
    generator = models.generator(generator_card(workspace.config, str(name)), train)
    settings = generator.settings(**images.meta.get("settings", {}))

    def of_train(row: int) -> Drawn:
        assert train is not None
        return _source(workspace, models, train, masks_over(workspace, train), np.array([row]))(row)

    def drawn(row: int) -> Drawn:
        prompt, seed = _asked(images, row)
        return _parts(generator.masks([prompt], [seed], settings, of_train)[0])

    first = int(rows[0])
    drawn(first)  # which says that it does not know
    prompt, seed = _asked(images, first)
    again = generator.batch([prompt], [seed], settings)[0].astype(float)
    film = images.read(first)
    if again.shape != film.shape or np.abs(again - film).mean() > UNLIKE:
        raise NotPossible(f"The images of {images.name} were made by another version of {name}, whose masks nobody knows.", fix)
    return drawn


def _asked(images: ImageSet, row: int) -> tuple[Prompt, int]:
    facts = images.table.iloc[row]
    labels = {f: int(facts[f]) for f in FINDINGS if f in facts and facts[f] == facts[f]}
    view = {"view": facts["view"]} if isinstance(facts.get("view"), str) and facts["view"] else {}
    return Prompt(str(facts["prompt_id"]), str(facts["prompt"]), {**labels, **view}), int(facts["seed"])


def _parts(masks: Drawn) -> Drawn:
    """The structures that are drawn, from the simulator's masks; what is none of the simulator's stays as it is."""
    if not {"lung_left", "heart"} <= set(masks):
        return masks
    empty = np.zeros_like(masks["heart"])
    return {name: np.logical_or.reduce([masks.get(part, empty) for part in parts]) for name, parts in PARTS.items()}


def thinned(images: ImageSet, most: int) -> np.ndarray:
    """Rows of at most so many images: whole patients, evenly over the set."""
    n = len(images)
    if n <= most:
        return np.arange(n)
    codes = patients_of(images)
    order = np.random.default_rng(0).permutation(codes.max() + 1)
    total = np.cumsum(np.bincount(codes)[order])
    kept = order[: max(1, int((total <= most).sum()))]
    return np.flatnonzero(np.isin(codes, kept))


def patients_of(images: ImageSet) -> np.ndarray:  # (N,) int
    """Numbers of the patients in the order in which they come; images of unknown patients stand alone."""
    n = len(images)
    owner = images.table["subject_id"] if "subject_id" in images.table else pd.Series(range(n))
    return np.asarray(pd.factorize(owner.where(owner.notna(), pd.Series([f"\0{i}" for i in range(n)])))[0])
