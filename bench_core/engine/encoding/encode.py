"""Images to features: each image is encoded once per encoder, ever."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import FLAT, ImageSet, content_key
from bench_core.engine.batches import BatchSize
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.encoding.cut_texts import with_cut_texts
from bench_core.engine.encoding.decode import BATCH, Readers
from bench_core.engine.encoding.on_cluster import encode_on_cluster, encode_texts_on_cluster
from bench_core.engine.encoding.streams import KEPT_TOGETHER, Stream, VectorShards, feed
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.records import Progress
from bench_core.store.features import text_digest
from bench_core.store.workspace import Workspace


def missing_count(workspace: Workspace, images: ImageSet, card: EncoderCard) -> int:
    """How many images (and texts) of a set are not encoded yet."""
    key = card_key(card)
    return len(workspace.features.missing(key, images.table["digest"].tolist())) + len(_missing_texts(workspace, images, card))


def features_of(
    workspace: Workspace,
    models: Models,
    images: ImageSet,
    card: EncoderCard,
    tally: Tally | None = None,
    executor: OnRay | None = None,
) -> FeatureSet:
    """The features of a set: stored ones are read, the others are made and stored.

    Args:
        tally: counts images and texts that are encoded.
        executor: takes shards of images and texts; None: this process encodes.
    """
    key = card_key(card)
    known = content_key(images.fingerprint, images.table["prompt"].tolist(), images.id, key, images.meta.get(FLAT))
    kept = models.kept_features(known)
    if kept is not None:
        return kept
    encode_images(workspace, models, images, [card], tally, executor=executor)
    _encode_texts(workspace, models, images, card, tally or Tally(), executor)
    features = read_features(workspace, images, card)
    models.keep_features(known, features)
    return features


def encode_images(
    workspace: Workspace,
    models: Models,
    images: ImageSet,
    cards: Sequence[EncoderCard],
    tally: Tally | None = None,
    readers: Readers | None = None,
    executor: OnRay | None = None,
) -> None:
    """Makes and stores what is missing of the images' features, for all these encoders in one pass: each image is decoded once.

    What was encoded is stored even when an encoder fails or the run is cancelled.

    Args:
        tally: counts images that are encoded.
        readers: those of the run; without them it has its own.
        executor: takes shards of images; None: this process encodes.
    """
    digests = images.table["digest"].tolist()
    first = {digest: row for row, digest in reversed(list(enumerate(digests)))}
    keys = [card_key(card) for card in cards]
    missing = {key: {first[d] for d in workspace.features.missing(key, digests)} for key in keys}
    if executor and any(missing.values()):
        encode_on_cluster(executor, workspace, images, cards, missing, tally or Tally())
        return
    left = [(card, VectorShards(workspace, key, digests), missing[key]) for card, key in zip(cards, keys, strict=True) if missing[key]]
    if left:
        with ExitStack() as stack:
            streams = [
                stack.enter_context(Stream(models.encoder(card), f"Encoding {images.name} with {card.title}", store, tally))
                for card, store, _ in left
            ]
            used = readers or stack.enter_context(Readers(workspace.config))
            feed(images, [rows for *_, rows in left], streams, used)


def encode_set(workspace: Workspace, name_or_id: str, encoder: str, on_progress: Progress | None) -> None:
    """Encodes those images (and texts) of a set that are not encoded yet, in this process."""
    images, card = workspace.sets.open(name_or_id), encoder_card(workspace.config, encoder)
    total = missing_count(workspace, images, card)
    if total:
        features_of(workspace, Models(workspace.config), images, card, Tally(on_progress, total))


def read_features(workspace: Workspace, images: ImageSet, card: EncoderCard) -> FeatureSet:
    """The features of a set that is encoded already.

    Raises:
        NotPossible: some images are not.
    """
    if not len(images):
        raise NotPossible(f"Set {images.name!r} has no images.")
    if missing_count(workspace, images, card):
        raise NotPossible(f"Set {images.name!r} is not encoded with {card.title}.", "Evaluate it first.")
    key = card_key(card)
    values = workspace.features.read(key, images.table["digest"].tolist())
    text = None
    if card.reads_text and images.table["prompt"].notna().all():
        text = workspace.features.read(key, [text_digest(t) for t in images.table["prompt"]])
    # The content of a set that was cancelled and went on changes under its id, so that its features are named by its images.
    meta = with_cut_texts(images, card) if text is not None else images.meta
    named = replace(images, id=content_key(images.id, images.fingerprint), meta=meta)
    return FeatureSet.of_images(named, values, card=card, text=text)


def _missing_texts(workspace: Workspace, images: ImageSet, card: EncoderCard) -> list[str]:
    if not card.reads_text:
        return []
    texts = list(dict.fromkeys(images.table["prompt"].dropna()))
    missing = set(workspace.features.missing(card_key(card), [text_digest(t) for t in texts]))
    return [t for t in texts if text_digest(t) in missing]


def _encode_texts(workspace: Workspace, models: Models, images: ImageSet, card: EncoderCard, tally: Tally, executor: OnRay | None) -> None:
    texts, words = _missing_texts(workspace, images, card), f"Encoding the prompts of {images.name}"
    if executor and texts:
        encode_texts_on_cluster(executor, workspace, card, texts, tally, words)
        return
    key = card_key(card)
    for start in range(0, len(texts), KEPT_TOGETHER):
        part = texts[start : start + KEPT_TOGETHER]
        encoder: Any = models.encoder(card)
        values = np.stack(BatchSize(BATCH).carry_out(part, encoder.encode_text))
        workspace.features.write(key, [text_digest(t) for t in part], values)
        tally.batch(len(part), words)
