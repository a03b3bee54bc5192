"""What the field has found, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, eq=False)
class FieldFinding:
    """What papers found, asked of the sets that are here.

    Attributes:
        letter, sentence: which finding.
        state: `reproduced`, `not reproduced here` or `not enough sets here`.
        told: what was found here, with its interval.
        points: a table with `label`, `x`, `y` and, where known, `error`, or `low` and `high`.
        axes: what x and y are. kind: points, bars (one interval a row) or differences (y and error).
        claim, source: what was published, and where. command: makes the sets and numbers that it reads.
    """

    letter: str
    sentence: str
    state: str
    told: str
    points: Any
    axes: tuple[str, str]
    topic: str
    kind: str = "points"
    claim: str = ""
    source: str = ""
    command: str = ""

    def with_points(self, points: Any) -> FieldFinding:
        """The same with other points."""
        return replace(self, points=points)
