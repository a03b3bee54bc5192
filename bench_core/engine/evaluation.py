"""Sets to numbers: features (stored ones first), then metrics overall and in subgroups, then each image's nearest training images."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, Result, content_key
from bench_core.engine import compatible
from bench_core.engine.decode import Readers
from bench_core.engine.encode import encode_images, features_of, missing_count
from bench_core.engine.models import Models, card_key, encoder_card
from bench_core.engine.neighbours import compute_nearest, set_key
from bench_core.engine.progress import Reporter
from bench_core.features import FeatureSet
from bench_core.spec import EvaluateSpec
from bench_core.store.derived import StoredNulls
from bench_core.store.workspace import Workspace

NEIGHBOURS = 5
PER_METRIC = 20
"""A metric counts as much as encoding this many images, for the progress bar."""


def evaluate(workspace: Workspace, run_id: str, spec: EvaluateSpec, models: Models, report: Reporter) -> str:
    """Computes and stores the numbers of a request; returns a line that says how many."""
    from bench_core.engine.scoring import subgroups

    protocol = spec.mode == "compatible"
    named = {"synthetic": spec.synthetic, "real": spec.real, "train": None if protocol else spec.train}
    sets = {role: workspace.sets.open(name) for role, name in named.items() if name}
    cards = [encoder_card(workspace.config, e) for e in spec.encoders]
    metrics = len(spec.metrics) if spec.metrics is not None else len(registry.metrics())
    read = [c for card in cards for c in _cards_read(card, spec)]
    progress = _Progress(
        report, sum(missing_count(workspace, s, c) for s in sets.values() for c in read) + metrics * PER_METRIC * len(cards)
    )
    with Readers(workspace.config) as readers:
        for images in sets.values():
            encode_images(workspace, models, images, read, progress.images, readers)
    results: list[Result] = []
    warnings = _warnings(sets)
    for named_card in cards:
        card, *others = _cards_read(named_card, spec)
        features, *more = (
            {role: features_of(workspace, models, images, c, progress.images) for role, images in sets.items()} for c in (card, *others)
        )
        native = more[0] if more else None
        if protocol:
            features = compatible.protocol_sets(features)
        groups = [("all", features)]
        if spec.subgroup:
            groups += list(
                compatible.subgroups(features, spec.subgroup)
                if protocol
                else subgroups(features, spec.subgroup, equal_n=spec.equal_n, seed=spec.seed)
            )
            progress.total += metrics * PER_METRIC * (len(groups) - 1)
            if protocol and len(groups) == 1:
                warnings.append("warning: no synthetic image has the prompt of a real image with a finding, so there are no subgroups")
        for subgroup, members in groups:
            results += _score(workspace, run_id, spec, card, sets, subgroup, members, native, progress, metrics)
        if "train" in sets:
            report.at(progress.done, progress.total, "Nearest training images", force=True)
            compute_nearest(workspace, sets["synthetic"], sets["train"], card, NEIGHBOURS, features["synthetic"], features["train"])
            compute_nearest(workspace, sets["real"], sets["train"], card, NEIGHBOURS, features["real"], features["train"])
    failed = sum(r.status == "failed" for r in results)
    words = [f"{sum(r.status == 'ok' for r in results)} numbers"] + ([f"{failed} failed"] if failed else [])
    return ", ".join(words + warnings)


def _cards_read(card: EncoderCard, spec: EvaluateSpec) -> list[EncoderCard]:
    """The encoder as the metrics read it and, in compatible mode, as those read it that the protocol spares the squash."""
    if spec.mode == "corrected":
        return [card]
    return [compatible.squashed_card(card)] + ([card] if card.reads_text and compatible.reads_native(spec.metrics) else [])


def _score(
    workspace: Workspace, run_id: str, spec: EvaluateSpec, card: EncoderCard, sets: Mapping[str, ImageSet], subgroup: str,
    members: dict[str, FeatureSet], native: dict[str, FeatureSet] | None, progress: "_Progress", metrics: int,
) -> list[Result]:  # fmt: skip
    """The numbers of one encoder and subgroup, stored; copied where an equal step was done before."""
    from bench_core.engine.scoring import score_sets

    key = step_key(spec, card, sets, subgroup)
    known = not spec.intervals or workspace.derived.table(draws_key(key)) is not None  # numbers of an older version had no draws
    if known and workspace.results.copy_step(run_id, key):
        progress.add(metrics * PER_METRIC, f"{card.title}, {subgroup}: already there")
        return []
    before = progress.done

    def on_progress(done: int, total: int, label: str) -> None:
        progress.done = before + metrics * PER_METRIC * done // max(total, 1)
        progress.add(0, f"{card.title}, {subgroup}: {label}")

    used = [i for i in (spec.synthetic, spec.real, spec.train) if i]
    draws: dict[str, np.ndarray] = {}
    results, per_image = score_sets(
        members, metrics=spec.metrics, seed=spec.seed, intervals=spec.intervals, mode=spec.mode, native=native, on_progress=on_progress,
        cancelled=progress.report.cancelled, nulls=StoredNulls(workspace.derived, used[1:]), draws=draws,
    )  # fmt: skip
    progress.report.check()
    about = {
        "synthetic": spec.synthetic,
        "real": spec.real,
        "train": spec.train,
        "encoder_key": card_key(card),
        "encoder_revision": card.revision,
    }
    results = [replace(r, encoder=card.id, subgroup=subgroup) for r in results]
    if subgroup == "all" and per_image:
        frame = pd.DataFrame({"image_id": sets["synthetic"].table["image_id"], **per_image})
        workspace.derived.write_table(per_image_key(key), "per image", frame, used)
    if spec.intervals:
        workspace.derived.write_table(draws_key(key), "draws", pd.DataFrame(draws), used)
    workspace.results.write(run_id, key, about, results)
    progress.done = before + metrics * PER_METRIC
    return results


def step_key(spec: EvaluateSpec, card: EncoderCard, sets: Mapping[str, ImageSet], subgroup: str) -> str:
    """Content key of everything that decides these numbers."""
    known = registry.metrics()
    choices = [(c.id, c.settings, c.optional) for c in spec.metrics] if spec.metrics is not None else [(m, {}, True) for m in known]
    versions = {i: known[i].version for i, *_ in choices}
    images = {role: set_key(s) for role, s in sets.items()}
    mode = [spec.mode, spec.train] if spec.mode != "corrected" else []
    part = f"{subgroup}, equal n" if spec.equal_n and subgroup != "all" else subgroup
    return content_key("step", images, card_key(card), choices, versions, spec.seed, spec.intervals, part, *mode)


def per_image_key(step: str) -> str:
    """Key of the table of values an image that a step made."""
    return content_key("per image", step)


def draws_key(step: str) -> str:
    """Key of the table of draws that a step made: one row a half-sample, one column a metric."""
    return content_key("draws", step)


def _warnings(sets: Mapping[str, ImageSet]) -> list[str]:
    """What a reader of the numbers must know: patients on both sides of a split."""
    if "train" not in sets:
        return []
    patients = [set(sets[r].table["subject_id"].dropna()) for r in ("real", "train")]
    shared = len(patients[0] & patients[1])
    return [f"warning: {shared} patients are in both the real and the training set"] if shared else []


class _Progress:
    def __init__(self, report: Reporter, total: int) -> None:
        self.report, self.total, self.done = report, total, 0

    def add(self, more: int, message: str) -> None:
        self.done += more
        self.report.at(min(self.done, self.total), self.total, message)

    def images(self, more: int, message: str) -> None:
        """Between two batches of images: what was encoded is stored."""
        self.add(more, message)
        self.report.between()
