"""Looks for copies: candidate pairs of a set, and of held-out films, with what every detector says of them."""

from __future__ import annotations

import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import copies_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import InputError
from bench_core.memorization.detection import Seen, find_pairs
from bench_core.registry import Request, run_kind
from bench_core.spec import ALIGNED_PIXELS, DetectSpec
from bench_core.store.workspace import Workspace


def check(workspace: Workspace, spec: DetectSpec) -> Request:
    """Named after its set; three different sets, and encoders that can run.

    Raises:
        InputError: a set has two roles, or is of another kind than its role.
    """
    ids = {role: workspace.sets.find(getattr(spec, role)) for role in ("synthetic", "train", "real")}
    if len(set(ids.values())) < len(ids):
        raise InputError("The same set was given for two roles.", "synthetic, train and real must be three different sets.")
    for encoder in spec.encoders:
        encoder_card(workspace.config, encoder)
        require(encoder_missing(workspace.config, encoder), f"Encoder {encoder!r}")
    images = workspace.sets.open(ids["synthetic"])
    alike = expected_seconds(workspace, spec, lambda one: (one.train, one.encoder, one.copies))
    return Request(
        spec.model_copy(update=ids), f"Copies in {images.name}, {spec.encoder}"[:120], images.id, model=spec.encoder, expected=alike
    )


def in_words(spec: DetectSpec) -> str:
    """Two detections of one set differ only in these words."""
    return f"Copies by {spec.encoder}"


@run_kind(DetectSpec, title="Copies", unit="image", check=check, words=in_words)
def detect(workspace: Workspace, run_id: str, spec: DetectSpec, models: Models, report: Reporter) -> str:
    """Finds and stores the pairs of the set and of the held-out films; what was found before is not found again."""
    sets = {role: workspace.sets.open(getattr(spec, role)) for role in ("train", "real", "synthetic")}
    cards = {encoder: encoder_card(workspace.config, encoder) for encoder in spec.encoders}
    keys = {role: copies_key(spec, sets[role], sets["train"], list(cards.values())) for role in ("real", "synthetic")}
    waiting = [role for role, key in keys.items() if workspace.derived.table(key) is None]
    if waiting:
        needed = [sets["train"], *(sets[role] for role in waiting)]
        encoding = sum(missing_count(workspace, images, card) for images in needed for card in cards.values())
        tally = Tally(report.at, encoding + sum(len(sets[role]) for role in waiting), report.between)
        seen = {role: _seen(workspace, models, sets[role], spec, tally, report) for role in ("train", *waiting)}
        template = models.encoder(cards[ALIGNED_PIXELS]).template()
        for role in waiting:
            pairs = find_pairs(seen[role], seen["train"], template, spec.k, tally.batch)
            workspace.derived.write_table(keys[role], "copies", named(pairs, sets[role], sets["train"]), [sets[role].id, sets["train"].id])
    return f"copies looked for in {len(sets['synthetic'])} images"


def _seen(workspace: Workspace, models: Models, images: ImageSet, spec: DetectSpec, tally: Tally, report: Reporter) -> Seen:
    features = {
        encoder: features_of(workspace, models, images, encoder_card(workspace.config, encoder), tally, report.executor)
        for encoder in spec.encoders
    }
    return Seen(images, features[ALIGNED_PIXELS], features[spec.encoder], features[spec.copies] if spec.copies else None)


def named(pairs: pd.DataFrame, images: ImageSet, train: ImageSet) -> pd.DataFrame:
    """Pairs by the names of their images in place of row numbers."""
    names = {
        "image_id": images.table["image_id"].to_numpy()[pairs["film"]], "train_image_id": train.table["image_id"].to_numpy()[pairs["train"]]
    }  # fmt: skip
    return pd.DataFrame(names).join(pairs.drop(columns=["film", "train"]).reset_index(drop=True))
