"""What studies of segmentation and of writing reports found, for pages and the command line."""

import pandas as pd

from bench_core import registry
from bench_core.downstream.reports.decoder import WriterTraining
from bench_core.downstream.segmentation.network import SegmentationTraining
from bench_core.engine.answers.studied import studied
from bench_core.frames import TASKS
from bench_core.records import Reference
from bench_core.store.workspace import Workspace
from bench_core.task_spec import TaskSpec

INDEX = "task about"
"""Kind of the small values that say where the figures of a study are kept."""
STEPS = {"segmentation": SegmentationTraining().steps, "reports": WriterTraining().steps}
SECONDS_A_STEP = {"segmentation": 0.08, "reports": 0.14}
SECONDS_A_MASK, SECONDS_A_CHANGE = 0.1, {"altered": 0.01, "reconstructed": 0.17}
"""On one processor core with the embedded study; a film that is rendered with its masks, and one that is changed for a control."""
SYNTHETIC = 200
"""Images that a synthetic set is taken to have."""


def expected_task(spec: TaskSpec) -> float:
    """A rough guess of the seconds of a run, before any was carried out."""
    arms = {"real_only", *(registry.arms() if spec.arms is None else spec.arms)}
    steps = spec.steps or STEPS[spec.task]
    drawn = spec.task == "segmentation"
    films = (spec.most_real + spec.most_test + SYNTHETIC) * SECONDS_A_MASK if drawn else 10.0
    read = {material for name in arms for material in registry.find_arm(name).reads}
    films += SYNTHETIC * len(spec.shares) * sum(seconds for material, seconds in SECONDS_A_CHANGE.items() if material in read)
    bigger = (spec.side / 64) ** 2 if drawn else 1.0
    return films + len(spec.shares) * len(arms) * spec.trainings * steps * SECONDS_A_STEP[spec.task] * bigger


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
