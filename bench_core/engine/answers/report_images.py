"""What a report shows and finds of single images: samples, nearest training images, distances, attacks, the plane of the real ones."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.engine.answers.attacks import attack_roc, attacks
from bench_core.engine.answers.copy_count import copy_count
from bench_core.engine.answers.detections import detections
from bench_core.engine.answers.nearest import held_out_ratios, nearest_table
from bench_core.engine.encoding.encode import read_features
from bench_core.errors import BenchError
from bench_core.handover.report.facts import AttackFacts, CopyFacts, Distances, PairFacts, Plane, Sample, SetReport
from bench_core.pixels.blur import blurred_file
from bench_core.records import Reference
from bench_core.store.sight import holds_real, is_withheld
from bench_core.store.workspace import Workspace

SAMPLES = 12
PAIRS = 12
BINS = 40
POINTS = 600
"""Images of each set that the plane shows at most, evenly spread."""
CURVE = 120
"""Points of a ROC curve at most."""
SIDE = 208
"""Pixels of the longer side of an image in a report: 48 of them, were they noise, are far below 5 MB."""
SHARE = 0.001
"""Of held-out patients, below which an image is too near; as the metric copies_found has it."""


def add_images(workspace: Workspace, report: SetReport, sets: Mapping[str, ImageSet], reference: Reference, card: EncoderCard) -> SetReport:
    """The report with all that is known here; what was not computed yet is left out."""
    images = sets["synthetic"]
    found: dict[str, Any] = {"samples": {role: _samples(sets[role]) for role in ("synthetic", "real")}}
    with suppress(BenchError):
        found["plane"] = _plane(workspace, sets, card)
    if "train" in sets:
        words: dict[str, str] = {}
        with suppress(BenchError):
            seen = detections(workspace, images.id, reference)
            words = dict(seen.loc[seen["rank"] == 1, ["image_id", "words"]].itertuples(index=False))
            found["detected"] = {kind: sum(w == kind for w in words.values()) for kind in ("exact", "near", "unrelated")}
        with suppress(BenchError):
            found |= _nearest(workspace, images, reference, words)
        with suppress(BenchError):
            found["copies"] = _copies(workspace, images.id, reference)
        found["attacks"] = _attacks(workspace, images.id, reference)
    return report.model_copy(update=found)


def _samples(images: ImageSet) -> list[Sample]:
    rows = _spread(len(images), SAMPLES)
    return [Sample(image_id=str(images.table["image_id"].iat[row]), caption=_prompt(images, row)) for row in rows]


def _spread(count: int, most: int) -> np.ndarray:  # (K,) int
    """At most so many of `count` rows, evenly spread."""
    return np.unique(np.linspace(0, max(count - 1, 0), min(most, count)).round().astype(int))


def _prompt(images: ImageSet, row: int) -> str:
    """What was asked for; nothing where it may be a patient's report."""
    if images.kind != "synthetic" or images.meta.get("prompts_are_reports"):
        return ""
    found = images.table["prompt"].iat[row]
    return str(found) if isinstance(found, str) else ""


def _plane(workspace: Workspace, sets: Mapping[str, ImageSet], card: EncoderCard) -> Plane | None:
    """The first two principal axes of the real images, and where both sets lie on them."""
    if card.distance != "euclidean":
        return None
    real, synthetic = (np.asarray(read_features(workspace, sets[role], card).values, float) for role in ("real", "synthetic"))
    mean = real.mean(axis=0)
    _, spread, axes = np.linalg.svd(real - mean, full_matrices=False)
    share = float((spread[:2] ** 2).sum() / max((spread**2).sum(), 1e-12))
    places = []
    for values in (real, synthetic):
        rows = _spread(len(values), POINTS)
        places.append([(float(x), float(y)) for x, y in np.round((values[rows] - mean) @ axes[:2].T, 5)])
    return Plane(share=share, real=places[0], synthetic=places[1])


