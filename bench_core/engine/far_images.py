"""Images and features that are made on a Ray cluster. Image files lie where all nodes can reach them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.config import Config
from bench_core.data import ImageSet, Prompt
from bench_core.encoders.backend import squashed
from bench_core.engine.decode import BATCH, decoded
from bench_core.engine.executor import OnRay, on_workers
from bench_core.engine.memory import Fitting
from bench_core.engine.models import Models, card_key, check_settings
from bench_core.store.drafts import Draft, store_image, stored_image
from bench_core.store.image_folders import LocalFolder, RemoteFolder
from bench_core.store.workspace import Workspace

ENCODED = 128
"""Images that a shard encodes."""


@cache
def models_of(config: Config) -> Models:
    """What this process has loaded; it stays for the shards that follow."""
    return Models(config)


def encode_far(
    far: OnRay, workspace: Workspace, images: ImageSet, cards: Sequence[EncoderCard], missing: Mapping[str, set[int]],
    on_images: Callable[[int, str], None] | None,
) -> None:  # fmt: skip
    """Encodes the missing rows of each encoder; the vectors of a shard are stored as soon as they are back."""
    digests = images.table["digest"].tolist()
    for card in cards:
        key = card_key(card)
        rows = sorted(missing[key])
        shards = [rows[start : start + ENCODED] for start in range(0, len(rows), ENCODED)]

        def on_done(number: int, values: np.ndarray, key: str = key, card: EncoderCard = card, shards: list[list[int]] = shards) -> None:
            workspace.features.write(key, [digests[row] for row in shards[number]], values)
            if on_images:
                on_images(len(shards[number]), f"Encoding {images.name} with {card.title}")

        far.map(encode_rows, shards, [on_workers(workspace.config), images, card], gpu=True, on_done=on_done)


def encode_rows(config: Config, images: ImageSet, card: EncoderCard, rows: list[int]) -> np.ndarray:  # (N, D)
    """The features of some rows of a set."""
    encoder, fitting = models_of(config).encoder(card), Fitting(BATCH)
    return np.stack(
        [
            vector
            for part, pixels in decoded(images, rows)
            for vector in fitting.carry_out([squashed(pixels[row], card) for row in part], encoder.encode)
        ]
    )


def generate_far(
    far: OnRay, workspace: Workspace, draft: Draft, card: GeneratorCard, train: ImageSet | None, given: Mapping[str, Any],
    tasks: Sequence[list[tuple[int, Prompt, int, dict[str, Any], dict[str, Any]]]], on_images: Callable[[int], None],
    check: Callable[[], None],
) -> None:  # fmt: skip
    """Makes images in shards, and writes their rows into the draft's journal as the shards come back.

    Args:
        tasks: of each shard's images the row, prompt, seed, table columns and provenance.
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
