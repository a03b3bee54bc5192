"""Carries out a study: runs are queued stage by stage, what is there is not made again, every cell is kept as soon as it is whole."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_core.data import content_key
from bench_core.engine.answers.studies import CELL, STUDY, cell_key, keep_study, sets_of
from bench_core.engine.models import Models
from bench_core.engine.requests.submission import submit
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import BenchError, Cancelled, NotPossible, QuotaReached
from bench_core.files import is_free, locked
from bench_core.jobs.study_plan import StudyPlan, said
from bench_core.jobs.waiting import wait_for
from bench_core.records import Progress, Run
from bench_core.registry import Request
from bench_core.spec import RunSpec
from bench_core.store.workspace import Workspace
from bench_core.studies.cells import Cell, cells_of
from bench_core.studies.spec import StudySpec

STOP = "stop study"
LOOK_SECONDS = 2.0


def lock_of(workspace: Workspace, key: str) -> Path:
    """The file that a process holds while it carries out the study of that key."""
    return workspace.config.home / f".study-{key}.lock"


def is_carried_out(workspace: Workspace, key: str) -> bool:
    """Whether a process on this machine carries it out at the moment."""
    return not is_free(lock_of(workspace, key))


def stop(workspace: Workspace, key: str) -> None:
    """Asks whoever carries it out to stop; what is made stays."""
    workspace.set_state(f"{STOP} {key}", True)


def carry_out(workspace: Workspace, spec: StudySpec, toml: str, tell: Progress | None = None, *, resume: bool = False) -> str:
    """Makes all cells that are not there; the key of the study.

    Args:
        tell: hears how many cells are done, of how many, and what is being made.
        resume: cells that could not be made before are left as they are, instead of being tried again.

    Raises:
        InputError: sets or encoder are not there, or the study is too large.
        Cancelled: it was asked to stop.
    """
    key = keep_study(workspace, spec, toml, time.time())
    with locked(lock_of(workspace, key)):
        workspace.set_state(f"{STOP} {key}", False)
        _Making(workspace, StudyPlan(workspace, spec), cells_of(spec), key, tell, resume).all()
    return key


@dataclass
class _Kept:
    """What is known of one cell while it is being made."""

    cell: Cell
    problem: str = ""
    synthetic: str | None = None
    utility: str | None = None
    attack: str | None = None
    runs: dict[str, str] = field(default_factory=dict)
    """Content key of the request of each stage."""


@dataclass
class _Making:
    workspace: Workspace
    plan: StudyPlan
    cells: Sequence[Cell]
    key: str
    tell: Progress | None
    resume: bool
    seconds: dict[str, float | None] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, str] = field(default_factory=dict)
    _looked: float = 0.0

    def all(self) -> None:
        """Sets, then what filters leave, then numbers, classifiers and attacks."""
        self._models = Models(self.workspace.config)
        kept = [_Kept(cell) for cell in self.cells if not self._is_kept(cell)]
        self._done = len(self.cells) - len(kept)
        self._say("Looking what is there")
        for stage, asked in (("set", self._drawing), ("filter", self._filtering)):
            self._stage(stage, [one for one in kept if not one.problem], asked)
        some = next((one.synthetic for one in kept if one.synthetic), None) or self._some_set()
        for later, ask in (("numbers", self._judging), ("utility", self._training(kept, some)), ("attack", self._attacking)):
            self._queue(later, [one for one in kept if not one.problem], ask)
        for one in kept:
            for later in ("numbers", "utility", "attack"):
                self._wait(one, later)
            self._keep(one, kept)
        self._say("Done")

    def _is_kept(self, cell: Cell) -> bool:
        found = self.workspace.derived.value(cell_key(self.workspace, self.plan.spec, cell))
        if found is None or (found["problem"] and not self.resume):
            return False
        table = found["utility"] is None or self.workspace.derived.table(found["utility"]) is not None
        attack = found["attack"] is None or self.workspace.derived.value(found["attack"]) is not None
        return table and attack

    def _some_set(self) -> str | None:
        """A synthetic set beside which classifiers of real images are trained, where every other cell is kept already."""
        listed = [self.workspace.sets.find(c.source.set) for c in self.cells if c.source and c.source.set]
        return listed[0] if listed else None

    def _drawing(self, one: _Kept) -> RunSpec | None:
        source = one.cell.source
        if source is None:
            return None
        if source.set is not None:
            one.synthetic = self.workspace.sets.find(source.set)
            return None
        return self.plan.drawing(source)

    def _filtering(self, one: _Kept) -> RunSpec | None:
        return None if one.cell.filter is None or one.synthetic is None else self.plan.filtering(one.cell, one.synthetic)

    def _judging(self, one: _Kept) -> RunSpec | None:
        return None if one.synthetic is None or not self.plan.spec.metrics else self.plan.judging(one.synthetic)

    def _training(self, kept: Sequence[_Kept], some: str | None) -> Callable[[_Kept], RunSpec | None]:
        """All arms of a set and classifier in one run, so that real images alone are learned once."""

        def asked(one: _Kept) -> RunSpec:
            images = one.synthetic or some
            if images is None:
                raise NotPossible("No set of the study could be made, beside which a classifier of real images would be trained.")
            alike = [o for o in kept if (o.synthetic or some, o.cell.classifier, o.cell.epsilon) == (images, *_how(one.cell))]
            arms = list(dict.fromkeys(o.cell.arm for o in alike if not o.problem))
            return self.plan.training(one.cell, arms, images)

        return asked

    def _attacking(self, one: _Kept) -> RunSpec | None:
        return self.plan.attacking(one.cell, one.synthetic)

    def _stage(self, stage: str, kept: Sequence[_Kept], asked: Callable[[_Kept], RunSpec | None]) -> None:
        """Queues and waits; what these runs make is the set of the cell from now on."""
        self._queue(stage, kept, asked)
        for one in kept:
            self._wait(one, stage)

    def _queue(self, stage: str, kept: Sequence[_Kept], asked: Callable[[_Kept], RunSpec | None]) -> None:
        checked: dict[str, Request | BenchError] = {}
        for one in kept:
            with self._noting(one):
                spec = asked(one)
                if spec is None:
                    continue
                words = content_key(json.loads(spec.model_dump_json()))
                if words not in checked:
                    try:
                        checked[words] = self.plan.checked(spec)
                    except BenchError as error:
                        checked[words] = error
                found = checked[words]
                if isinstance(found, BenchError):
                    raise found
                one.runs[stage] = content_key(found.spec.model_dump())
                made = self.plan.made_of(found)
                if stage in ("set", "filter"):
                    one.synthetic = made
                elif stage != "numbers":
                    setattr(one, stage, made)
                self._submit(one.runs[stage], found)

    def _submit(self, key: str, request: Request) -> None:
        """Queues a run once; of what is there, how long it took is looked up."""
        if key in self._ids or key in self.seconds or key in self.problems:
            return
        if self.plan.is_there(request, tried=self.resume):
            self.seconds[key] = expected_seconds(self.workspace, request.spec, lambda spec: spec.model_dump(exclude={"name"}))
            return
        while True:
            try:
                self._ids[key] = submit(self.workspace, request.spec)
                return
            except QuotaReached:
                first = next(iter(self._ids), None)
                if first is None:
                    raise
                self._finish(first)

    def _wait(self, one: _Kept, stage: str) -> None:
        key = one.runs.get(stage)
        if key is None or one.problem:
            return
        self._finish(key)
        if stage == "numbers":  # a cell is whole without them
            return
        one.problem = self.problems.get(key, "")
        if stage == "filter" and one.problem:
            one.synthetic = None

    def _finish(self, key: str) -> None:
        run_id = self._ids.pop(key, None)
        if run_id is None:
            return
        run = wait_for(self.workspace, run_id, self._heard, self._models)
        self.seconds[key] = run.seconds
        if run.status != "done":
            if self._must_stop():
                raise Cancelled("The study was stopped; what is made stays.", "Give the same command again to go on.")
            self.problems[key] = f"{run.error} {run.hint}".strip() or f"Its run was {run.status}."

    def _heard(self, run: Run) -> None:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        if self._must_stop():
            for waiting in (run.id, *self._ids.values()):
                self.workspace.runs.cancel(waiting)
        share = f" ({100 * run.done // run.total} %)" if run.total else ""
        self._say(f"{run.name}: {run.message}{share}")

    def _must_stop(self) -> bool:
        return bool(self.workspace.state(f"{STOP} {self.key}"))

    def _keep(self, one: _Kept, kept: Sequence[_Kept]) -> None:
        """Stores where the numbers of a cell are, and its share of the seconds of its runs."""
        uses = Counter(key for other in kept for key in other.runs.values())
        seconds = {stage: None if (s := self.seconds.get(key)) is None else s / uses[key] for stage, key in one.runs.items()}
        value: dict[str, Any] = {
            "problem": one.problem, "synthetic": one.synthetic, "utility": one.utility if not one.problem else None,
            "attack": one.attack if not one.problem else None, "seconds": seconds, "label": one.cell.label,
        }  # fmt: skip
        sets = [i for i in (*sets_of(self.workspace, self.plan.spec), one.synthetic) if i]
        self.workspace.derived.write_value(cell_key(self.workspace, self.plan.spec, one.cell), CELL, value, sets)
        self._done += 1
        self._say(one.cell.label)

    @contextmanager
    def _noting(self, one: _Kept) -> Iterator[None]:
        try:
            yield
        except Cancelled:
            raise
        except BenchError as error:
            one.problem = said(error)

    def _say(self, message: str) -> None:
        self.workspace.set_state(f"{STUDY} {self.key}", {"done": self._done, "total": len(self.cells), "message": message})
        if self.tell:
            self.tell(self._done, len(self.cells), message)


def _how(cell: Cell) -> tuple[str, float | None]:
    return cell.classifier, cell.epsilon


def expected(workspace: Workspace, spec: StudySpec) -> list[dict[str, Any]]:
    """One row per cell, without making anything: what it is, and whether it is kept already."""
    rows = []
    for cell in cells_of(spec):
        try:
            kept = workspace.derived.value(cell_key(workspace, spec, cell))
        except BenchError as error:
            rows.append({"cell": cell.label, "state": "cannot be made", "message": said(error)})
            continue
        state = "to be made" if kept is None else "to be tried again" if kept["problem"] else "there"
        rows.append({"cell": cell.label, "state": state, "message": "" if kept is None else kept["problem"]})
    return rows
