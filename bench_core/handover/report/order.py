"""What `judge` is asked for, and what its report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench_core.records import Reference
from bench_core.spec import Choice


@dataclass(frozen=True)
class ImageSource:
    """Where the images of a role are: a folder, or a set of the workspace by its name or id.

    Attributes:
        table: a CSV that names them; None: `table.csv` in the folder, where there is one, else all images of the folder.
    """

    place: str
    table: Path | None = None


@dataclass(frozen=True)
class JudgeOrder:
    """What is to be judged from folders to a report, and how.

    Attributes:
        train: without it nothing is asked about copies and membership.
        metrics: None: all that can run.
        attacks: whether membership is attacked and copies are looked for, where there is a training set.
        power: whether it is also tried what the numbers see at this size: minutes more.
        skip_bad: whether the other images are imported where some are wrong.
        copy: whether images are copied into the workspace; else they stay where they are.
    """

    synthetic: ImageSource
    real: ImageSource
    train: ImageSource | None
    encoder: str
    metrics: Sequence[Choice] | None = None
    seed: int = 0
    attacks: bool = True
    power: bool = False
    skip_bad: bool = False
    copy: bool = True


@dataclass(frozen=True)
class Judgement:
    """What a report is made of: the set by id, what it was read against, and what was warned of on the way."""

    synthetic: str
    reference: Reference
    said: Sequence[str]
