"""What synthetic images are worth for training classifiers that are tested on held-out patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.records import Reference
from bench_core.registry import Arm
from bench_core.spec import UtilitySpec
from bench_core.task_spec import TaskSpec

if TYPE_CHECKING:
    import pandas as pd


def arms() -> Mapping[str, Arm]:
    """All arms by id: real images alone, those with synthetic ones, then controls."""
    from bench_core import registry

    return registry.arms()


def utility(reference: Reference, classifier: str | None = None) -> pd.DataFrame:
    """`frames.UTILITY`: what every arm of every set that was studied is worth. Submit a `UtilitySpec` for more.

    Args:
        classifier: only studies with it; None: all.
    """
    from bench_core.engine.answers.utility import utility

    return utility(open_workspace(), reference, classifier)


def utility_curves(reference: Reference, set_name: str, classifier: str, protocol: str = "corrected") -> pd.DataFrame:
    """`frames.UTILITY_CURVES` of the newest study of a set: ROC and calibration of its arms at the largest share of real images."""
    from bench_core.engine.answers.utility import utility_curves

    return utility_curves(open_workspace(), reference, set_name, classifier, protocol)


def utility_gains(reference: Reference) -> pd.DataFrame:
    """`frames.UTILITY_GAINS`: augmentation_gain, low_data_gain and cross_task_gain of every study, beside their nulls."""
    from bench_core.engine.answers.utility import utility_gains

    return utility_gains(open_workspace(), reference)


def expected_utility(spec: UtilitySpec) -> float | None:
    """Seconds that a utility run will take: as an equal one took here, else a rough guess.

    Raises:
        UnknownName: a set, an encoder, an arm or a finding that is not there.
        InputError: sets in wrong roles, or patients on both sides.
    """
    from bench_core.engine.runs.utility import check

    return check(open_workspace(), spec).expected


def tasks(reference: Reference, task: str) -> pd.DataFrame:
    """`frames.TASKS`: what every arm of every set that was studied is worth in a task. Submit a `TaskSpec` for more.

    Args:
        task: `segmentation` or `reports`.
    """
    from bench_core.engine.answers.tasks import tasks

    return tasks(open_workspace(), reference, task)


def expected_task(spec: TaskSpec) -> float | None:
    """Seconds that a run of a task will take: as an equal one took here, else a rough guess.

    Raises:
        UnknownName: a set, an encoder or an arm that is not there.
        InputError: sets in wrong roles, patients on both sides, or images without reports.
    """
    from bench_core.engine.runs.task import check

    return check(open_workspace(), spec).expected
