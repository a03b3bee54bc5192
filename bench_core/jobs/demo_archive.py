"""Makes `bench_core/demo_results/`: all that a first start would compute is done once, in a workspace of its own, and taken out of it.

`python scripts/make_demo_results.py` calls it; `demo_results` puts the files into other workspaces.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np

from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import UnknownName
from bench_core.jobs import demo
from bench_core.jobs.demo_results import FOLDER, work_key
from bench_core.jobs.demo_sets import ENCODER, LEARNED
from bench_core.jobs.worker import work
from bench_core.registry import find_run_kind
from bench_core.spec import EvaluateSpec, RunSpec
from bench_core.store.archive import Archive, RunRecord
from bench_core.store.workspace import Workspace

FIRST_SEEN, SIDE = 16, 128
"""Images of each set whose thumbnails come along, and their side in pixels: what the pages show first."""


def make(home: Path, tell: Callable[[int, int, str], None] | None = None, folder: Path = FOLDER) -> int:
    """Does all that a first start would do in a workspace of its own, and takes the results out; returns their bytes.

    A workspace that was begun goes on where it stopped; a new one renders films and takes a quarter of an hour on two free cores.

    Raises:
        RuntimeError: a run of it did not end well; nothing was written.
    """
    workspace = Workspace(Config(home, f"sqlite:///{home / 'bench.sqlite'}"))
    demo.prepare(workspace, tell, from_scratch=True)
    work(workspace, threading.Event(), until_idle=True)
    return taken_out(workspace, [*demo.COHORTS], demo.wanted()).write(folder)


def taken_out(workspace: Workspace, cohorts: Sequence[str], specs: Sequence[RunSpec]) -> Archive:
    """The results of those runs.

    Raises:
        RuntimeError: one of them was not carried out, or a number of it failed.
    """
    done = {}
    for kind in {spec.kind for spec in specs}:
        for row in reversed(workspace.runs.that_are_done(kind)):
            found = workspace.runs.spec_of(row)
            with suppress(UnknownName, TypeError):
                done[work_key(workspace, found)] = row
    works: dict[str, RunRecord] = {}
    for spec in specs:
        resolved = find_run_kind(spec.kind).check(workspace, spec).spec
        key = work_key(workspace, resolved)
        rows = workspace.results.taken_out(done[key]["id"]) if key in done else []
        if key not in done or any(row["status"] == "failed" for row in rows):
            raise RuntimeError(f"{spec.kind} {resolved} was not carried out.")
        row = done[key]
        works[key] = RunRecord(row["busy"] + row["finished"] - row["started"], row["message"], rows)
    listing = workspace.sets.listing().drop_duplicates("id")
    opened = [workspace.sets.open(set_id) for set_id in listing["id"]]
    digests = {images.id: images.table["digest"].tolist() for images in opened if images.kind == "synthetic"}
    asked = {choice.id: None for spec in specs if isinstance(spec, EvaluateSpec) for choice in spec.metrics or ()}
    entries, thumbnails = workspace.derived.entries(listing["id"].tolist()), _thumbnails(workspace, opened, cohorts)
    return Archive(digests, works, entries, thumbnails, list(asked), _features(workspace, digests))


def _features(workspace: Workspace, digests: Mapping[str, Sequence[str]]) -> dict[str, tuple[list[str], np.ndarray]]:
    """Of the synthetic images, in the space of the study: what pages compare they read, and nothing is encoded for it."""
    key, every = card_key(encoder_card(workspace.config, ENCODER)), list(dict.fromkeys(d for found in digests.values() for d in found))
    return {} if workspace.features.missing(key, every) else {key: (every, workspace.features.read(key, every))}


def _thumbnails(workspace: Workspace, opened: Sequence[ImageSet], cohorts: Sequence[str]) -> dict[str, bytes]:
    """Of the images that pages show first and that would have to be drawn for it: the first of each set, the closest, their neighbours."""
    sets = {images.id: images for images in opened}
    names = {images.name: images for images in opened}
    wanted = {(images.id, row) for images in opened for row in range(min(FIRST_SEEN, len(images)))}
    for entry in workspace.derived.entries(list(sets)):
        ends = [sets[i] for i in entry.sets]
        synthetic = next((images for images in ends if images.kind == "synthetic"), None)
        if entry.kind != "neighbours" or synthetic is None:
            continue
        train = next(images for images in ends if images.kind == "train")
        first = entry.content[entry.content["rank"] == 1].nsmallest(FIRST_SEEN, "ratio")["image_id"].tolist()
        near = entry.content[entry.content["image_id"].isin(first[:1])]["train_image_id"].tolist()
        wanted |= {(synthetic.id, synthetic.rows_by_id[i]) for i in first} | {(train.id, train.rows_by_id[i]) for i in near}
    drawn = {names[name].id for name in cohorts} | {images.id for images in opened if images.meta.get("generator") not in LEARNED}
    store, found = workspace.thumbnails, {}
    for set_id, row in sorted(wanted):
        if set_id in drawn:
            found[store.place(sets[set_id], row, SIDE)] = store.get(sets[set_id], row, SIDE)
    return found