def _nearest(workspace: Workspace, images: ImageSet, reference: Reference, words: Mapping[str, str]) -> dict[str, Any]:
    frame = nearest_table(workspace, images.id, reference, 1)
    held_out = held_out_ratios(workspace, reference)
    mine, theirs = frame["ratio"].to_numpy(float), np.asarray(held_out, float)
    mine, theirs = mine[np.isfinite(mine)], theirs[np.isfinite(theirs)]
    found: dict[str, Any] = {}
    if len(mine) and len(theirs):
        top = float(np.quantile(np.concatenate([mine, theirs]), 0.995)) * 1.05 or 1.0
        edges = np.linspace(0, top, BINS + 1)
        shares = [(np.histogram(np.minimum(v, top), edges)[0] / len(v)).round(6).tolist() for v in (mine, theirs)]
        found["distances"] = Distances(edges=edges.round(6).tolist(), synthetic=shares[0], held_out=shares[1])
    worst = frame.sort_values(["ratio", "distance"], kind="stable").head(PAIRS)
    found["pairs"] = [
        PairFacts(
            image_id=str(row["image_id"]), train_image_id=str(row["train_image_id"]),
            ratio=float(row["ratio"]) if np.isfinite(row["ratio"]) else None, p_value=float(row["p_value"]),
            patients_as_near=int(row["patients_as_near"]), prompt=_prompt(images, images.rows_by_id[row["image_id"]]),
            words=words.get(row["image_id"], ""),
        )
        for row in worst.to_dict("records")
    ]  # fmt: skip
    return found


def _copies(workspace: Workspace, synthetic: str, reference: Reference) -> CopyFacts:
    count = copy_count(workspace, synthetic, reference, SHARE)
    return CopyFacts(
        found=count.found, images=count.images, expected=count.expected, most=count.most, chance=count.chance, share=count.share,
        patients=count.patients, caution=count.caution,
    )  # fmt: skip


def _attacks(workspace: Workspace, synthetic: str, reference: Reference) -> list[AttackFacts]:
    known, facts = registry.attacks(), []
    for row in attacks(workspace, reference, synthetic).to_dict("records"):
        figures = {name: float(row[name]) if np.isfinite(row[name]) else None for name in ("auc", "auc_low", "auc_high", "p_value")}
        curve = attack_roc(workspace, row["scores"])[["fpr", "tpr"]].to_numpy(float) if row["scores"] else np.zeros((0, 2))
        kept = curve[_spread(len(curve), CURVE)]
        facts.append(
            AttackFacts(
                id=row["attack"], title=known[row["attack"]].title, auc=figures["auc"], low=figures["auc_low"], high=figures["auc_high"],
                p_value=figures["p_value"], verdict=row["verdict"], message=row["message"],
                curve=[(float(x), float(y)) for x, y in kept.round(5)],
            )
        )  # fmt: skip
    return facts


def pictures_of(workspace: Workspace, report: SetReport, real_pixels: bool, patients: bool) -> dict[str, bytes]:
    """WebP pictures of all images that the report shows, by `role/image_id`; blurred where they are withheld (see `api.sees_real`).

    Args:
        patients: False: without films that a generator did not draw.
    """
    wanted = [(role, sample.image_id) for role, samples in report.samples.items() for sample in samples]
    wanted += [(role, one) for pair in report.pairs for role, one in (("synthetic", pair.image_id), ("train", pair.train_image_id))]
    found: dict[str, bytes] = {}
    for role, image_id in dict.fromkeys(wanted):
        facts = report.set_of(role)
        images = workspace.sets.open(facts.id) if facts is not None else None
        if images is None or (holds_real(images) and not patients):
            continue
        picture = workspace.thumbnails.get(images, workspace.sets.row_of(images, image_id), SIDE)
        found[f"{role}/{image_id}"] = blurred_file(picture, "WEBP") if is_withheld(workspace.config, images, real_pixels) else picture
    return found
