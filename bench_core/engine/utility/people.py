"""Who is on the films of a set, as far as its table says it: subgroups to compare, and labels that no generator was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from bench_core.data import ImageSet
from bench_core.features import FeatureSet

KINDS = ("sex", "view", "age")
"""What divides images into subgroups, where their table says it."""
OLD = 60
"""Years from which on a patient counts as older."""
POSITIVE = {"sex": "F", "age": f"{OLD} or older", "view": "AP"}
"""What counts as 1 where a kind of subgroup is a label to learn; any other known value is 0."""


def subgroups(images: ImageSet) -> Mapping[str, np.ndarray]:  # by kind, (N,) of str
    """Who of a set is in which subgroup; kinds that its table says nothing of, or one thing only, are left out."""
    found = {}
    for kind in KINDS:
        column = images.table.get(kind)
        if column is None:
            continue
        if kind == "age":  # 64, 64.0, 064Y
            years = column.astype("string").str.extract(r"^\s*(\d+(?:\.\d+)?)\s*[Yy]?\s*$")[0].astype(float).to_numpy()
            names = np.where(np.isnan(years), "", np.where(years >= OLD, f"{OLD} or older", f"younger than {OLD}"))
        else:
            names = column.astype(object).where(column.notna(), "").astype(str).str.strip().str.upper().to_numpy()
            names = np.array([name[:1] if kind == "sex" and name[:1] in ("F", "M") else name for name in names])  # Female, F
        if len({n for n in names if n}) > 1:
            found[kind] = names
    return found


def with_kinds(features: FeatureSet, images: ImageSet, kinds: Sequence[str]) -> FeatureSet:
    """The features of a set with further label columns: its subgroups of those kinds, NaN where its table says nothing."""
    groups = subgroups(images)
    labels = features.labels
    if not kinds or labels is None:
        return features
    for kind in kinds:
        names = groups.get(kind)
        known = np.full(len(features), np.nan)
        if names is not None:
            known = np.where(names == "", np.nan, (names == POSITIVE[kind]).astype(float))
        labels = labels.assign(**{kind: known})
    return FeatureSet(
        features.values, encoder=features.encoder, distance=features.distance, subjects=features.subjects, prompts=features.prompts,
        labels=labels, images=features.images, kind=features.kind, logits=features.logits,
    )  # fmt: skip
