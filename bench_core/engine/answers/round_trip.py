"""The report that is read from each image of a set beside the one it was asked for, finding by finding, and retrieval of both."""

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.downstream.intervals import Resamples, interval
from bench_core.downstream.retrieval import Gallery, recalls
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.frames import READ_REPORTS, RETRIEVAL, ROUND_TRIP
from bench_core.records import Reference
from bench_core.registry import find_metric
from bench_core.reports.agreement import f1
from bench_core.reports.reading import Reader, has_texts, image_f1, stated, without_sides
from bench_core.reports.statements import in_words
from bench_core.store.workspace import Workspace

DRAWS = 400


def round_trip(workspace: Workspace, images: str, reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`frames.ROUND_TRIP` and `frames.READ_REPORTS` of a set.

    Raises:
        InputError: the reference has no training set, from whose reports reading is learned.
        NotPossible: a set is not encoded, or has neither texts nor labels.
        TooFewImages: no finding is in enough training reports.
    """
    if reference.train is None:
        raise InputError("Reading is learned from training images, and this reference has none.", "Choose one with a training set.")
    card = encoder_card(workspace.config, reference.encoder)
    asked, real, train = (read_features(workspace, workspace.sets.open(one), card) for one in (images, reference.real, reference.train))
    texts = all(has_texts(s) for s in (asked, real, train))
    said = {id(s): stated(s) if texts else [without_sides(i) for i in stated(s)] for s in (asked, real, train)}
    settings = find_metric("report_round_trip").settings().model_dump()  # of the same reader
    reader = Reader.fit(train, said[id(train)], settings["penalty"], settings["min_count"])
    mine, held_out = ((reader.read(s), reader.asked(said[id(s)])) for s in (asked, real))
    rows = []
    null = _by_item(*held_out, real)
    for (item, found), (_, other) in zip(_by_item(*mine, asked), null, strict=True):
        which = np.arange(len(reader.items)) if item is None else np.array([item])
        counts = {"asked": mine[1][:, which].sum(), "read": mine[0][:, which].sum(), "hits": (mine[0] * mine[1])[:, which].sum()}
        name, side = ("all", "") if item is None else reader.items[item]
        null_of = {"null": other.value, "null_low": other.low, "null_high": other.high}
        row = {"finding": name, "side": side, **{k: int(v) for k, v in counts.items()}, "value": found.value, "low": found.low}
        rows.append({**row, "high": found.high, **null_of})
    return ROUND_TRIP.of(rows), READ_REPORTS.of(_read_rows(workspace.sets.open(images), reader, *mine))


def _by_item(read: np.ndarray, asked: np.ndarray, features: FeatureSet):  # type: ignore[no-untyped-def]  # pairs of an item's number and its Interval
    """F1 of all items together (None), then of each, with intervals over patients or prompts."""
    draws = Resamples.of(features.units, 1, DRAWS).images
    counts = np.stack([read * asked, read, asked], axis=2)  # (N, I, 3)
    sums = np.einsum("bn,nic->bic", draws, counts)
    return [(None, interval(f1(sums.sum(axis=1)))), *((i, interval(f1(sums[:, i]))) for i in range(read.shape[1]))]


def _read_rows(images: ImageSet, reader: Reader, read: np.ndarray, asked: np.ndarray) -> pd.DataFrame:
    each = image_f1(read, asked)

    def words(which: np.ndarray) -> list[str]:
        return [in_words([item for item, there in zip(reader.items, row, strict=True) if there]) for row in which]

    return pd.DataFrame(
        {
            "image_id": images.table["image_id"], "prompt": images.table["prompt"], "asked": words(asked > 0), "read": words(read > 0),
            "missed": words((asked > 0) & (read == 0)), "invented": words((asked == 0) & (read > 0)), "f1": each,
        }
    )  # fmt: skip


def retrieval(workspace: Workspace, images: str, encoder: str, real: str | None = None) -> pd.DataFrame:
    """`frames.RETRIEVAL` of a set.

    Args:
        real: held-out images with reports, which say what a perfect generator's images would give; not for those images themselves.

    Raises:
        NotPossible: the set has no texts, or is not encoded.
        TooFewImages: it has one report only.
    """
    card = encoder_card(workspace.config, encoder)
    ids = [workspace.sets.find(name) for name in (images, *([real] if real else []))]
    gallery = Gallery.of(read_features(workspace, workspace.sets.open(ids[0]), card))
    null = None
    if len(ids) > 1 and ids[1] != ids[0]:
        null = Gallery.of(read_features(workspace, workspace.sets.open(ids[1]), card))
    return RETRIEVAL.of(recalls(gallery, null))
