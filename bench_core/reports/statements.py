"""What a report states: findings that are there, with side, severity and kind of device. What it denies or leaves out is not there.

Reports of the embedded cohort are read exactly: their grammar (`phantom.reports`) and the rules that read it (`phantom.parsing`) are
proved against each other on all 12,000 of them. Reports of other places are read by the same rules, as a small relative of CheXpert's
labeller would (Irvin 2019, arXiv:1901.07031): mentions, negations, sides and degrees in English, uncertain mentions as positive.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from bench_core.data import FINDINGS

Statement = tuple[str, str, str, str]
"""Finding, side, severity, kind of device; empty where it does not apply or is left open."""


@lru_cache(maxsize=50_000)
def statements(text: str) -> frozenset[Statement]:
    """All that a report states, in detail."""
    from bench_core import phantom

    return frozenset((f.name, f.side, f.severity, f.kind) for f in phantom.parse(text).findings)


def findings_of(text: str) -> frozenset[str]:
    """The CheXpert labels that a report states."""
    return frozenset(name for name, *_ in statements(text))


def sided(statement: Statement) -> tuple[tuple[str, str], ...]:
    """The finding on each side that it is on: bilateral is both; one pair without a side where it has none, or where it is never on one."""
    name, side, _, kind = statement
    side = "" if name == "Edema" else side
    return tuple((kind or name, one) for one in (("left", "right") if side == "bilateral" else (side,)))


def labels_of(texts: Sequence[str]) -> np.ndarray:  # (N, 14)
    """1 where a report states a finding, else 0, in the order of `FINDINGS`."""
    found = [findings_of(text) for text in texts]
    return np.array([[float(name in one) for name in FINDINGS] for one in found]).reshape(len(texts), len(FINDINGS))


def in_words(stated: Sequence[tuple[str, str]]) -> str:
    """Findings with sides as a line: `Edema; Pleural Effusion left and right`."""
    ordered = sorted(stated)
    names = list(dict.fromkeys(name for name, _ in ordered))
    sides = {name: [side for one, side in ordered if one == name and side] for name in names}
    return "; ".join(f"{name} {' and '.join(sides[name])}".strip() for name in names)
