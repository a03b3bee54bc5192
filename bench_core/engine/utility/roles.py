"""Who plays what where arms are trained: each set in a role that its images can have, and no patient on both sides."""

from collections.abc import Mapping

from bench_core.data import ImageSet
from bench_core.errors import InputError
from bench_core.features.patients import shared_patients

ROLES = {"synthetic": "synthetic", "real": "real (held-out)", "train": "training"}
"""In words; sets in other roles are further ones to test on."""


def check_roles(images: Mapping[str, ImageSet]) -> None:
    """Sets by role.

    Raises:
        InputError: a set holds images of another kind than its role asks for, or patients of the training set are tested on.
    """
    for role, one in images.items():
        if (one.kind == "synthetic") != (role == "synthetic"):
            kind = "synthetic" if one.kind == "synthetic" else "real"
            raise InputError(
                f"{one.name} holds {kind} images and was given as the {ROLES.get(role, 'further test')} set.",
                "Choose another set for that role.",
            )
        if role not in ("train", "synthetic"):
            _check_patients(images["train"], one)


def _check_patients(train: ImageSet, tested: ImageSet) -> None:
    """Refuses patients on both sides: what was learned by heart would be tested."""
    ours, theirs = (s.table["subject_id"].dropna() if "subject_id" in s.table else () for s in (train, tested))
    if shared := shared_patients(ours, theirs):
        raise InputError(
            f"{len(shared)} {'patient is' if len(shared) == 1 else 'patients are'} in both {train.name} and {tested.name}, such as "
            f"{shared[0]!r}: a classifier would be tested on patients that it learned.",
            "Import the held-out set without them, and evaluate again.",
        )
