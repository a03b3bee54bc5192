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
from bench_core.membership_spec import ExtractionSpec
from bench_core.memorization.extraction import PATIENTS, Looks, recurring, too_few_seeds
from bench_core.registration.alignment import shrunk
from bench_core.registry import Request, run_kind
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
        raise NotPossible(*too_few_seeds(f"No prompt of set {images.name!r}", spec.least, most))
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
    known, people = np.flatnonzero(_prompts(images).notna()), _one_a_patient(sets["real"])
    total = sum(missing_count(workspace, s, card) for s in sets.values()) + len(known) + len(people)
    tally = Tally(report.at, total, report.between)
    features = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in sets.items()}
    for role in ("synthetic", "real"):
        compute_nearest(workspace, sets[role], sets["train"], card, NEIGHBOURS, features[role], features["train"])
    key = extraction_key(images, sets["real"], card, spec.least, spec.share)
    stored = workspace.derived.value(key)
    if stored is None:
        looks = [
            Looks(_films(sets[role], rows, tally), features[role].values[rows]) for role, rows in (("synthetic", known), ("real", people))
        ]
        stored = _found(images, known, looks, spec)
        workspace.derived.write_value(key, KIND, stored, [images.id, sets["real"].id])
    again = sum(len(clique["image_ids"]) for clique in stored["cliques"])
    return f"{again} of {stored['images']} images come again and again, {len(stored['cliques'])} different ones"


def _one_a_patient(real: ImageSet) -> np.ndarray:  # (P,) rows
    """An image of each of so many patients, at random; an image of an unknown patient stands alone."""
    patients = real.table["subject_id"].astype(object)
    named = patients.where(patients.notna(), "image " + real.table["image_id"].astype(str))
    order = np.random.default_rng(0).permutation(len(real))
    _, first = np.unique(named.to_numpy()[order].astype(str), return_index=True)
    return np.sort(order[np.sort(first)[:PATIENTS]])


def _films(images: ImageSet, rows: np.ndarray, tally: Tally) -> np.ndarray:  # (N, 64, 64) float32
    films = np.empty((len(rows), 64, 64), np.float32)
    for place, row in enumerate(rows):
        films[place] = shrunk(images.read(int(row)))
        tally.add(1, f"{place + 1} of {len(rows)} images of {images.name} are read")
    return films


def _found(images: ImageSet, known: np.ndarray, looks: list[Looks], spec: ExtractionSpec) -> dict[str, object]:
    """What is stored: the cliques by their prompts and images."""
    prompts, ids = _prompts(images).to_numpy()[known].astype(str), images.table["image_id"].to_numpy()[known]
    found = recurring(looks[0], prompts, looks[1], least=spec.least, share=spec.share)
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
