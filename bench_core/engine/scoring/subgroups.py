"""Subgroups of the sets of an evaluation: the images that have a finding, or a view."""

from collections.abc import Iterator, Mapping
from zlib import crc32

import numpy as np

from bench_core.cells import view_word
from bench_core.data import FINDINGS, ImageSet
from bench_core.errors import InputError
from bench_core.features import FeatureSet, Sets
from bench_core.features.orders import by_content, one_each

VIEWS: Mapping[str, tuple[str, ...]] = {"AP": ("AP",), "PA": ("PA",), "lateral": ("LATERAL", "LL", "RL")}
"""The views that are told apart, by the words of MIMIC-CXR for them."""
FEWEST_EQUAL = 30
"""Images that a subgroup must have in each set to count when all subgroups are cut to the size of the smallest one."""


def without_members(sets: Mapping[str, ImageSet], by: str) -> dict[str, list[str]]:
    """The subgroups that have no numbers, since nobody is in them, each with the roles of the sets that have none of its images.

    Raises:
        InputError: a grouping that is not there, or no image of a set is in any subgroup.
    """
    if by not in ("finding", "view"):
        raise InputError(f"There is no grouping by {by!r}.", "Use 'finding' or 'view'.")
    values = FINDINGS if by == "finding" else tuple(VIEWS)
    there: dict[str, set[str]] = {}
    for role, images in sets.items():
        if by == "finding":
            there[role] = {f for f in FINDINGS if (images.labels(f) == 1).any()}
        else:
            there[role] = set(views(images, np.arange(len(images)))) - {""}
        if not there[role]:
            column = "labels" if by == "finding" else "a column view (PA, AP, lateral)"
            raise InputError(
                f"No image of {images.name!r} ({role}) has a {by}, so there are no subgroups by {by}.",
                f"Import it with {column}, or leave subgroups out.",
            )
    lacking = {f"{by}={v}": [role for role in sets if v not in there[role]] for v in values}
    if all(lacking.values()):
        raise InputError(f"No {by} is in all of the sets, so there are no subgroups by {by}.", "Leave subgroups out.")
    return {name: roles for name, roles in lacking.items() if roles}


def subgroups(sets: Sets, by: str = "finding", *, equal_n: bool = False, seed: int = 0) -> Iterator[tuple[str, dict[str, FeatureSet]]]:
    """The subgroups of the sets: the images that have a finding (`finding=Pneumonia`), or a view (`view=AP`).

    Subgroups differ in size by orders of magnitude, and most values depend on it. Two things may be compared between them as they are:
    kernel_distance, which is free of n, and how far `matched` lies from its null, since both are measured at one size. Nothing is thrown
    away by default, because a cut to the rarest finding leaves too little to see anything. `equal_n` makes values themselves comparable.

    Metrics that read labels score a finding against the rest: `score_sets` gives them the whole sets.

    Args:
        equal_n: cut each set of all subgroups to one size, that of the smallest subgroup of FEWEST_EQUAL images or more; smaller ones stay.

    Raises:
        InputError: a grouping that is not there.
    """
    if by == "finding":
        found = {f: {name: features.label(f) == 1 for name, features in sets.items()} for f in FINDINGS}
    elif by == "view":
        seen = {name: views(features.images, features.rows) for name, features in sets.items()}
        found = {view: {name: of == view for name, of in seen.items()} for view in VIEWS}
    else:
        raise InputError(f"There is no grouping by {by!r}.", "Use 'finding' or 'view'.")
    groups = {}
    for value, members in found.items():
        if all(rows.any() for rows in members.values()):
            finding = value if by == "finding" else ""
            groups[value] = {name: sets[name].take(np.flatnonzero(rows), finding=finding) for name, rows in members.items()}
    for name in sets if equal_n else ():
        size = min((len(members[name]) for members in groups.values() if len(members[name]) >= FEWEST_EQUAL), default=0)
        for members in groups.values():
            if size:
                members[name] = _cut(members[name], size, seed)
    for value, members in groups.items():
        yield f"{by}={value}", members


def _cut(features: FeatureSet, size: int, seed: int) -> FeatureSet:
    """That many images at random, one of each patient or prompt before a second of any; itself when it has no more."""
    if len(features) <= size:
        return features
    rng = np.random.default_rng([seed, crc32(repr((features.kind, size)).encode())])
    return features.take(one_each(features, rng.permutation(by_content(features)))[:size])


def views(images: ImageSet | None, rows: np.ndarray) -> np.ndarray:  # (N,) of str
    """The view of those images, one of VIEWS; empty where it is unknown, or another one."""
    names = {word: view for view, words in VIEWS.items() for word in words}
    if images is None or "view" not in images.table:
        return np.full(len(rows), "", dtype=object)
    return np.array([names.get(view_word(v), "") for v in images.table["view"].iloc[rows]], dtype=object)


def members(images: ImageSet, subgroup: str) -> list[str]:
    """Ids of the images of a set that belong to a subgroup: `finding=Pneumonia` or `view=AP` (also `PA`, `lateral`).

    Raises:
        InputError: no such grouping.
    """
    by, _, value = subgroup.partition("=")
    if by not in ("finding", "view"):
        raise InputError(f"There is no grouping by {by!r}.", "Use 'finding' or 'view'.")
    chosen = images.labels(value) == 1 if by == "finding" else views(images, np.arange(len(images))) == value
    return [str(image_id) for image_id in images.table["image_id"][chosen]]
