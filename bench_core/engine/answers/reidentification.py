"""Whose patient: each synthetic image against every training image, the cut set by what films of held-out patients score.

A search takes the best of all training images, so that a cut that gives one false match in a hundred *pairs* flags nearly everybody. The
cut here gives a false match in a stated share of *searches*, and what that is in pairs is told beside it.

References:
    Packhäuser et al., Sci Rep 12:14851. Cut and test of the count are those of the metric `reidentification` (`metrics/held_out.py`).
    CheXGenBench compares each image with the one training image of its prompt only: `paired_figures`.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, content_key
from bench_core.encoders.siamese import pair_head
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.engine.keys import card_key, set_key
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.frames import MATCHES, PAIR_SCORES, PROMPT_SCORES
from bench_core.matches import PairedFigures, RealPairs, Reidentification
from bench_core.metrics.held_out import count_below
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

BINS, CELLS = 60, 20_000_000
"""Bins of a histogram; numbers that a block of scored pairs may hold."""
FILMS = 3_000
"""Held-out films whose pairs are scored at most, whole patients; their number is told."""
Head = tuple[np.ndarray, float] | None


def score_blocks(images: FeatureSet, others: FeatureSet, head: Head) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rows and their scores with all others (S, N): minus the distance, or the logistic function of what the network's last layer says."""
    if head is None:
        for rows, distances in images.distance_blocks(others):
            yield np.arange(len(images))[rows], -distances
        return
    weight, bias = head
    step = max(1, CELLS // (len(others) * len(weight)))
    for start in range(0, len(images), step):
        apart = np.abs(images.values[start : start + step, None] - others.values[None])  # (S, N, D)
        yield np.arange(start, start + len(apart)), 1 / (1 + np.exp(-(apart @ weight + bias)))


def best_matches(images: FeatureSet, train: FeatureSet, head: Head) -> tuple[np.ndarray, np.ndarray]:  # (N,), (N,)
    """Score and row of each image's best match among all training images."""
    if head is None:
        distances, rows = images.neighbours(train, 1)
        return -distances[:, 0].astype(float), rows[:, 0]
    scores, best = np.empty(len(images)), np.empty(len(images), int)
    for rows, block in score_blocks(images, train, head):
        best[rows] = block.argmax(1)
        scores[rows] = block.max(1)
    return scores, best


def real_pairs(real: FeatureSet, head: Head) -> tuple[np.ndarray, np.ndarray, float]:
    """Scores of pairs of one patient, of pairs of two, and the share of films whose best match among the others is their patient's.

    Raises:
        NotPossible: patients are not known, or none has two films.
    """
    if real.subjects is None:
        raise NotPossible("The held-out images have no patients (subject_id).", "Import them with a table that names each image's patient.")
    patients = np.unique(real.subjects, return_inverse=True)[1]
    kept = real.take(np.flatnonzero(patients < _patients_within(patients)))
    patients = np.unique(np.asarray(kept.subjects), return_inverse=True)[1]
    same, different, hits = [], [], []
    twice = np.bincount(patients)[patients] > 1
    for rows, block in score_blocks(kept, kept, head):
        alike = patients[rows, None] == patients
        later = np.arange(len(kept)) > rows[:, None]
        same.append(block[alike & later])
        different.append(block[~alike & later])
        np.put_along_axis(block, rows[:, None], -np.inf, axis=1)
        hits.append((patients[block.argmax(1)] == patients[rows])[twice[rows]])
    if not twice.any():
        raise NotPossible(
            "No held-out patient has two images.", "What one patient's films score needs some: import several studies a patient."
        )
    return np.concatenate(same), np.concatenate(different), float(np.concatenate(hits).mean())


def _patients_within(patients: np.ndarray) -> int:
    """How many patients, from the first, have FILMS films together."""
    total = np.cumsum(np.bincount(patients))
    return int(np.searchsorted(total, FILMS, side="right")) if total[-1] > FILMS else len(total)


def describe_pairs(same: np.ndarray, different: np.ndarray, rank_one: float) -> tuple[pd.DataFrame, dict[str, float]]:
    """`frames.PAIR_SCORES`, and what the network is worth on these patients."""
    from scipy.stats import rankdata

    edges = np.linspace(min(same.min(), different.min()), max(same.max(), different.max()) + 1e-9, BINS + 1)
    kinds = [(kind, np.histogram(values, edges)[0]) for kind, values in (("same", same), ("different", different))]
    rows = [{"kind": k, "low": a, "high": b, "count": n} for k, counts in kinds for a, b, n in zip(edges, edges[1:], counts, strict=False)]
    ranks = rankdata(np.concatenate([same, different]))[: len(same)].sum()
    auroc = (ranks - len(same) * (len(same) + 1) / 2) / (len(same) * len(different))
    worth = {"auroc": float(auroc), "rank_one": rank_one, "same": float(len(same)), "different": float(len(different))}
    return PAIR_SCORES.of(rows), worth


def _compare(workspace: Workspace, images: ImageSet, train: ImageSet, card: EncoderCard) -> pd.DataFrame:
    """The stored table of best matches (image_id, train_image_id, subject_id, score), made if need be."""
    key = content_key("reidentification", set_key(images), set_key(train), card_key(card))
    found = workspace.derived.table(key)
    if found is None:
        near = read_features(workspace, train, card)
        scores, rows = best_matches(read_features(workspace, images, card), near, pair_head(card))
        table = train.table.iloc[rows].reset_index(drop=True)
        subjects = table["subject_id"] if "subject_id" in table else pd.Series([None] * len(table), dtype=object)
        ids = images.table["image_id"].to_numpy()
        found = pd.DataFrame({"image_id": ids, "train_image_id": table["image_id"], "subject_id": subjects, "score": scores})
        workspace.derived.write_table(key, "reidentification", found, [images.id, train.id])
    return found


def _pairs(workspace: Workspace, real: ImageSet, card: EncoderCard) -> RealPairs:
    """What pairs of held-out films score, stored."""
    key, tail = (content_key("real pairs", part, set_key(real), card_key(card)) for part in ("histograms", "scores"))
    table, scores = workspace.derived.table(key), workspace.derived.table(tail)
    worth = workspace.derived.value(content_key("worth", key))
    if table is None or scores is None or worth is None:
        same, different, rank_one = real_pairs(read_features(workspace, real, card), pair_head(card))
        table, worth = describe_pairs(same, different, rank_one)
        scores = pd.DataFrame({"score": np.sort(different)[-100_000:]})
        workspace.derived.write_table(key, "real pairs", table, [real.id])
        workspace.derived.write_table(tail, "real pairs", scores, [real.id])
        workspace.derived.write_value(content_key("worth", key), "real pairs", worth, [real.id])
    return RealPairs(PAIR_SCORES.of(table), scores["score"].to_numpy(), worth)


def reidentify(workspace: Workspace, synthetic: str, reference: Reference, rate: float) -> Reidentification:
    """Each synthetic image searched among all training patients; see `api.reidentification`."""
    if not 0 < rate < 1:
        raise InputError(f"A false-match rate of {rate:g} cannot be set.", "Choose one between 0 and 1, such as 0.01.")
    card = encoder_card(workspace.config, reference.encoder)
    train, real = _open(workspace, reference)
    images = workspace.sets.open(synthetic)
    found, strangers = (_compare(workspace, one, train, card) for one in (images, real))
    scores, held_out = found["score"].to_numpy(), strangers["score"].to_numpy()
    features, others = (read_features(workspace, one, card) for one in (images, real))
    count = count_below(-scores, features, -held_out, others, rate)
    found = found.assign(chance=chance_of_scores(scores, held_out, others.units))
    return Reidentification(
        MATCHES.of(found.sort_values("score", ascending=False, kind="stable").reset_index(drop=True)),
        np.sort(held_out)[::-1], count, _pairs(workspace, real, card), "distance" if pair_head(card) is None else "score",
    )  # fmt: skip


def chance_of_scores(scores: np.ndarray, held_out: np.ndarray, patients: np.ndarray) -> np.ndarray:  # (M,)
    """Chance of so high a score, or a higher one, for somebody who is not in the training set; a held-out patient counts once."""
    of = np.unique(patients, return_inverse=True)[1]
    order = np.argsort(held_out)
    below = np.concatenate([[0.0], np.cumsum((1 / np.bincount(of))[of[order]])])
    count = below[-1]
    chances: np.ndarray = (1 + count - below[np.searchsorted(held_out[order], scores, side="left")]) / (count + 1)
    return chances


def _open(workspace: Workspace, reference: Reference) -> tuple[ImageSet, ImageSet]:
    """Training and held-out images.

    Raises:
        NotPossible: one is lacking.
        InputError: a patient is in both.
    """
    if reference.train is None:
        raise NotPossible("Patients are looked for among training images, and this reference has none.", "Name the training set.")
    if not reference.real:
        raise NotPossible("The cut is set by held-out real images, and this reference has none.", "Name a real set of other patients.")
    train, real = workspace.sets.open(reference.train), workspace.sets.open(reference.real)
    if "subject_id" in train.table and "subject_id" in real.table:
        both = set(train.table["subject_id"].dropna()) & set(real.table["subject_id"].dropna())
        if both:
            raise InputError(
                f"{len(both):,} patients are in {train.name} and in {real.name} ({min(both)}): a false match cannot be told.",
                "Split by patient, and import the sets again.",
            )
    return train, real


def paired_figures(workspace: Workspace, synthetic: str, reference: Reference, delta: float) -> PairedFigures:
    """The same of pairs; see `api.paired_reidentification`."""
    card = encoder_card(workspace.config, reference.encoder)
    if reference.train is None:
        raise NotPossible(
            "Each prompt is looked for among training reports, and this reference has no training set.", "Name the training set."
        )
    images, train = workspace.sets.open(synthetic), workspace.sets.open(reference.train)
    first = train.table.dropna(subset=["prompt"]).drop_duplicates("prompt").reset_index(names="row").set_index("prompt")
    mine = np.flatnonzero(images.table["prompt"].isin(first.index))
    if not len(mine):
        raise NotPossible(
            f"No image of {images.name} was made for a training report.",
            f"Generate from the reports of {train.name}, ten seeds each, and evaluate that set.",
        )
    seen, near = read_features(workspace, images, card), read_features(workspace, train, card)
    prompts = images.table["prompt"].iloc[mine].to_numpy()
    paired = first["row"].loc[prompts].to_numpy()
    a, b, head = seen.values[mine], near.values[paired], pair_head(card)
    apart = np.abs(a - b)
    scores = -np.linalg.norm(apart, axis=1) if head is None else 1 / (1 + np.exp(-(apart @ head[0] + head[1])))
    frame = pd.DataFrame({"prompt": prompts, "train_image_id": train.table["image_id"].to_numpy()[paired], "score": scores.astype(float)})
    groups = frame.groupby(["prompt", "train_image_id"], sort=False)["score"].agg(images="size", mean="mean", max="max").reset_index()
    return PairedFigures(
        PROMPT_SCORES.of(groups), float(groups["mean"].mean()), float(groups["max"].mean()), int((groups["max"] > delta).sum()), delta
    )
