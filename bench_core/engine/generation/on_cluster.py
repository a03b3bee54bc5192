"""Generation on a Ray cluster: a shard is a batch."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench_core.cards import GeneratorCard
from bench_core.config import Config
from bench_core.data import ImageSet, Prompt
from bench_core.engine.batches import BatchSize
from bench_core.engine.catalogue import check_settings
from bench_core.engine.cluster.ray import OnRay, on_workers
from bench_core.engine.generation.images import Work, as_prompt, provenance, row_columns
from bench_core.engine.models import models_of
from bench_core.engine.progress import Reporter
from bench_core.store.drafts import Draft, store_image, stored_image
from bench_core.store.image_folders import LocalFolder, RemoteFolder
from bench_core.store.workspace import Workspace

Task = Sequence[tuple[int, Prompt, int, dict[str, Any], dict[str, Any]]]
"""Of each image of a shard the row, prompt, seed, table columns and provenance."""


@dataclass(frozen=True)
class GenerationWork:
    """What all shards of a generation share.

    Attributes:
        folder: where the image files go; all nodes reach it.
        given: settings of the generator.
    """

    config: Config
    folder: LocalFolder | RemoteFolder
    card: GeneratorCard
    train: ImageSet | None
    given: dict[str, Any]


def generate_on_cluster(executor: OnRay, workspace: Workspace, asked: Work, card: GeneratorCard, draft: Draft, report: Reporter) -> float:
    """Makes what is missing, a batch per shard; rows go into the draft's journal as shards come back. Returns the seconds that it took."""
    spec, missing, total = asked.spec, draft.missing, draft.total
    began, found = time.monotonic(), draft.total - len(draft.missing)
    made = 0

    def task(row: int) -> tuple[int, Prompt, int, dict[str, Any], dict[str, Any]]:
        return row, as_prompt(spec.prompts[row // spec.count]), spec.seed + row, row_columns(asked, row), provenance(asked, row)

    tasks = [[task(row) for row in missing[start : start + spec.batch_size]] for start in range(0, len(missing), spec.batch_size)]

    def on_done(number: int, columns: list[dict[str, Any]]) -> None:
        nonlocal made
        draft.add_stored([(row, of) for (row, *_), of in zip(tasks[number], columns, strict=True)])
        made += len(columns)
        worked, done = time.monotonic() - began, found + made
        report.at(done, total, f"{done} of {total} images", force=True, made=made, worked=worked, attempts=0)

    train = workspace.sets.open(spec.train) if spec.train else None
    report.at(found, total, f"{card.title}, on {executor.slots} cores and {executor.gpus} GPUs", force=True)
    report.begin(found / total)
    work = GenerationWork(on_workers(workspace.config), draft.folder, card, train, dict(spec.generator.settings))
    executor.map(make_images, tasks, [work], gpu=True, on_done=on_done, check=report.between)
    return time.monotonic() - began


def make_images(work: GenerationWork, task: Task) -> list[dict[str, Any]]:
    """Makes those images of a shard whose files are not there yet; the table columns of all of them."""
    found = [stored_image(work.folder, row, columns) for row, _, _, columns, _ in task]
    left = [i for i, columns in enumerate(found) if columns is None]
    if left:
        settings = check_settings(work.card, work.given)
        generator = models_of(work.config).generator(work.card, work.train, settings)
        images = BatchSize(len(left)).carry_out(
            left, lambda some: generator.batch([task[i][1] for i in some], [task[i][2] for i in some], settings, on_step=None)
        )
        for i, pixels in zip(left, images, strict=True):
            row, _, _, columns, provenance_of = task[i]
            found[i] = store_image(work.folder, row, columns, pixels, provenance_of)
    return [columns for columns in found if columns is not None]
