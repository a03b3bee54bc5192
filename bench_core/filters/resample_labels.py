from typing import Annotated

import numpy as np
from pydantic import Field

from bench_core.data import FINDINGS
from bench_core.errors import NotPossible, UnknownName
from bench_core.features import FeatureSet
from bench_core.features.orders import shuffled
from bench_core.filters.cap_per_patient import places
from bench_core.registry import Marks, Threshold, filter_of

RARE = 5
"""Real images that a combination of findings needs to be one of its own; rarer ones count together."""
UNKNOWN = -9


@filter_of(
    title="Resample to the real labels",
    threshold=Threshold("How far", 0, 1, 1, "at_least", "of the way to the real labels"),
    reason="its findings are too frequent; it goes from {value} of the way on",
    needs=("labels",),
    features=False,
)
def resample_labels(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    findings: Annotated[str, Field(description="Comma-separated; empty: all that are known in both sets.")] = "",
) -> Marks:
    """Images go until combinations of findings are as frequent as among the real images; at less than 1 only so far towards it.

    Which images of a combination go is chance, the same every time. Combinations of fewer than five real images count together; those that
    no real image has go. The value is how far towards the real labels an image stays.

    Raises:
        UnknownName: there is no such finding.
        NotPossible: no finding is known in both sets.
    """
    used = _used(real, synthetic, findings)
    of_real, of_synthetic = _combinations(real, used), _combinations(synthetic, used)
    kinds, group, counts = np.unique(of_synthetic, axis=0, return_inverse=True, return_counts=True)
    found, known = np.unique(of_real, axis=0, return_counts=True)
    often = {tuple(kind): int(n) for kind, n in zip(found, known, strict=True)}
    target = np.array([often.get(tuple(kind), 0) for kind in kinds], float)
    rare = (target > 0) & (target < RARE)
    if rare.any():  # count together: each has the weight that all of them have
        target = np.where(rare, target[rare].sum() * counts / counts[rare].sum(), target)
    weight = target / counts
    share = weight / weight.max() if weight.max() > 0 else weight
    group = group.ravel()
    turn = np.argsort(shuffled(synthetic, np.random.default_rng(0), np.arange(len(synthetic))))
    place, size, of_group = places(group, turn), counts[group], share[group]
    # Of n images round(n a^t) stay at a threshold of t: the one at place p up to the t at which n a^t is p - 1/2.
    with np.errstate(divide="ignore", invalid="ignore"):
        stays_to = np.log((place - 0.5) / size) / np.log(of_group)
    return Marks(np.where(of_group >= 1, np.inf, np.where(of_group <= 0, 0.0, stays_to)))


def _used(real: FeatureSet, synthetic: FeatureSet, findings: str) -> list[str]:
    asked = [f.strip() for f in findings.split(",") if f.strip()]
    for finding in asked:
        if finding not in FINDINGS:
            raise UnknownName("finding", finding, FINDINGS)
    used = [f for f in asked or FINDINGS if all(np.isfinite(s.label(f)).any() for s in (real, synthetic))]
    lacking = [f for f in asked if f not in used]
    if lacking or not used:
        raise NotPossible(
            f"No label of {', '.join(lacking) or 'any finding'} is known in both sets.",
            "Import them with label columns: a finding needs 0 or 1 for some real and some synthetic images.",
        )
    return used


def _combinations(features: FeatureSet, used: list[str]) -> np.ndarray:  # (N, F) int
    columns = np.stack([features.label(f) for f in used], axis=1)
    return np.where(np.isfinite(columns), columns, UNKNOWN).astype(int)
