"""Images and features that are made on a Ray cluster. Image files lie where all nodes can reach them."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.engine.batches import BatchSize
from bench_core.engine.cluster.ray import OnRay, on_workers
from bench_core.engine.encoding.decode import BATCH, Readers
from bench_core.engine.encoding.streams import Stream, VectorList, feed
from bench_core.engine.keys import card_key
from bench_core.engine.models import models_of
from bench_core.engine.progress import Tally
from bench_core.store.features import text_digest
from bench_core.store.workspace import Workspace

ENCODED = 128
"""Images, or texts, that a shard encodes."""


def encode_on_cluster(
    executor: OnRay, workspace: Workspace, images: ImageSet, cards: Sequence[EncoderCard], missing: Mapping[str, set[int]], tally: Tally
) -> None:
    """Encodes the missing rows of each encoder, each image read once; the vectors of a shard are stored as soon as they are back.

    Args:
        tally: counts every shard, and while waiting nothing; may raise to stop.
    """
    digests = images.table["digest"].tolist()
    keys = [card_key(card) for card in cards]
    wanted = [missing[key] for key in keys]
    rows = sorted(set().union(*wanted))
    parts = [rows[start : start + ENCODED] for start in range(0, len(rows), ENCODED)]
    tasks = [[[row for row in part if row in of] for of in wanted] for part in parts]

    def on_done(number: int, found: list[np.ndarray]) -> None:
        for key, mine, values in zip(keys, tasks[number], found, strict=True):
            if mine:
                workspace.features.write(key, [digests[row] for row in mine], values)
        tally.batch(sum(map(len, tasks[number])), words)

    words = f"Encoding {images.name} with {', '.join(card.title for card in cards)}"
    shared = [on_workers(workspace.config), images, list(cards)]
    executor.map(encode_rows, tasks, shared, gpu=True, on_done=on_done, check=lambda: tally.batch(0, words))


def encode_rows(config: Config, images: ImageSet, cards: Sequence[EncoderCard], task: list[list[int]]) -> list[np.ndarray]:
    """For each encoder the features (N, D) of its rows of a set."""
    mine = [(card, rows, VectorList()) for card, rows in zip(cards, task, strict=True) if rows]
    with ExitStack() as stack:
        streams = [stack.enter_context(Stream(models_of(config).encoder(card), card.title, found)) for card, _, found in mine]
        feed(images, [set(rows) for _, rows, _ in mine], streams, stack.enter_context(Readers(config)))
    made = {card.id: np.stack(found.values) for card, _, found in mine}
    return [made.get(card.id, np.empty((0, 0))) for card in cards]


def encode_texts_on_cluster(
    executor: OnRay, workspace: Workspace, card: EncoderCard, texts: Sequence[str], tally: Tally, words: str
) -> None:
    """Encodes texts, and stores their vectors; `tally` as in `encode_on_cluster`."""
    key, parts = card_key(card), [texts[start : start + ENCODED] for start in range(0, len(texts), ENCODED)]

    def on_done(number: int, values: np.ndarray) -> None:
        workspace.features.write(key, [text_digest(text) for text in parts[number]], values)
        tally.batch(len(parts[number]), words)

    shared = [on_workers(workspace.config), card]
    executor.map(encode_words, parts, shared, gpu=True, on_done=on_done, check=lambda: tally.batch(0, words))


def encode_words(config: Config, card: EncoderCard, texts: Sequence[str]) -> np.ndarray:  # (N, D)
    """The features of texts."""
    encoder: Any = models_of(config).encoder(card)
    return np.stack(BatchSize(BATCH).carry_out(texts, encoder.encode_text))
