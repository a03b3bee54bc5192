"""The risk of each training patient, over many small target models on random halves of the patients."""

import time
from typing import Any

import numpy as np
import pandas as pd

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.membership import RISK
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import card_key, set_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import InputError
from bench_core.features import FeatureSet
from bench_core.membership import check_patients
from bench_core.membership.games import OnTarget, mixture_answers, probe_answers
from bench_core.membership.patient_risk import Answers, PatientRisk, patient_risk
from bench_core.membership_spec import PatientRiskSpec
from bench_core.registry import Request, run_kind
from bench_core.store.workspace import Workspace

VERSION = 1
"""Raised when targets are trained, attacked or shuffled in another way."""


def check(workspace: Workspace, spec: PatientRiskSpec) -> Request:
    """Sets and encoder are there, and the attack fits the targets."""
    ids = {role: workspace.sets.find(name) for role, name in (("train", spec.train), ("real", spec.real)) if name}
    if len(set(ids.values())) < len(ids):
        raise InputError("The same set was given for two roles.", "real must be images of other patients than train.")
    encoder_card(workspace.config, spec.encoder)
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    if spec.learner == "mixture" and spec.attack == "rmia":
        raise InputError("RMIA compares probabilities, and a mixture that releases rows gives none.", "Take lira_online or lira_offline.")
    spec = spec.model_copy(update=ids)
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"real", "attack", "seed"}))
    name = f"Risk by patient of {workspace.sets.open(spec.train).name}, {spec.encoder}"
    return Request(spec, name[:120], spec.train, model=spec.encoder, expected=alike)


def decided_by(workspace: Workspace, spec: PatientRiskSpec) -> list[Any]:
    """All that decides the risks."""
    card, images = encoder_card(workspace.config, spec.encoder), _images(workspace, spec)
    return [RISK, VERSION, [set_key(s) for s in images.values()], _about(spec, card, images), spec.targets, spec.shuffles, spec.seed]


def _images(workspace: Workspace, spec: PatientRiskSpec) -> dict[str, ImageSet]:
    return {role: workspace.sets.open(name) for role, name in (("train", spec.train), ("real", spec.real)) if name}


def _about(spec: PatientRiskSpec, card: EncoderCard, images: dict[str, ImageSet]) -> dict[str, str]:
    return {role: s.id for role, s in images.items()} | {"encoder_key": card_key(card), "learner": spec.learner, "attack": spec.attack}


@run_kind(PatientRiskSpec, title="Risk by patient", unit="target model", check=check, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: PatientRiskSpec, models: Models, report: Reporter) -> str:
    """Finds and stores the risks; what was found before is not found again."""
    card, images = encoder_card(workspace.config, spec.encoder), _images(workspace, spec)
    about, key = _about(spec, card, images), content_key(*decided_by(workspace, spec))
    found = workspace.derived.value(key)
    if found is None or any(workspace.derived.table(name) is None for name in found["tables"]):
        risk = _found(workspace, spec, card, images, models, report)
        tables, used = [content_key(key, part) for part in ("patients", "shares")], [s.id for s in images.values()]
        workspace.derived.write_table(tables[0], RISK, _named(risk, images["train"]), used)
        shares = risk.shares.assign(targets=risk.targets, learner=spec.learner, attack=spec.attack)
        workspace.derived.write_table(tables[1], RISK, shares, used)
        found = {**about, "tables": tables}
    workspace.derived.write_value(key, RISK, {**found, "made": time.time()}, [s.id for s in images.values()])
    return f"risk by patient over {spec.targets} target models"


def _found(
    workspace: Workspace, spec: PatientRiskSpec, card: EncoderCard, images: dict[str, ImageSet], models: Models, report: Reporter
) -> PatientRisk:
    tally = Tally(report.at, sum(missing_count(workspace, s, card) for s in images.values()), report.between)
    sets = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in images.items()}
    if "real" in sets:
        check_patients(sets["train"], sets["real"])
    tally.total += spec.targets + spec.shuffles
    done = 0

    def on_target(number: int) -> None:
        nonlocal done
        tally.batch(number - done, f"{number} of {spec.targets} target models")
        done = number

    answers = _answers(spec, sets["train"], sets.get("real"), on_target)
    told = lambda number: tally.batch(1, f"{number} of {spec.shuffles} shuffles")
    return patient_risk(answers, attack=spec.attack, shuffles=spec.shuffles, seed=spec.seed, on_shuffle=told)


def _answers(spec: PatientRiskSpec, train: FeatureSet, real: FeatureSet | None, on_target: OnTarget) -> Answers:
    if spec.learner == "mixture":
        components = int(np.clip(len(train) // 50, 1, 50))
        return mixture_answers(train, spec.targets, components=components, seed=spec.seed, on_target=on_target)
    return probe_answers(train, spec.targets, reference=real, seed=spec.seed, on_target=on_target)


def _named(risk: PatientRisk, train: ImageSet) -> pd.DataFrame:
    """The patients under their names, each with the image that tells most."""
    rows = train.table.iloc[risk.patients["row"]]
    ids = rows["image_id"].astype(str).to_numpy()
    names = rows["subject_id"].astype(object).where(rows["subject_id"].notna(), ids) if "subject_id" in rows else ids
    return risk.patients.drop(columns=["unit", "row"]).assign(patient=np.asarray(names).astype(str), image_id=ids)
