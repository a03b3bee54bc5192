"""Sets to numbers: features (stored ones first), then metrics overall and in subgroups, then each image's nearest training images."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bench_core import registry, settings_model
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet, Result
from bench_core.engine.answers.matched_values import complete, keep_own_sizes
from bench_core.engine.answers.mean_image import mean_image
from bench_core.engine.answers.nearest import compute_nearest
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.encoding.decode import Readers
from bench_core.engine.encoding.encode import encode_images, features_of, missing_count
from bench_core.engine.encoding.flat_films import with_flat_films
from bench_core.engine.keys import card_key, draws_key, per_image_key, step_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter, Tally
from bench_core.engine.runs.plan import expected_seconds
from bench_core.engine.scoring import protocol
from bench_core.engine.scoring.agenda import agenda_of
from bench_core.engine.scoring.caveats import between_sets, cut_texts
from bench_core.engine.scoring.costs import shares_done
from bench_core.errors import BenchError, InputError, NotPossible
from bench_core.features import Sets
from bench_core.features.place import placed
from bench_core.records import Reference
from bench_core.registry import Request, run_kind
from bench_core.spec import EvaluateSpec
from bench_core.store.derived import StepParts, StoredNulls
from bench_core.store.workspace import Workspace

if TYPE_CHECKING:
    from bench_core.engine.scoring.score_sets import Scores

NEIGHBOURS = 5
PER_METRIC = 20
"""A metric counts as much as encoding this many images, for the progress bar."""


def check(workspace: Workspace, spec: EvaluateSpec) -> Request:
    """Named after the synthetic set and, where that is not the usual one, the mode."""
    spec = resolved_evaluation(workspace, spec)
    sets = {role: workspace.sets.open(i) for role, i in _roles(spec).items()}
    if all(map(len, sets.values())):  # one that is being made says nothing yet
        _empty_subgroups(sets, spec)
    name = workspace.sets.open(spec.synthetic).name + ("" if spec.mode == "corrected" else f" ({spec.mode})")
    expected = expected_seconds(workspace, spec, lambda one: one.model_dump(exclude={"synthetic", "real", "train", "seed"}))
    return Request(spec, name[:120], spec.synthetic, model=spec.encoders[0], expected=expected)


def _roles(spec: EvaluateSpec) -> dict[str, str]:
    """The sets that are read, by role; CheXGenBench's protocol knows no training set."""
    named = {"synthetic": spec.synthetic, "real": spec.real, "train": None if spec.mode == "compatible" else spec.train}
    return {role: name for role, name in named.items() if name}


def in_words(spec: EvaluateSpec) -> str:
    """Two evaluations of one set differ only in these words."""
    some = f" {len(spec.metrics)} {'metric' if len(spec.metrics) == 1 else 'metrics'}" if spec.metrics is not None else ""
    by = f" by {spec.subgroup}" if spec.subgroup else ""
    return "Evaluate" + some + by + (" in compatible mode" if spec.mode == "compatible" else "")


def decided_by(workspace: Workspace, spec: EvaluateSpec) -> list[Any]:
    """All that decides the numbers, of an evaluation in one encoder or in several."""
    spec = resolved_evaluation(workspace, spec)
    sets = {role: workspace.sets.open(name) for role, name in _roles(spec).items()}
    return [spec.subgroup, [step_key(spec, encoder_card(workspace.config, encoder), sets, "all") for encoder in spec.encoders]]


