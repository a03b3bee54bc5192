"""Images that a generator makes again and again for one prompt, and whom they show: what was stored, read against a reference."""

from collections import Counter
from typing import Any

import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.nearest import nearest_table
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key, set_key
from bench_core.errors import NotPossible
from bench_core.memorization.extraction import LEAST, SHARE
from bench_core.memorization.records import ExtractedClique, Extraction
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

KIND = "extraction"
VERSION = 1
CHANCE = 0.05
"""A clique shows a training image if its exact p-value, times the number of cliques, is at most this (Bonferroni)."""


def extraction_key(images: ImageSet, real: ImageSet, card: EncoderCard, least: int, share: float) -> str:
    """Where the cliques of a set are kept: they do not depend on the training images."""
    return content_key(KIND, VERSION, set_key(images), set_key(real), card_key(card), least, share)


def extraction(workspace: Workspace, synthetic: str, reference: Reference, least: int = LEAST, share: float = SHARE) -> Extraction:
    """The stored cliques of a set, and the training image that each shows.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: it was not looked for yet, or the reference lacks a training or real set.
    """
    card, images = encoder_card(workspace.config, reference.encoder), workspace.sets.open(synthetic)
    if not reference.real:
        raise NotPossible("Whether a clique shows a training image is said by held-out patients.", "Name a set of real images.")
    stored = workspace.derived.value(extraction_key(images, workspace.sets.open(reference.real), card, least, share))
    if stored is None:
        raise NotPossible(
            f"Set {images.name!r} was not searched for images that come again and again in {card.title}.",
            "Ask for it: python -m bench_core attack --kind extraction.",
        )
    nearest = nearest_table(workspace, synthetic, reference, 1).set_index("image_id")
    train = workspace.sets.open(reference.train or "")
    patients = dict(zip(train.table["image_id"], train.table["subject_id"], strict=True))
    told = [_told(clique, nearest, patients, len(stored["cliques"])) for clique in stored["cliques"]]
    about = {name: stored[name] for name in ("prompts", "images", "least", "share")}
    return Extraction(cliques=tuple(told), prompts=about["prompts"], images=about["images"], least=about["least"], share=about["share"])


def _told(clique: dict[str, Any], nearest: pd.DataFrame, patients: dict[str, Any], cliques: int) -> ExtractedClique:
    """A clique by its member that is nearest to a training image."""
    mine = nearest.loc[clique["image_ids"]]
    first = mine.sort_values("ratio", kind="stable").iloc[0]
    of = Counter(_patient(patients, i) for i in mine["train_image_id"])
    film = str(first["train_image_id"])
    known = patients.get(film)
    return ExtractedClique(
        prompt=clique["prompt"], prompt_images=clique["prompt_images"], image_ids=tuple(clique["image_ids"]), image_id=str(first.name),
        train_image_id=film, patient=None if pd.isna(known) else str(known), ratio=float(first["ratio"]), p_value=float(first["p_value"]),
        same_patient=of[_patient(patients, film)], extracted=bool(first["p_value"] * cliques <= CHANCE),
    )  # fmt: skip


def _patient(patients: dict[str, Any], film: str) -> str:
    """The patient of a training image; an image of an unknown one stands alone."""
    known = patients.get(film)
    return f"image {film}" if pd.isna(known) else str(known)
