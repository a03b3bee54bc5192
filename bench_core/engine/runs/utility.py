"""What a synthetic set is worth for training: arms trained on it and on controls, tested on held-out patients."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.data import FINDINGS, ImageSet
from bench_core.downstream.probes import Training
from bench_core.downstream.study import Asked, UtilityStudy
from bench_core.engine.answers.utility import INDEX, expected_utility
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import card_key, utility_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.engine.utility.changing import changes
from bench_core.errors import InputError, UnknownName
from bench_core.registry import Request, run_kind
from bench_core.spec import UtilitySpec
from bench_core.store.derived import StepParts
from bench_core.store.workspace import Workspace

PER_TRAINING = 30
"""A training counts as much as encoding this many films, for the progress bar."""
KINDS = ("sex", "view", "age")
"""What divides the test images into subgroups, where their table says it."""
OLD = 60
"""Years from which on a patient counts as older."""
ROLES = {"synthetic": "synthetic", "real": "real (held-out)", "train": "training"}


def check(workspace: Workspace, spec: UtilitySpec) -> Request:
    """Named after the synthetic set; shared patients and sets in the wrong role are told here."""
    spec = _resolved(workspace, spec)
    images = workspace.sets.open(spec.synthetic)
    name = f"Utility of {images.name}, {spec.classifier}, {spec.encoder}"
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"synthetic", "real", "train", "seed"}))
    return Request(spec, name[:120], spec.synthetic, model=spec.encoder, expected=expected_utility(spec) if alike is None else alike)


def in_words(spec: UtilitySpec) -> str:
    """Two utility runs of one set differ only in these words."""
    return f"Utility, {spec.classifier}" + (f", {len(spec.arms)} arms" if spec.arms is not None else "")


def decided_by(workspace: Workspace, spec: UtilitySpec) -> list[str]:
    """Where the figures are kept."""
    return [utility_key(spec, encoder_card(workspace.config, spec.encoder), _images(workspace, spec))]


@run_kind(UtilitySpec, title="Utility", check=check, words=in_words, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: UtilitySpec, models: Models, report: Reporter) -> str:
    """Trains all arms, compares them and stores what was found; what was found before is not found again."""
    card, images = encoder_card(workspace.config, spec.encoder), _images(workspace, spec)
    key, used = utility_key(spec, card, images), [s.id for s in images.values()]
    if workspace.derived.table(key) is None:
        asked = asked_of(spec)
        cells = len(asked.cells) * asked.trainings
        tally = Tally(report.at, sum(missing_count(workspace, s, card) for s in images.values()) + cells * PER_TRAINING, report.between)
        sets = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in images.items()}
        parts = StepParts(workspace.derived, key, used)
        controls = changes(workspace, models, card, images["train"], images["synthetic"], tally)
        study = UtilityStudy(sets, asked, controls, parts, subgroups(images["real"]))
        rows, points = study.carried_out(lambda more, what: tally.batch(more * PER_TRAINING, what))
        workspace.derived.write_table(f"{key}-curves", "utility curves", pd.DataFrame(points), used)
        workspace.derived.write_table(key, "utility", pd.DataFrame(rows), used)
        about: dict[str, object] = {
            "key": key,
            "real": spec.real,
            "train": spec.train,
            "synthetic": spec.synthetic,
            "classifier": spec.classifier,
        }
        about |= {"encoder_key": card_key(card), "left_out": study.left_out, "set_name": images["synthetic"].name}
        workspace.derived.write_value(f"{key}-about", INDEX, about, used)
        parts.forget()
    return f"utility of {images['synthetic'].name}, {spec.classifier}"


def asked_of(spec: UtilitySpec) -> Asked:
    """The study that a request asks for."""
    names = list(registry.arms()) if spec.arms is None else spec.arms
    how = Training(spec.classifier, spec.steps, balanced=spec.balanced)
    ratios = (None,) if spec.ratios is None else tuple(spec.ratios)
    return Asked(names, tuple(spec.shares), ratios, spec.trainings, how, spec.uncertain, spec.findings, spec.seed)


def subgroups(images: ImageSet) -> Mapping[str, np.ndarray]:  # by kind, (N,) of str
    """Who of a set is in which subgroup; kinds that its table says nothing of, or one thing only, are left out."""
    found = {}
    for kind in KINDS:
        column = images.table.get(kind)
        if column is None:
            continue
        if kind == "age":  # 64, 64.0, 064Y
            years = column.astype("string").str.extract(r"^\s*(\d+(?:\.\d+)?)\s*[Yy]?\s*$")[0].astype(float).to_numpy()
            names = np.where(np.isnan(years), "", np.where(years >= OLD, f"{OLD} or older", f"younger than {OLD}"))
        else:
            names = column.astype(object).where(column.notna(), "").astype(str).str.strip().str.upper().to_numpy()
            names = np.array([name[:1] if kind == "sex" and name[:1] in ("F", "M") else name for name in names])  # Female, F
        if len({n for n in names if n}) > 1:
            found[kind] = names
    return found


def _images(workspace: Workspace, spec: UtilitySpec) -> dict[str, ImageSet]:
    return {role: workspace.sets.open(name) for role, name in (("synthetic", spec.synthetic), ("real", spec.real), ("train", spec.train))}


def _resolved(workspace: Workspace, spec: UtilitySpec) -> UtilitySpec:
    """The spec with ids of sets, and arms, findings and an encoder that are there."""
    roles = {role: workspace.sets.find(name) for role, name in (("synthetic", spec.synthetic), ("real", spec.real), ("train", spec.train))}
    if len(set(roles.values())) < len(roles):
        raise InputError("The same set was given for two roles.", "synthetic, real and train must be three different sets.")
    encoder_card(workspace.config, spec.encoder)
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    arms = None if spec.arms is None else [registry.find_arm(name).id for name in spec.arms]
    for finding in spec.findings or []:
        if finding not in FINDINGS:
            raise UnknownName("finding", finding, FINDINGS)
    spec = spec.model_copy(update={**roles, "arms": arms})
    images = _images(workspace, spec)
    for role, one in images.items():
        if (one.kind == "synthetic") != (role == "synthetic"):
            kind = "synthetic" if one.kind == "synthetic" else "real"
            raise InputError(f"{one.name} holds {kind} images and was given as the {ROLES[role]} set.", "Choose another set for that role.")
    _check_patients(images["train"], images["real"])
    return spec


def _check_patients(train: ImageSet, real: ImageSet) -> None:
    """Refuses patients on both sides: what was learned by heart would be tested."""
    ours, theirs = ({str(p) for p in s.table["subject_id"].dropna()} if "subject_id" in s.table else set() for s in (train, real))
    if shared := sorted(ours & theirs):
        raise InputError(
            f"{len(shared)} {'patient is' if len(shared) == 1 else 'patients are'} in both {train.name} and {real.name}, such as "
            f"{shared[0]!r}: a classifier would be tested on patients that it learned.",
            "Import the held-out set without them, and evaluate again.",
        )