@run_kind(EvaluateSpec, title="Evaluate", check=check, words=in_words, makes=decided_by)
def evaluate(workspace: Workspace, run_id: str, spec: EvaluateSpec, models: Models, report: Reporter) -> str:
    """Computes and stores the numbers of a request; returns a line that says how many."""
    from bench_core.engine.scoring.subgroups import subgroups

    compatible = spec.mode == "compatible"
    sets = {role: with_flat_films(workspace, workspace.sets.open(name)) for role, name in _roles(spec).items()}
    cards = [encoder_card(workspace.config, e) for e in spec.encoders]
    metrics = len(spec.metrics) if spec.metrics is not None else len(registry.metrics())
    read = [c for card in cards for c in _cards_read(card, spec)]
    total = sum(missing_count(workspace, s, c) for s in sets.values() for c in read) + metrics * PER_METRIC * len(cards)
    tally, executor = Tally(report.at, total, report.between), report.executor
    with Readers(workspace.config) as readers:
        for images in sets.values():
            encode_images(workspace, models, images, read, tally, readers, executor)
    results: list[Result] = []
    warnings = between_sets(sets) + _empty_subgroups(sets, spec)
    for named_card in cards:
        card, *others = _cards_read(named_card, spec)
        features, *more = (
            {role: features_of(workspace, models, images, c, tally, executor) for role, images in sets.items()} for c in (card, *others)
        )
        native = more[0] if more else None
        if compatible:
            features = protocol.protocol_sets(features)
        warnings += [f"warning: {card.title}:{cut}" for role, of in features.items() if (cut := cut_texts(role, of).rstrip("."))]
        groups = [("all", features)]
        if spec.subgroup:
            groups += list(
                protocol.subgroups(features, spec.subgroup)
                if compatible
                else subgroups(features, spec.subgroup, equal_n=spec.equal_n, seed=spec.seed)
            )
            tally.total += metrics * PER_METRIC * (len(groups) - 1)
            if compatible and len(groups) == 1:
                warnings.append("warning: no synthetic image has the prompt of a real image with a finding, so there are no subgroups")
        step = _Step(workspace, report, spec, card, sets, tally, metrics)
        for subgroup, members in groups[:1] if executor else groups:
            results += step.score(subgroup, members, native)
        if executor and len(groups) > 1:
            results += step.score_on_cluster(executor, dict(groups[1:]), features, native)
        if spec.intervals and not compatible:
            sets_of = partial(_sets_of, workspace, models, card, features, spec.synthetic)
            complete(workspace, Reference(spec.real, spec.train, card.id), report, sets_of)
        if "train" in sets:
            report.at(tally.done, tally.total, "Nearest training images", force=True)
            compute_nearest(workspace, sets["synthetic"], sets["train"], card, NEIGHBOURS, features["synthetic"], features["train"])
            compute_nearest(workspace, sets["real"], sets["train"], card, NEIGHBOURS, features["real"], features["train"])
    with suppress(BenchError):  # images of several sizes have no mean
        mean_image(workspace, sets["synthetic"])  # now, since a page that shows it cannot wait for it
    failed = sum(r.status == "failed" for r in results)
    words = [f"{sum(r.status == 'ok' for r in results)} numbers"] + ([f"{failed} failed"] if failed else [])
    return ", ".join(words + warnings)


def _sets_of(workspace: Workspace, models: Models, card: EncoderCard, features: Sets, mine: str, synthetic: str) -> Sets:
    """The features of this evaluation, with another synthetic set that was evaluated before in place of its own."""
    if synthetic == mine:
        return features
    images = workspace.sets.open(synthetic)
    return {**features, "synthetic": features_of(workspace, models, images, card)}


def _cards_read(card: EncoderCard, spec: EvaluateSpec) -> list[EncoderCard]:
    """The encoder as the metrics read it and, in compatible mode, as those read it that the protocol spares the squash."""
    if spec.mode == "corrected":
        return [card]
    return [protocol.squashed_card(card)] + ([card] if card.reads_text and protocol.reads_native(spec.metrics) else [])


