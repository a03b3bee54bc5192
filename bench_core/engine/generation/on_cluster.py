"""Generation on a Ray cluster: a shard is a batch."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bench_core.cards import GeneratorCard
from bench_core.config import Config
from bench_core.data import ImageSet, Prompt
from bench_core.engine.batches import Fitting
from bench_core.engine.catalogue import check_settings
from bench_core.engine.cluster.ray import OnRay, on_workers
from bench_core.engine.models import models_of
from bench_core.store.drafts import Draft, store_image, stored_image
from bench_core.store.image_folders import LocalFolder, RemoteFolder
from bench_core.store.workspace import Workspace


def generate_far(
    far: OnRay, workspace: Workspace, draft: Draft, card: GeneratorCard, train: ImageSet | None, given: Mapping[str, Any],
    tasks: Sequence[list[tuple[int, Prompt, int, dict[str, Any], dict[str, Any]]]], on_images: Callable[[int], None],
    check: Callable[[], None],
) -> None:  # fmt: skip
    """Makes images in shards, and writes their rows into the draft's journal as the shards come back.

    Args:
        tasks: of each shard's images the row, prompt, seed, table columns and provenance.
        check: is called while waiting; may raise to stop.
    """

    def on_done(number: int, made: list[dict[str, Any]]) -> None:
        draft.add_stored([(row, columns) for (row, *_), columns in zip(tasks[number], made, strict=True)])
        on_images(len(made))

    shared = [on_workers(workspace.config), draft.folder, card, train, dict(given)]
    far.map(make_images, tasks, shared, gpu=True, on_done=on_done, check=check)


def make_images(
    config: Config, folder: LocalFolder | RemoteFolder, card: GeneratorCard, train: ImageSet | None, given: dict[str, Any],
    task: list[tuple[Any, ...]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Makes those images of a shard whose files are not there yet; the table columns of all of them."""
    found = [stored_image(folder, row, columns) for row, _, _, columns, _ in task]
    left = [i for i, columns in enumerate(found) if columns is None]
    if left:
        settings = check_settings(card, given)
        generator = models_of(config).generator(card, train, settings)
        images = Fitting(len(left)).carry_out(
            left, lambda some: generator.batch([task[i][1] for i in some], [task[i][2] for i in some], settings, on_step=None)
        )
        for i, pixels in zip(left, images, strict=True):
            row, _, _, columns, provenance = task[i]
            found[i] = store_image(folder, row, columns, pixels, provenance)
    return [columns for columns in found if columns is not None]
