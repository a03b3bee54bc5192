"""Who was in the training set? Attacks on what was released, or on the model itself, each beside its controls."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from bench_core import registry, settings_model
from bench_core.data import ImageSet, content_key
from bench_core.engine.answers.attacks import KIND
from bench_core.engine.attacks.classifiers import trained
from bench_core.engine.attacks.models import Lent, asked_parts, lent
from bench_core.engine.attacks.parts import Parts, parts_of
from bench_core.engine.attacks.plants import Plant
from bench_core.engine.attacks.released import ReleasedClassifier, check_taught
from bench_core.engine.attacks.trial import STEPS, refused, trial
from bench_core.engine.catalogue import encoder_card, encoder_missing, generator_card, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import attack_key, card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import BenchError, Cancelled, InputError
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge, MembershipScores
from bench_core.registry import Request, run_kind
from bench_core.spec import AttackSpec, Choice
from bench_core.store.workspace import Workspace

PER_STEP = 20
"""A part of a trial counts as much as encoding this many films, for the progress bar."""
ROLES = ("synthetic", "train", "real", "other")


def check(workspace: Workspace, spec: AttackSpec) -> Request:
    """Sets, encoder and attacks are there, and nobody lies on both sides."""
    if spec.train is None:
        raise InputError("No training set was given: there are no members whose images could have leaked.", "Name it (--train SET).")
    if spec.real is None:
        raise InputError("No held-out set was given: members can only be told from people who are none.", "Name it (--real SET).")
    ids = {role: workspace.sets.find(name) for role in ROLES if (name := getattr(spec, role)) is not None}
    if len(set(ids.values())) < len(ids):
        raise InputError("The same set was given for two roles.", f"{', '.join(ids)} must be different sets.")
    encoder_card(workspace.config, spec.encoder)
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    if spec.generator is not None:
        generator_card(workspace.config, spec.generator)
    train, real = workspace.sets.open(ids["train"]), workspace.sets.open(ids["real"])
    parts_of(_people(train), _people(real), spec.seed)
    if spec.taught is not None:
        check_taught(spec.taught, spec.synthetic)
    spec = spec.model_copy(update={**ids, "attacks": chosen(spec)})
    about = workspace.sets.open(ids["synthetic"]).name if "synthetic" in ids else spec.generator or train.name
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"synthetic", "other", "seed"}))
    name = f"Attacks on {about}, {spec.encoder}"
    return Request(spec, name[:120], ids.get("synthetic", ids["train"]), model=spec.encoder, expected=alike)


def _people(images: ImageSet) -> FeatureSet:
    """A set that stands in for the features of a table: its rows and its patients."""
    table = images.table
    known = "subject_id" in table and not table["subject_id"].isna().all()
    names = [f"\0{row}" if pd.isna(name) else str(name) for row, name in enumerate(table["subject_id"])] if known else None
    return FeatureSet(np.arange(len(images))[:, None], subjects=names, kind=images.kind)


def chosen(spec: AttackSpec) -> list[Choice]:
    """The attacks with all their settings; of all, those that the request gives something to attack, without heavy ones.

    Where it names neither images nor a generator, it is a classifier of the training images that is attacked; where it says what a
    classifier was taught, that one alone.
    """
    if spec.attacks is None:
        alone = spec.train if (spec.synthetic is None and spec.generator is None) or spec.taught else None
        images = spec.synthetic if spec.taught is None else None
        given = {"released images": images, "diffusion model": spec.generator, "classifier": alone}
        found = [a for a in registry.attacks().values() if given[a.target] is not None and not a.heavy]
        return [Choice(id=a.id, settings=a.settings().model_dump(mode="json")) for a in found]
    checked = []
    for choice in spec.attacks:
        attack = registry.find_attack(choice.id)
        settings = settings_model.check(attack.settings, choice.settings, f"Attack {attack.id!r}")
        checked.append(choice.model_copy(update={"settings": settings.model_dump(mode="json")}))
    return checked


def decided_by(workspace: Workspace, spec: AttackSpec) -> list[str]:
    """The key of each attack."""
    return list(_keys(workspace, spec).values())


def _keys(workspace: Workspace, spec: AttackSpec) -> dict[str, str]:
    """Where each attack is kept, by its id."""
    card, images = encoder_card(workspace.config, spec.encoder), _images(workspace, spec)
    model = None if spec.generator is None else card_key(generator_card(workspace.config, spec.generator))
    return {choice.id: attack_key(spec, choice, card, images, model) for choice in spec.attacks or []}


def _images(workspace: Workspace, spec: AttackSpec) -> dict[str, ImageSet]:
    return {role: workspace.sets.open(name) for role in ROLES if (name := getattr(spec, role)) is not None}


@run_kind(AttackSpec, title="Attacks", check=check, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: AttackSpec, models: Models, report: Reporter) -> str:
    """Carries out and stores each attack; one that was carried out before is not carried out again."""
    card, images, attacks = encoder_card(workspace.config, spec.encoder), _images(workspace, spec), spec.attacks or []
    keys = _keys(workspace, spec)
    waiting = [c for c in attacks if not (workspace.derived.value(keys[c.id]) or {}).get("scores")]  # what could not run may run now
    if waiting:
        tally = Tally(report.at, sum(missing_count(workspace, s, card) for s in images.values()), report.between)
        sets = {role: features_of(workspace, models, s, card, tally, report.executor) for role, s in images.items()}
        parts = parts_of(sets["train"], sets["real"], spec.seed)
        known = Knowledge(released=sets.get("synthetic"), reference=parts.reference, other=sets.get("other"))
        tally.total += len(waiting) * STEPS * PER_STEP
        about = {
            **{role: s.id for role, s in images.items()},
            "encoder": card.id,
            "encoder_key": card_key(card),
            "generator": spec.generator,
            "taught": None if spec.taught is None else spec.taught.model_dump(),
        }
        released = None if spec.taught is None else ReleasedClassifier(spec.taught, sets, spec.seed)
        parts = parts if released is None else replace(parts, members=released.members)
        taught = cache(lambda: trained(parts, spec.seed) if released is None else released.lent(parts))
        plants: dict[str | None, Plant | None] = {}

        def queried(attack: registry.Attack) -> Lent:
            """With leaks that are planted once for all attacks."""
            found = lent(workspace, models, attack, spec.generator, parts, spec.seed)
            return replace(found, plant=plants.setdefault(spec.generator, found.plant))

        for choice in waiting:
            attack = registry.find_attack(choice.id)
            mine = asked_parts(parts, attack, spec.seed)
            lend = taught if attack.target == "classifier" else lambda attack=attack: queried(attack)
            row, scores = _carried_out(choice, mine, known, spec.seed, lend, tally)
            table = None if scores is None else _placed(scores, mine)
            _store(workspace, keys[choice.id], {**row, "about": about}, table, [s.id for s in images.values()])
    return f"{len(attacks)} attacks"


def _carried_out(
    choice: Choice, parts: Parts, known: Knowledge, seed: int, lend: Callable[[], Lent], tally: Tally
) -> tuple[dict[str, object], MembershipScores | None]:
    attack, plant = registry.find_attack(choice.id), None
    if "model" in attack.reads:
        try:
            found = lend()
        except Cancelled:
            raise
        except BenchError as error:
            return refused(attack, parts, known, choice.settings, seed, error), None
        known, plant = replace(known, model=found.model, shadows=found.shadows), found.plant
    return trial(attack, parts, known, choice.settings, seed, lambda what: tally.batch(PER_STEP, what), plant)


def _placed(scores: MembershipScores, parts: Parts) -> pd.DataFrame:
    """One row per record: `row` is its row in the training set or, of others, in the held-out set."""
    rows = np.empty(len(scores.values), int)
    for side, features in ((scores.member, parts.members), (~scores.member, parts.others)):
        rows[side] = features.rows[scores.rows[side]]
    return pd.DataFrame({"member": scores.member, "patient": scores.patients, "row": rows, "score": scores.values})


def _store(workspace: Workspace, key: str, row: dict[str, object], scores: pd.DataFrame | None, sets: Sequence[str]) -> None:
    """The scores first: a row without them is one that could not run."""
    name = None if scores is None else content_key("scores", key)
    if scores is not None and name is not None:
        workspace.derived.write_table(name, KIND, scores, sets)
    workspace.derived.write_value(key, KIND, {**row, "scores": name, "made": time.time()}, sets)
