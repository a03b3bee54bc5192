"""The embedded study: the simulated cohort, the seven synthetic sets and their numbers. What is there is not made again."""

import subprocess
from typing import Any

from bench_core import phantom, registry
from bench_core.data import content_key
from bench_core.engine.catalogue import encoder_card, encoder_missing, generator_missing
from bench_core.engine.keys import card_key, generated_set_id
from bench_core.engine.models import Models
from bench_core.engine.requests.submission import submit
from bench_core.engine.runs.generate import resolved_generation
from bench_core.errors import BenchError, UnknownName
from bench_core.files import locked
from bench_core.jobs.demo_results import Results
from bench_core.jobs.demo_sets import COMMITTED, ENCODER, LEARNED, WEIGHTLESS, bring_learned, demo_spec, load_features, study_signature
from bench_core.jobs.processes import wait_elsewhere
from bench_core.jobs.waiting import wait_for
from bench_core.membership_spec import PatientRiskSpec, PromptMemorySpec
from bench_core.records import DemoState, Progress, Run
from bench_core.spec import AttackSpec, Choice, EvaluateSpec, PowerSpec, ProjectSpec, RunSpec, UtilitySpec
from bench_core.store.image_sets import with_all_columns
from bench_core.store.turns import BEHIND
from bench_core.store.workspace import Workspace

COHORTS = {
    "phantom-train": ("train", phantom.TRAIN_SEED, phantom.TRAIN_FILMS),
    "phantom-real": ("real", phantom.REAL_SEED, phantom.REAL_FILMS),
}
POWER_N, ENOUGH_FILMS = 200, 1000
"""Films of the generators whose faults numbers are to see; real films below which neither that nor attacks nor trainings say anything."""
ATTACKED = ("phantom-ldm", "phantom-ldm-overfit")
"""One model that learned as it should and one that learned by heart: the attacks on these, and the prompts that they know."""
LIGHT_ARMS = ["real_only", "synthetic_only", "mixed", "augmented", "pretrained", "duplicates"]
"""Those for which no film is drawn anew."""
STATE, WHOLE = "demo", "demo whole"
UNITS = 2 + 2 * len(LEARNED) + 2 * len(WEIGHTLESS)
"""Steps of the progress: two cohorts, then bringing and evaluating each synthetic set."""
OWNER = "the demo study"


def state(workspace: Workspace) -> DemoState:
    """How far `prepare` is, in this process or another one."""
    found = workspace.state(STATE)
    if not found:
        return DemoState(ready=False, done=0, total=UNITS, message="Not prepared yet.")
    return DemoState(found["ready"], found["done"], found["total"], found["message"])


def prepare(workspace: Workspace, on_progress: Progress | None, *, from_scratch: bool = False) -> None:
    """Brings cohorts, synthetic sets and their numbers; one process at a time, the others wait.

    What came with the program is put in place. The rest, with `from_scratch` all of it, is made: quick numbers here, and what takes
    longer by a worker, for which it is queued. What cannot be brought here (weights that are missing, a metric that fails) is left out
    and named in the last message.
    """
    with locked(workspace.config.home / ".demo.lock"):
        steps = _Steps(workspace, on_progress)
        signature = content_key(study_signature(workspace), [spec.model_dump(mode="json") for spec in wanted()])
        if not from_scratch and _is_whole(workspace, signature):
            steps.end(state(workspace).message)
            return
        for name, (kind, seed, films) in COHORTS.items():
            steps.next(f"The simulated cohort {name}")
            _bring_cohort(workspace, name, kind, seed, films)
        for encoder in COMMITTED:
            load_features(workspace, encoder)
        models = Models(workspace.config)
        results = None if from_scratch else Results(workspace)
        helpers = _render_beside(workspace, WEIGHTLESS[1:], results)
        left_out = [name for name in (*WEIGHTLESS, *LEARNED) if not _bring_set(workspace, name, models, steps, results)]
        for helper in helpers:
            helper.wait()
        evaluated = [name for name in (*WEIGHTLESS, *LEARNED) if name not in left_out]
        if results:
            results.bring_derived()
        failed = _evaluate_all(workspace, evaluated, models, steps, results)
        _queue_the_rest(workspace, [name for name in evaluated if name not in failed], results)
        words = [f"The study is ready: {len(evaluated)} synthetic sets"]
        words += [f"not there yet: {', '.join(left_out)}"] if left_out else []
        words += [f"could not be evaluated: {', '.join(failed)}"] if failed else []
        steps.end("; ".join(words) + ".")
        if not failed:
            workspace.set_state(WHOLE, {"signature": signature, "sets": [*COHORTS, *evaluated]})


