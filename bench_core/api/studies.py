"""Studies: tables of cells, from generation to release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bench_core.api.workspace import open_workspace
from bench_core.records import Progress, Reference
from bench_core.studies.spec import StudySpec

if TYPE_CHECKING:
    import pandas as pd

    from bench_core.spec import PromptSpec


def study_presets() -> Mapping[str, str]:
    """The TOML of every study that comes with the program, by name."""
    from bench_core.studies.presets import presets

    return presets()


def read_study(toml: str) -> StudySpec:
    """A study from its text.

    Raises:
        InputError: a key that is unknown, missing or out of range; says which, its value, and what would do.
        UnknownName: an arm, a filter, an attack or a metric that is not there.
    """
    from bench_core.studies.spec import read_study

    return read_study(toml)


def expected_cells(spec: StudySpec) -> list[dict[str, Any]]:
    """Every cell in words, with its state: to be made, there, to be tried again, or why it cannot be made. Makes nothing.

    Raises:
        UnknownName: a set or the encoder is not there.
    """
    from bench_core.jobs.studies import expected

    return expected(open_workspace(), spec)


def carry_out_study(toml: str, on_progress: Progress | None = None, resume: bool = False) -> StudySpec:
    """Makes all cells, waiting for their runs; what is there is not made again.

    Args:
        resume: cells that could not be made before are not tried again.

    Raises:
        InputError: the text, a set or the encoder.
        Cancelled: somebody stopped it.
    """
    from bench_core.jobs.studies import carry_out

    spec = read_study(toml)
    carry_out(open_workspace(), spec, toml, on_progress, resume=resume)
    return spec


def start_study(toml: str) -> str:
    """Puts a study on the list and begins it in a process of its own; its key.

    Raises:
        InputError: the text, a set or the encoder.
    """
    import time

    from bench_core.engine.answers.studies import keep_study
    from bench_core.jobs.processes import start_study

    workspace = open_workspace()
    key = keep_study(workspace, read_study(toml), toml, time.time())
    start_study(workspace.config, key, toml)
    return key


def stop_study(key: str) -> None:
    """Asks whoever carries out a study to stop; what is made stays."""
    from bench_core.jobs.studies import stop

    stop(open_workspace(), key)


def is_study_carried_out(key: str) -> bool:
    """Whether a process on this machine makes cells of it now."""
    from bench_core.jobs.studies import is_carried_out

    return is_carried_out(open_workspace(), key)


def studies(reference: Reference) -> pd.DataFrame:
    """`frames.STUDIES` on the sets of a reference, the newest first."""
    from bench_core.engine.answers.studies import studies

    return studies(open_workspace(), reference.real, reference.train)


def study_cells(spec: StudySpec) -> pd.DataFrame:
    """`frames.STUDY_CELLS`: one row per cell, whether it is made or not.

    Raises:
        UnknownName: a set or the encoder is not there.
    """
    from bench_core.engine.answers.studies import study_cells

    return study_cells(open_workspace(), spec)


def drawn_prompts(set_id: str, number: int | None = None, per_finding: int | None = None, seed: int = 0) -> Sequence[PromptSpec]:
    """Reports of a set as prompts for a training set: `number` of them as in reality, or `per_finding` positives of every finding.

    Raises:
        UnknownName: there is no such set.
        InputError: it has no reports, too few, or no labels.
    """
    from bench_core.prompts.drawing import draw_prompts

    return draw_prompts(open_workspace().sets.open(set_id), number, per_finding, seed)
