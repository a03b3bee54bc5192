"""A prompt as numbers by rules alone: findings, sides, severities, devices, view. Nothing is learned: nothing of a data set is in it.

A generator that is trained privately reads its prompts so: a text encoder that was trained on the private reports would be outside of
what its guarantee covers.
"""

import numpy as np

from bench_core.phantom.findings import DEVICES, FINDINGS, SIDES
from bench_core.phantom.parsing import parse

SIDED = tuple(SIDES)
LENGTH = 2 * len(FINDINGS) + 2 * len(SIDED) + len(DEVICES) + 1


def read_by_rules(text: str) -> np.ndarray:  # (LENGTH,) float32
    """Which findings there are, how severe each is (-1, 0, 1; 0 where it is left open), sides, devices, and 1 for an AP view."""
    said = parse(text)
    present, grade, sides = (np.zeros(n, np.float32) for n in (len(FINDINGS), len(FINDINGS), 2 * len(SIDED)))
    kinds = np.zeros(len(DEVICES), np.float32)
    for finding in said.findings:
        place = FINDINGS.index(finding.name)
        present[place] = 1
        grade[place] = finding.grade - 1 if finding.severity else 0
        if finding.name in SIDED:
            for side in finding.sides:
                if side:
                    sides[2 * SIDED.index(finding.name) + ("left", "right").index(side)] = 1
        if finding.kind:
            kinds[DEVICES.index(finding.kind)] = 1
    return np.concatenate([present, grade, sides, kinds, [np.float32(said.view == "AP")]])
