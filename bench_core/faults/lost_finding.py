import numpy as np

from bench_core.data import FINDINGS
from bench_core.errors import NotPossible
from bench_core.faults.answers import Answers
from bench_core.registry import fault

FEWEST = 5
"""Prompts that must ask for a finding: of fewer nothing can be lost that anybody would notice."""


@fault(
    title="Lost finding",
    strengths=(50, 100),
    unit="% of its films",
    words=("{variant} lost in {} % of its films", "{variant} lost in less than {} %", "{variant} lost in up to {} %"),
    families=("fidelity", "variety", "alignment"),
    variants=tuple(name for name in FINDINGS if name != "No Finding"),
    needs=("labels",),
)
def lost_finding(answers: Answers, strength: float, rng: np.random.Generator, *, variant: str) -> np.ndarray:
    """Prompts that ask for a finding get films of other patients without it, whose other findings are as alike as can be.

    At 100 % the generator never draws the finding.

    Raises:
        NotPossible: too few prompts ask for it, or too few spare films are without it.
    """
    column = answers.findings.index(variant)
    asked = np.flatnonzero(answers.labels[answers.own, column] == 1)
    if len(asked) < FEWEST:
        raise NotPossible(f"{len(asked)} of {len(answers.own)} prompts ask for {variant}.")
    lost = rng.permutation(asked)[: max(1, round(len(asked) * strength / 100))]
    without = answers.spare[answers.labels[answers.spare, column] == 0]
    rows = answers.own.copy()
    rows[lost] = answers.alike(answers.own[lost], without, rng, but=column)
    return rows