def _is_whole(workspace: Workspace, signature: str) -> bool:
    """Whether the study was prepared from just these models, cohort and images, and no set of it was deleted since."""
    found = workspace.state(WHOLE)
    if not found or found["signature"] != signature:
        return False
    try:
        return all(workspace.sets.is_complete(workspace.sets.find(name)) for name in found["sets"])
    except UnknownName:
        return False


class _Steps:
    def __init__(self, workspace: Workspace, tell: Progress | None) -> None:
        self._workspace, self._tell, self._done = workspace, tell, -1
        self._was_ready = state(workspace).ready  # a study that was ready once stays readable while it is looked over

    def next(self, message: str) -> None:
        self._done += 1
        self.say(message)

    def say(self, message: str) -> None:
        self._write(self._was_ready, min(self._done, UNITS), message)

    def end(self, message: str) -> None:
        self._write(True, UNITS, message)

    def _write(self, ready: bool, done: int, message: str) -> None:
        self._workspace.set_state(STATE, {"ready": ready, "done": done, "total": UNITS, "message": message})
        if self._tell:
            self._tell(done, UNITS, message)


def _bring_cohort(workspace: Workspace, name: str, kind: Any, seed: int, films: int) -> None:
    """Writes the table of a cohort; its films are rendered when they are first needed."""
    set_id = content_key("phantom", phantom.RENDERER_VERSION, seed, films)
    if not workspace.sets.is_complete(set_id):
        table = phantom.cohort_table(seed, films=films)
        table["path"] = table["image_id"] + ".png"
        table["digest"] = f"phantom:{phantom.RENDERER_VERSION}:" + table["image_id"]
        table["prompt_id"] = [content_key("prompt", text) for text in table["prompt"]]
        meta = {"simulated": {"seed": seed, "films": films}, "renderer": phantom.RENDERER_VERSION, "prompts_are_reports": False}
        workspace.sets.write(set_id, kind, with_all_columns(table), meta)
    workspace.sets.claim_name(name, set_id)


def _render_beside(workspace: Workspace, names: tuple[str, ...], results: Results | None) -> list["subprocess.Popen[bytes]"]:
    """Starts the rendering of those sets in processes of their own, so that a second core has something to do meanwhile."""
    helpers = []
    for name in names:
        spec = resolved_generation(workspace, demo_spec(workspace, name))
        set_id = generated_set_id(workspace, spec)
        if not workspace.sets.is_complete(set_id) and not (results and results.bring_set(spec, set_id)):
            helpers.append(wait_elsewhere(workspace.config, _queue(workspace, spec)))
    return helpers


def _bring_set(workspace: Workspace, name: str, models: Models, steps: _Steps, results: Results | None) -> bool:
    """Brings the images of a generator: those that came along, those that are committed, or rendered ones; False where it cannot be."""
    steps.next(f"Images of {name}")
    if generator_missing(workspace.config, name):
        return False
    try:
        spec = resolved_generation(workspace, demo_spec(workspace, name))
        set_id = generated_set_id(workspace, spec)
        if workspace.sets.is_complete(set_id):
            workspace.sets.claim_name(spec.name, set_id)
            return True
        if results and results.bring_set(spec, set_id):
            return True
        if name in LEARNED:
            return bring_learned(workspace, spec, set_id)
        return _finished(workspace, _queue(workspace, spec), models, steps, f"Rendering {name}")
    except BenchError as error:
        steps.say(f"{name}: {error}")
        return False


def _evaluate_all(workspace: Workspace, names: list[str], models: Models, steps: _Steps, results: Results | None) -> list[str]:
    """Evaluates those sets overall; returns the names of those where it failed."""
    failed = []
    if encoder_missing(workspace.config, ENCODER):
        return list(names)
    key = card_key(encoder_card(workspace.config, ENCODER))
    done = {(r["synthetic"], r["real"]) for r in workspace.results.rows(encoder_key=key, subgroup="all")}
    real = workspace.sets.find("phantom-real")
    for name in names:
        steps.next(f"Evaluating {name}")
        if results and (workspace.sets.find(name), real) in done:  # what is made anew is asked whether any of it is new
            continue
        spec = _evaluation(name, None, _metrics(heavy=False, results=results))
        if results and results.carry_out(spec, OWNER):
            continue
        if not _finished(workspace, _queue(workspace, spec), models, steps, f"Evaluating {name}"):
            failed.append(name)
    return failed


