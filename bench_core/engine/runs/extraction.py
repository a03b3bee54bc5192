"""Looks for images that a generator makes again and again for one prompt, and for the training images that they show."""

import numpy as np
import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.answers.extraction import KIND, extraction_key
from bench_core.engine.answers.nearest import compute_nearest
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.errors import InputError, NotPossible
from bench_core.memorization.extraction import recurring
from bench_core.registration.alignment import shrunk
from bench_core.registry import Request, run_kind
from bench_core.spec import ExtractionSpec
from bench_core.store.workspace import Workspace

NEIGHBOURS = 5


def check(workspace: Workspace, spec: ExtractionSpec) -> Request:
    """With ids of sets; a set in which nothing can be found is told here."""
    ids = {role: workspace.sets.find(getattr(spec, role)) for role in ("synthetic", "real", "train")}
    if len(set(ids.values())) < len(ids):
        raise InputError("The same set was given for two roles.", "synthetic, real and train must be three different sets.")
    images = workspace.sets.open(ids["synthetic"])
    if images.kind != "synthetic":
        raise InputError(f"Set {images.name!r} is of {images.kind} images.", "Name a synthetic set.")
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    most = _prompts(images).value_counts().max() if _prompts(images).notna().any() else 0
    if most < spec.least:
        raise NotPossible(
            f"No prompt of set {images.name!r} has {spec.least} images: the most that one has is {most}.",
            f"Generate many seeds of a few prompts, such as generate --count {2 * spec.least}, and look there.",
        )
    return Request(spec.model_copy(update=ids), f"Extraction from {images.name}"[:120], images.id, model=spec.encoder)


def _prompts(images: ImageSet) -> pd.Series:
    prompts = images.table["prompt"].astype(object)
    return prompts.where(prompts.notna() & (prompts.astype(str).str.strip() != ""), None)


@run_kind(ExtractionSpec, title="Extraction", unit="image", check=check, words=lambda _: "Look for images that come again and again")
def extract(workspace: Workspace, run_id: str, spec: ExtractionSpec, models: Models, report: Reporter) -> str:
    """Finds and stores the cliques of a set, and its nearest training images."""
    card = encoder_card(workspace.config, spec.encoder)
    sets = {role: workspace.sets.open(getattr(spec, role)) for role in ("synthetic", "real", "train")}
    images = sets["synthetic"]
    known = np.flatnonzero(_prompts(images).notna())
    tally = Tally(report.at, sum(missing_count(workspace, s, card) for s in sets.values()) + len(known), report.between)
    features = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in sets.items()}
    for role in ("synthetic", "real"):
        compute_nearest(workspace, sets[role], sets["train"], card, NEIGHBOURS, features[role], features["train"])
    key = extraction_key(images, card, spec.least, spec.share)
    stored = workspace.derived.value(key)
    if stored is None:
        films = np.empty((len(known), 64, 64), np.float32)
        for place, row in enumerate(known):
            films[place] = shrunk(images.read(int(row)))
            tally.add(1, f"{place + 1} of {len(known)} images are read")
        stored = _found(images, known, films, features["synthetic"].values[known], spec)
        workspace.derived.write_value(key, KIND, stored, [images.id])
    again = sum(len(clique["image_ids"]) for clique in stored["cliques"])
    return f"{again} of {stored['images']} images come again and again, {len(stored['cliques'])} different ones"


def _found(images: ImageSet, known: np.ndarray, films: np.ndarray, features: np.ndarray, spec: ExtractionSpec) -> dict[str, object]:
    """What is stored: the cliques by their prompts and images."""
    prompts, ids = _prompts(images).to_numpy()[known].astype(str), images.table["image_id"].to_numpy()[known]
    found = recurring(films, features, prompts, least=spec.least, share=spec.share)
    told = [
        {
            "prompt": str(prompts[rows[0]]), "prompt_images": int((prompts == prompts[rows[0]]).sum()),
            "image_ids": [str(i) for i in ids[rows]],
        }
        for rows in found.cliques
    ]  # fmt: skip
    looked = prompts[found.looked]
    return {
        "cliques": told, "images": len(looked), "prompts": len(set(looked)), "least": spec.least, "share": spec.share,
        "cuts": list(found.cuts),
    }  # fmt: skip
