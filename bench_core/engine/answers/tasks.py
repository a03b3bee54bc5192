"""What studies of segmentation and of writing reports found, for pages and the command line."""

import pandas as pd

from bench_core import registry
from bench_core.frames import TASKS
from bench_core.records import Reference
from bench_core.store.workspace import Workspace
from bench_core.task_spec import TaskSpec

INDEX = "task about"
"""Kind of the small values that say where the figures of a study are kept."""
SECONDS_A_STEP = {"segmentation": 0.08, "reports": 0.06}
SECONDS_A_MASK = 0.1
"""On one processor core with the embedded study; a film that is rendered with its masks."""


def expected_task(spec: TaskSpec) -> float:
    """A rough guess of the seconds of a run, before any was carried out."""
    arms = 6 if spec.arms is None else len({*spec.arms, "real_only"})
    steps = spec.steps or {"segmentation": 200, "reports": 300}[spec.task]
    films = (spec.most_real + spec.most_test + 200) * SECONDS_A_MASK if spec.task == "segmentation" else 10.0
    bigger = (spec.side / 64) ** 2 if spec.task == "segmentation" else 1.0
    return films + len(spec.shares) * arms * spec.trainings * steps * SECONDS_A_STEP[spec.task] * bigger


def tasks(workspace: Workspace, reference: Reference, task: str) -> pd.DataFrame:
    """`frames.TASKS` of all sets that were studied against a reference; of equal questions the newest answer."""
    if reference.train is None:
        return TASKS.of([])
    real, train = workspace.sets.find(reference.real), workspace.sets.find(reference.train)
    tables = []
    for about in workspace.derived.values(INDEX, [real]).values():
        if (about["real"], about["train"], about["task"]) != (real, train, task) or about["encoder"] not in (None, reference.encoder):
            continue
        table = workspace.derived.table(about["key"])
        if table is not None:
            tables.append(table.assign(set_name=workspace.sets.open(about["synthetic"]).name, task=task))
    if not tables:
        return TASKS.of([])
    found = pd.concat(tables[::-1], ignore_index=True)
    found = found[found["arm"].isin(list(registry.arms()))]
    return TASKS.of(found.drop_duplicates(["set_name", "task", "arm", "share", "measure", "finding"]).reset_index(drop=True))