def _metrics(*, heavy: bool, results: Results | None, added: bool = False) -> list[str]:
    """The heavy metrics, or the others: those whose numbers come along (all, where none do) or those that were added since."""
    known = set(results.archive.metrics) if results else set()
    mine = [m.id for m in registry.metrics().values() if m.heavy == heavy]
    return [i for i in mine if (not known or i in known) != added]


def _evaluation(name: str, subgroup: Any, metrics: list[str]) -> EvaluateSpec:
    chosen = [Choice(id=i, optional=True) for i in metrics]
    return EvaluateSpec(
        synthetic=name, real="phantom-real", train="phantom-train", encoders=[ENCODER], subgroup=subgroup,
        metrics=chosen,
    )  # fmt: skip


def _finished(workspace: Workspace, run_id: str, models: Models, steps: _Steps, label: str) -> bool:
    """Waits for a run and says how far it is; whether it came to its end."""

    def tell(run: Run) -> None:
        if run.status == "running":
            steps.say(f"{label}: {run.message}" + (f" ({100 * run.done // run.total} %)" if run.total else ""))

    run = wait_for(workspace, run_id, tell, models)
    if run.status == "failed":
        steps.say(f"{label}: {run.error}")
    return run.status == "done"


def _queue(workspace: Workspace, spec: RunSpec, priority: int = 0) -> str:
    return submit(workspace, spec, priority, OWNER, limited=False)


def _queue_the_rest(workspace: Workspace, names: list[str], results: Results | None) -> None:
    """What takes longer than a first start may, once, for a worker to do where it did not come along."""
    if not names or encoder_missing(workspace.config, ENCODER):
        return
    specs = _slow_runs(names, results)
    asked = [[workspace.sets.find(n) for n in names], phantom.RENDERER_VERSION, [spec.model_dump(mode="json") for spec in specs]]
    key = f"demo queued {content_key(asked)}"
    was_queued = workspace.state(key)
    for spec in specs:
        if not (results and results.carry_out(spec, OWNER)) and not was_queued:
            _queue(workspace, spec, BEHIND)
    workspace.set_state(key, True)


def _slow_runs(names: list[str], results: Results | None) -> list[RunSpec]:
    """The UMAP, numbers by finding and heavy metrics; what metrics that were added since say of all of it; what all of them can see."""
    wanted: list[RunSpec] = [ProjectSpec(sets=["phantom-train", "phantom-real", *names], encoder=ENCODER)]
    for subgroup, heavy, added in (
        ("finding", False, False),
        (None, True, False),
        (None, False, True),
        ("finding", False, True),
        (None, True, True),
    ):
        metrics = _metrics(heavy=heavy, results=results, added=added)
        wanted += [_evaluation(name, subgroup, metrics) for name in names if metrics]  # by finding first, since a page waits for it
    return [*wanted, *_of_many_films(names)] if COHORTS["phantom-real"][2] >= ENOUGH_FILMS else wanted


def _of_many_films(names: list[str]) -> list[RunSpec]:
    """What the numbers can see at the size of the sets, who was in the training set, and what the images are worth for training."""
    cohorts: dict[str, Any] = {"real": "phantom-real", "train": "phantom-train", "encoder": ENCODER}
    attacked = [name for name in ATTACKED if name in names]
    return [
        PowerSpec(**cohorts, n=[POWER_N]),
        *(UtilitySpec(synthetic=name, **cohorts, arms=LIGHT_ARMS) for name in names),
        *(AttackSpec(synthetic=name, **cohorts) for name in attacked),
        PatientRiskSpec(**cohorts),
        *(PromptMemorySpec(generator=name, images="phantom-train") for name in attacked),
    ]


def wanted() -> list[RunSpec]:
    """All runs of the whole study, as they are made from scratch."""
    names = [*WEIGHTLESS, *LEARNED]
    return [_evaluation(name, None, _metrics(heavy=False, results=None)) for name in names] + _slow_runs(names, None)
