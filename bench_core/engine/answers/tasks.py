"""What studies of segmentation and of writing reports found, for pages and the command line."""

import pandas as pd

from bench_core import registry
from bench_core.downstream.reports.decoder import WriterTraining
from bench_core.downstream.segmentation.network import SegmentationTraining
from bench_core.engine.answers.studied import studied
from bench_core.frames import TASKS
from bench_core.records import Reference
from bench_core.registry.arms import Material
from bench_core.store.workspace import Workspace
from bench_core.task_spec import TaskSpec

INDEX = "task about"
"""Kind of the small values that say where the figures of a study are kept."""
STEPS = {"segmentation": SegmentationTraining().steps, "reports": WriterTraining().steps}
NOT_CHANGED: tuple[Material, ...] = ("altered", "reconstructed")
"""What these tasks do not learn from."""
SECONDS_A_STEP = {"segmentation": 0.08, "reports": 0.12}
SECONDS_A_MASK = 0.1
"""On one processor core with the embedded study; a film that is rendered with its masks."""


def possible_arms() -> list[str]:
    """The arms that need no changed films."""
    return [name for name, arm in registry.arms().items() if not set(arm.reads) & set(NOT_CHANGED)]


def expected_task(spec: TaskSpec) -> float:
    """A rough guess of the seconds of a run, before any was carried out."""
    arms = len({"real_only", *(possible_arms() if spec.arms is None else spec.arms)})
    steps = spec.steps or STEPS[spec.task]
    films = (spec.most_real + spec.most_test + 200) * SECONDS_A_MASK if spec.task == "segmentation" else 10.0
    bigger = (spec.side / 64) ** 2 if spec.task == "segmentation" else 1.0
    return films + len(spec.shares) * arms * spec.trainings * steps * SECONDS_A_STEP[spec.task] * bigger


def tasks(workspace: Workspace, reference: Reference, task: str) -> pd.DataFrame:
    """`frames.TASKS` of all sets that were studied against a reference; of equal questions the newest answer."""
    tables = []
    for about in studied(workspace, INDEX, reference):
        if about["task"] != task or about["encoder"] not in (None, reference.encoder):
            continue
        table = workspace.derived.table(about["key"])
        if table is not None:
            tables.append(table.assign(set_name=about["set_name"], task=task))
    if not tables:
        return TASKS.of([])
    found = pd.concat(tables[::-1], ignore_index=True)
    found = found[found["arm"].isin(list(registry.arms()))]
    return TASKS.of(found.drop_duplicates(["set_name", "task", "arm", "share", "measure", "finding"]).reset_index(drop=True))
