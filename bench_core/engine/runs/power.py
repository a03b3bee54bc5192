"""What each number can see: real images play generators, are spoiled on purpose, and every metric is asked whether it notices."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from bench_core import registry, settings_model
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.power import INDEX, expected_power
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.decode import Readers
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import card_key, power_key
from bench_core.engine.models import Models
from bench_core.engine.power.cells import cells_of
from bench_core.engine.power.draws import Patients
from bench_core.engine.power.films import encoded
from bench_core.engine.power.judging import able
from bench_core.engine.power.study import PowerPlan, PowerStudy
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import InputError
from bench_core.features import UNNAMED, FeatureSet
from bench_core.registry import Request, run_kind
from bench_core.spec import Choice, PowerSpec
from bench_core.store.derived import StepParts
from bench_core.store.workspace import Workspace

MOST_PATIENTS = 3000
"""Of a larger real set so many play and are read against: more hardly change what is seen, and every film of theirs is compared."""
PER_GENERATOR = 25
"""Judging a generator counts as much as encoding this many films, for the progress bar."""


def check(workspace: Workspace, spec: PowerSpec) -> Request:
    """Named after the real set and the encoder; too few patients are told here."""
    spec = _resolved(workspace, spec)
    images = workspace.sets.open(spec.real)
    stand_in = FeatureSet(np.arange(len(images))[:, None], subjects=_patients(images), kind="real")
    for n in spec.n:
        Patients(stand_in, n, spec.seed, images.name)
    name = f"Power of {images.name}, {spec.encoder}, n = {', '.join(map(str, spec.n))}"
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"real", "train", "seed"}))
    return Request(spec, name[:120], spec.real, model=spec.encoder, expected=expected_power(spec) if alike is None else alike)


def thinned(images: ImageSet, n: int, seed: int) -> ImageSet:
    """All films of so many patients as make a study precise, drawn at random; a set that has no more stays whole."""
    patients = _patients(images)
    known = np.unique(patients)
    most = max(MOST_PATIENTS, 4 * n)
    if len(known) <= most:
        return images
    kept = np.random.default_rng(seed).permutation(known)[:most]
    return images.take(np.flatnonzero(np.isin(patients, kept)))


def _patients(images: ImageSet) -> np.ndarray:  # (N,) of str
    """The patient of each film; one of its own where that is unknown."""
    names = images.table["subject_id"] if "subject_id" in images.table else pd.Series([None] * len(images), dtype=object)
    return np.array([f"{UNNAMED}{row}" if pd.isna(name) else str(name) for row, name in enumerate(names.astype(object))])


def in_words(spec: PowerSpec) -> str:
    """Two power runs of one set differ only in these words."""
    return f"Power at n = {', '.join(map(str, spec.n))}"


def decided_by(workspace: Workspace, spec: PowerSpec) -> list[list[str]]:
    """Where the tables are kept, one of each size."""
    card = encoder_card(workspace.config, spec.encoder)
    return [[power_key(spec, n, card, _images(workspace, spec)) for n in spec.n]]


def _images(workspace: Workspace, spec: PowerSpec) -> dict[str, ImageSet]:
    return {role: workspace.sets.open(name) for role, name in (("real", spec.real), ("train", spec.train)) if name}


@run_kind(PowerSpec, title="Power", check=check, words=in_words, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: PowerSpec, models: Models, report: Reporter) -> str:
    """Finds and stores what metrics see, size by size; what was found before is not found again."""
    card, images = encoder_card(workspace.config, spec.encoder), _images(workspace, spec)
    waiting = [n for n in spec.n if workspace.derived.table(power_key(spec, n, card, images)) is None]
    if waiting:
        tally = Tally(report.at, sum(missing_count(workspace, s, card) for s in images.values()), report.between)
        played = {**images, "real": thinned(images["real"], max(waiting), spec.seed)}
        sets = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in played.items()}
        metrics, cells = able(spec.metrics, sets), cells_of(spec.faults, sets)
        plans = [PowerPlan(cells, metrics, n, spec.repeats, spec.seed) for n in waiting]
        films = sum(c.spoils_films for c in cells)
        tally.total += sum(films * min(2 * p.n, len(sets["real"])) + p.generators * PER_GENERATOR for p in plans)
        with Readers(workspace.config) as readers:
            encode = lambda spoiled: encoded(models, spoiled, card, tally, readers)
            for plan in plans:
                study = PowerStudy(sets, plan, encode, cancelled=report.must_stop, name=images["real"].name)
                _carry_out(workspace, spec, card, images, study, tally)
    return f"power at n = {', '.join(map(str, spec.n))}"


def _carry_out(
    workspace: Workspace, spec: PowerSpec, card: EncoderCard, images: Mapping[str, ImageSet], study: PowerStudy, tally: Tally
) -> None:
    """Carries out and stores one size."""
    plan = study.plan
    key, used = power_key(spec, plan.n, card, images), [s.id for s in images.values()]
    parts = StepParts(workspace.derived, key, used)
    study.parts = parts
    rows = study.carried_out(lambda more, what: tally.batch(more * PER_GENERATOR, f"n = {plan.n}, {what}"))
    workspace.derived.write_table(key, "power", pd.DataFrame(rows), used)
    about = {"key": key, "real": images["real"].id, "train": spec.train, "encoder": card.id, "encoder_key": card_key(card), "n": plan.n}
    workspace.derived.write_value(content_key("power about", key), INDEX, about, used)
    parts.forget()


def _resolved(workspace: Workspace, spec: PowerSpec) -> PowerSpec:
    """The spec with ids of sets, and metrics, faults and sizes that are there."""
    roles = {role: workspace.sets.find(name) for role, name in (("real", spec.real), ("train", spec.train)) if name}
    if len(set(roles.values())) < len(roles):
        raise InputError("The same set was given for two roles.", "real and train must be two different sets.")
    encoder_card(workspace.config, spec.encoder)
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    if small := [n for n in spec.n if n < 20]:
        raise InputError(f"n = {small[0]} is too small: a generator needs 20 films for ranges that hold.", "Ask for n = 20 or more.")
    faults = None if spec.faults is None else [registry.find_fault(name).id for name in spec.faults]
    return spec.model_copy(update={**roles, "metrics": _checked(spec.metrics), "faults": faults, "n": sorted(set(spec.n))})


def _checked(metrics: Sequence[Choice] | None) -> list[Choice] | None:
    if metrics is None:
        return None
    found = []
    for choice in metrics:
        metric = registry.find_metric(choice.id)
        if "synthetic" not in metric.reads:
            raise InputError(f"{metric.id} reads no synthetic images, so no fault of theirs shows in it.", "Leave it out of the metrics.")
        settings = settings_model.check(metric.settings, choice.settings, f"Metric {metric.id!r}")
        found.append(choice.model_copy(update={"settings": settings.model_dump(mode="json", include=set(choice.settings))}))
    return found