@dataclass
class _Step:
    """The numbers of one encoder: found, or computed here or on a cluster, and stored."""

    workspace: Workspace
    report: Reporter
    spec: EvaluateSpec
    card: EncoderCard
    sets: Mapping[str, ImageSet]
    tally: Tally
    metrics: int

    @cached_property
    def used(self) -> list[str]:
        return [i for i in (self.spec.synthetic, self.spec.real, self.spec.train) if i]

    @cached_property
    def seconds(self) -> Mapping[str, float]:
        return self.workspace.results.seconds(self.card.id, self.spec.mode)

    @cached_property
    def nulls(self) -> StoredNulls:
        return StoredNulls(self.workspace.derived, self.used[1:])

    def score(self, subgroup: str, members: Sets, native: Sets | None) -> list[Result]:
        """Those of one subgroup; none where an equal step was done before and was copied."""
        from bench_core.engine.scoring.score_sets import score_sets

        if self._copied(subgroup):
            return []
        tally, report, before = self.tally, self.report, self.tally.done
        items = agenda_of(self.spec.metrics, members, native, self.spec.mode)
        reached = shares_done([i.metric.id for i in items], [i.metric.id for i in items if i.problem], self.seconds)

        def on_progress(done: int, total: int, what: str) -> None:
            share = np.interp(done / max(total, 1), np.linspace(0, 1, len(reached)), reached)
            tally.done = before + int(self.metrics * PER_METRIC * share)
            tally.add(0, f"{self.card.title}, {subgroup}: {what}")

        parts = StepParts(self.workspace.derived, step_key(self.spec, self.card, self.sets, subgroup), self.used)
        with placed(parts=parts):
            scores = score_sets(
                members, self.spec, native=native, nulls=self.nulls, on_progress=on_progress, cancelled=report.must_stop,
                executor=report.executor,
            )  # fmt: skip
        report.check()
        tally.done = before + self.metrics * PER_METRIC
        results = self._stored(subgroup, scores)
        if subgroup == "all" and self.spec.intervals and self.spec.mode == "corrected":
            step = step_key(self.spec, self.card, self.sets, subgroup)
            keep_own_sizes(self.workspace, step, members, results, self.spec.seed, self.used)
        parts.forget()
        return results

    def score_on_cluster(self, executor: OnRay, groups: Mapping[str, Sets], features: Sets, native: Sets | None) -> list[Result]:
        """Those of several subgroups at once; each is stored as soon as it is back."""
        from bench_core.engine.scoring.subgroups_on_cluster import SubgroupWork, score_subgroup

        waiting = [subgroup for subgroup in groups if not self._copied(subgroup)]
        tasks = [({r: f.rows for r, f in groups[g].items()}, groups[g]["synthetic"].finding) for g in waiting]
        results: list[Result] = []

        def on_done(number: int, scored: "tuple[Scores, dict[str, Any]]") -> None:
            scores, nulls = scored
            self.nulls.update(nulls)
            results.extend(self._stored(waiting[number], scores))
            self.tally.add(self.metrics * PER_METRIC, f"{self.card.title}, {waiting[number]}")

        work = SubgroupWork(self.spec, features, native, self.nulls.stored())
        executor.map(score_subgroup, tasks, [work], on_done=on_done, check=self.report.between)
        return results

    def _copied(self, subgroup: str) -> bool:
        key = step_key(self.spec, self.card, self.sets, subgroup)
        # Numbers of an older version had no draws.
        known = not self.spec.intervals or self.workspace.derived.table(draws_key(key)) is not None
        if known and self.workspace.results.copy_step(self.report.run_id, key):
            self.tally.add(self.metrics * PER_METRIC, f"{self.card.title}, {subgroup}: already there")
            return True
        return False

    def _stored(self, subgroup: str, scores: "Scores") -> list[Result]:
        spec, derived, key = self.spec, self.workspace.derived, step_key(self.spec, self.card, self.sets, subgroup)
        about = {
            "synthetic": spec.synthetic, "real": spec.real, "train": spec.train, "encoder_key": card_key(self.card),
            "encoder_revision": self.card.revision,
        }  # fmt: skip
        results = [replace(r, encoder=self.card.id, subgroup=subgroup) for r in scores.results]
        if subgroup == "all" and scores.per_image:
            frame = pd.DataFrame({"image_id": self.sets["synthetic"].table["image_id"], **scores.per_image})
            derived.write_table(per_image_key(key), "per image", frame, self.used)
        if spec.intervals:
            derived.write_table(draws_key(key), "draws", pd.DataFrame(scores.draws), self.used)
        self.workspace.results.write(self.report.run_id, key, about, results)
        self.report.kept()
        return results


def _empty_subgroups(sets: Mapping[str, ImageSet], spec: EvaluateSpec) -> list[str]:
    """Says which subgroups have no numbers, since a set has no image in them.

    Raises:
        InputError: that are all of them.
    """
    from bench_core.engine.scoring.subgroups import without_members

    if not spec.subgroup or spec.mode == "compatible":  # whose protocol has groups of its own
        return []
    empty = without_members(sets, spec.subgroup)
    by_roles: dict[str, list[str]] = {}
    for name, roles in empty.items():
        by_roles.setdefault(" and ".join(roles), []).append(name.partition("=")[2])
    return [f"warning: no numbers by {spec.subgroup} for {', '.join(names)}: no such image in {roles}" for roles, names in by_roles.items()]


def resolved_evaluation(workspace: Workspace, spec: EvaluateSpec) -> EvaluateSpec:
    """The spec with ids of sets and checked settings of metrics."""
    roles = {r: workspace.sets.find(n) for r, n in (("synthetic", spec.synthetic), ("real", spec.real), ("train", spec.train)) if n}
    if len(set(roles.values())) < len(roles):
        raise InputError("The same set was given for two roles.", "synthetic, real and train must be three different sets.")
    for encoder in spec.encoders:
        encoder_card(workspace.config, encoder)
        require(encoder_missing(workspace.config, encoder), f"Encoder {encoder!r}")
    choices = None
    if spec.metrics is not None:
        choices = []
        for choice in spec.metrics:
            metric = registry.find_metric(choice.id)
            settings = settings_model.check(metric.settings, choice.settings, f"Metric {metric.id!r}").model_dump(
                mode="json", include=set(choice.settings)
            )
            if spec.mode == "compatible":
                protocol.check_settings(metric, settings)
                if metric.id not in protocol.RULES and not choice.optional:
                    raise NotPossible(f"Metric {metric.id!r} is not in CheXGenBench's protocol.", "Leave it out, or use mode 'corrected'.")
            if lacking := [s for s in metric.reads if s not in roles and not choice.optional]:
                raise NotPossible(
                    f"Metric {metric.id!r} needs a {lacking[0]} set, and none was given.", f"Give one, or leave {metric.id!r} out."
                )
            choices.append(choice.model_copy(update={"settings": settings}))
    return spec.model_copy(update={**roles, "metrics": choices})
