"""What a synthetic set is worth for drawing masks or writing reports: arms trained on it and on controls, tested on held-out patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.data import ImageSet, content_key
from bench_core.downstream.changed import CHANGED, ChangedImages
from bench_core.downstream.draws import Draws
from bench_core.downstream.reports.decoder import Vocabulary, WriterTraining
from bench_core.downstream.reports.writing import ReportWriting
from bench_core.downstream.segmentation.network import SegmentationTraining
from bench_core.downstream.segmentation.task import MaskedFilms, Segmentation
from bench_core.downstream.tasks import AskedOfTask, Task, TaskStudy
from bench_core.engine.answers.tasks import INDEX, STEPS, expected_task
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, missing_count
from bench_core.engine.keys import card_key, set_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.engine.utility.changing import Seen, Show, changes, encoded, masked
from bench_core.engine.utility.masks import masked_films, masks_over, patients_of, thinned
from bench_core.engine.utility.roles import ROLES, check_roles
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.registry import Request, run_kind
from bench_core.registry.arms import Material
from bench_core.store.derived import StepParts
from bench_core.store.workspace import Workspace
from bench_core.task_spec import TaskSpec

PER_TRAINING = 60
"""A training counts as much as rendering or encoding this many films, for the progress bar."""
VERSION = 3
"""Raised when arms of a task are trained or judged in another way."""


def check(workspace: Workspace, spec: TaskSpec) -> Request:
    """Named after the synthetic set; shared patients and sets in the wrong role are told here."""
    spec = _resolved(workspace, spec)
    images = workspace.sets.open(spec.synthetic)
    alike = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"synthetic", "real", "train", "seed"}))
    name = f"{in_words(spec)} with {images.name}"[:120]
    return Request(spec, name, spec.synthetic, model=spec.encoder or "", expected=expected_task(spec) if alike is None else alike)


def in_words(spec: TaskSpec) -> str:
    """What is learned."""
    return {"segmentation": "Segmentation", "reports": "Writing reports"}[spec.task]


@run_kind(TaskSpec, title="Segmentation or reports", check=check, words=in_words)
def carry_out(workspace: Workspace, run_id: str, spec: TaskSpec, models: Models, report: Reporter) -> str:
    """Trains all arms, compares them and stores what was found; what was found before is not found again."""
    images = {role: workspace.sets.open(getattr(spec, role)) for role in ("train", "synthetic", "real")}
    key, used = _key(workspace, spec, images), [s.id for s in images.values()]
    if workspace.derived.table(key) is None:
        asked = AskedOfTask(spec.arms or list(registry.arms()), tuple(spec.shares), spec.trainings, spec.seed)
        rows = {"train": thinned(images["train"], spec.most_real), "real": thinned(images["real"], spec.most_test)}
        rows["synthetic"] = np.arange(len(images["synthetic"]))
        materials = sum(map(len, rows.values())) if spec.task == "segmentation" else _to_encode(workspace, spec, images)
        tally = Tally(report.at, materials + len(asked.cells) * asked.trainings * PER_TRAINING, report.between)
        units = {role: _units(images[role], rows[role]) for role in ("train", "real")}
        count = len(rows["synthetic"])  # where they cannot be learned from, controls still add as many
        draws = Draws(FeatureSet(np.zeros((len(units["train"]), 1), np.float32), subjects=units["train"].astype(str)), count, spec.seed)
        lesson = Lesson(workspace, models, spec, asked, draws, images, rows, tally, report)
        task = lesson.segmentation() if spec.task == "segmentation" else lesson.writing()
        parts = StepParts(workspace.derived, key, used)
        study = TaskStudy(task, asked, draws, units["real"], lesson.impossible, parts, lesson.changed)
        found = study.carried_out(lambda more, what: tally.batch(more * PER_TRAINING, what))
        workspace.derived.write_table(key, "tasks", pd.DataFrame(found), used)
        about = {
            "key": key,
            "real": spec.real,
            "train": spec.train,
            "synthetic": spec.synthetic,
            "task": spec.task,
            "encoder": spec.encoder,
        }
        workspace.derived.write_value(f"{key}-about", INDEX, about, used)
        parts.forget()
    else:  # written again, so that it is the newest answer
        workspace.derived.write_value(f"{key}-about", INDEX, workspace.derived.value(f"{key}-about"), used)
    return f"{in_words(spec)} with {images['synthetic'].name}"


@dataclass(frozen=True)
class Lesson:
    """All that a task learns from, brought into the form that it needs.

    Attributes:
        draws: rows of the training images that are used; their place in the training set is `rows["train"]`.
        images, rows: by role: the sets, and the rows of them that are used.
        impossible: why what cannot be learned from cannot; changed: where changed films lie in the pool. Both are filled with the task.
    """

    workspace: Workspace
    models: Models
    spec: TaskSpec
    asked: AskedOfTask
    draws: Draws
    images: Mapping[str, ImageSet]
    rows: Mapping[str, np.ndarray]
    tally: Tally
    report: Reporter
    impossible: dict[Material, NotPossible] = field(default_factory=dict)
    changed: dict[Material, ChangedImages] = field(default_factory=dict)

    def segmentation(self) -> Task:
        """Films with masks.

        Raises:
            InputError: nobody knows where things are in the real or the training images, or the sets have no structure in common.
        """
        films: dict[str, MaskedFilms] = {}
        for role in ("train", "real", "synthetic"):
            try:
                films[role] = masked_films(self.workspace, self.models, self.images[role], self.rows[role], self.spec.side, self.tally)
            except NotPossible as error:
                if role != "synthetic":
                    raise InputError(f"Segmentation needs masks of the {ROLES[role]} images. {error.message}", error.hint) from None
                self.impossible["synthetic"] = error
        shared = tuple(s for s in films["train"].structures if all(s in one.structures for one in films.values()))
        if not shared:
            told = "; ".join(f"{role}: {', '.join(one.structures)}" for role, one in films.items())
            raise InputError(f"The sets have no structure in common ({told}).", "Import masks of the same structure for all of them.")
        pool = [films[role] for role in ("train", "synthetic") if role in films]
        show = masked(self.workspace, self.models, self.images["train"], self.spec.side, self.tally)
        pool = [one.of(shared) for one in [*pool, *self._change(sum(len(p.films) for p in pool), show)]]
        whole = MaskedFilms(np.concatenate([p.films for p in pool]), np.concatenate([p.masks for p in pool]), shared)
        how = SegmentationTraining(self.spec.steps or STEPS["segmentation"])
        return Segmentation(whole, films["real"].of(shared), how)

    def writing(self) -> Task:
        """Features with reports; a changed film has the report that it had."""
        card = encoder_card(self.workspace.config, str(self.spec.encoder))
        values, texts = {}, {}
        for role, one in self.images.items():
            features = features_of(self.workspace, self.models, one, card, self.tally, self.report.executor)
            values[role] = features.values[self.rows[role]]
            texts[role] = [str(one.table["prompt"].iat[row]) for row in self.rows[role]]
        how = WriterTraining(self.spec.steps or STEPS["reports"])
        pool = [values["train"], values["synthetic"]]
        pool += self._change(sum(map(len, pool)), encoded(self.models, card, self.images["train"], self.tally))
        said = [*texts["train"], *texts["synthetic"], *(texts["train"][row] for made in self.changed.values() for row in made.bases)]
        vocabulary = Vocabulary(texts["train"], how.longest)
        return ReportWriting(np.concatenate(pool), said, values["real"], texts["real"], vocabulary, how)

    def _change(self, start: int, show: Show[Seen]) -> list[Seen]:
        """What is seen of changed training films, to lie in the pool from a row on; only of those that an arm learns from."""
        found = []
        ways = changes(self.workspace, self.models, self.images["synthetic"], show) if self.asked.reads(CHANGED) else {}
        for material, change in ways.items():
            if isinstance(change, NotPossible):
                self.impossible[material] = change
            elif (made := self.asked.changes(self.draws, material, start)) is not None:
                found.append(change([(int(self.rows["train"][row]), again) for row, again in made.pairs]))
                self.changed[material] = made
                start += len(made.pairs)
        return found


def _units(images: ImageSet, rows: np.ndarray) -> np.ndarray:
    """Numbers of the patients of those rows; images of unknown patients stand alone."""
    return np.asarray(pd.factorize(patients_of(images)[rows])[0])


def _to_encode(workspace: Workspace, spec: TaskSpec, images: Mapping[str, ImageSet]) -> int:
    card = encoder_card(workspace.config, str(spec.encoder))
    return sum(missing_count(workspace, one, card) for one in images.values())


def _key(workspace: Workspace, spec: TaskSpec, images: Mapping[str, ImageSet]) -> str:
    """Content key of everything that decides these numbers."""
    arms = registry.arms()
    versions = {name: arms[name].version for name in spec.arms or arms}
    over = {}
    for role, one in images.items():
        masks = masks_over(workspace, one) if spec.task == "segmentation" else None
        if masks is not None:
            over[role] = set_key(masks)
    card = card_key(encoder_card(workspace.config, spec.encoder)) if spec.encoder else None
    asked = spec.model_dump(exclude={"synthetic", "real", "train", "encoder", "arms"})
    return content_key("task", VERSION, asked, versions, {role: set_key(one) for role, one in images.items()}, over, card)


def _resolved(workspace: Workspace, spec: TaskSpec) -> TaskSpec:
    """The spec with ids of sets, and arms and an encoder that are there."""
    roles = {role: workspace.sets.find(getattr(spec, role)) for role in ("synthetic", "real", "train")}
    if len(set(roles.values())) < len(roles):
        raise InputError("The same set was given for two roles.", "synthetic, real and train must be three different sets.")
    arms = None if spec.arms is None else [registry.find_arm(name).id for name in spec.arms]
    spec = spec.model_copy(update={**roles, "arms": arms})
    images = {role: workspace.sets.open(name) for role, name in roles.items()}
    check_roles(images)
    if spec.task == "reports":
        if spec.encoder is None:
            raise InputError("Writing reports needs an encoder, whose features the writer is given.", "Name one: --encoder ID.")
        encoder_card(workspace.config, spec.encoder)
        require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
        for one in images.values():
            if one.table["prompt"].isna().any() or (one.table["prompt"].astype(str).str.strip() == "").any():
                raise InputError(
                    f"Some images of {one.name} have no report.", "Import the set with a column prompt (or report) for every image."
                )
    elif spec.encoder is not None:
        spec = spec.model_copy(update={"encoder": None})  # it sees films
    return spec
