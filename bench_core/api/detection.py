"""Copies: which synthetic image shows which training image, by several detectors and their vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bench_core.api.workspace import open_workspace
from bench_core.memorization.records import TemplateCopies
from bench_core.records import Reference
from bench_core.spec import DetectSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from bench_core.memorization.plants import Planting


def detection_spec(synthetic: str, reference: Reference) -> DetectSpec:
    """What to submit so that `detections` has an answer.

    Raises:
        NotPossible: the reference has no training set or no held-out set.
    """
    from bench_core.engine.answers.detections import spec_for

    return spec_for(synthetic, reference)


def detections(synthetic: str, reference: Reference) -> pd.DataFrame:
    """`frames.DETECTIONS`: for every synthetic image the training images that it may show, closest first, with p-values by detector.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: copies were not looked for yet, or the reference has no training or no held-out set.
    """
    from bench_core.engine.answers.detections import detections

    return detections(open_workspace(), synthetic, reference)


def template_copies(synthetic: str, reference: Reference, share: float = 0.001) -> TemplateCopies:
    """Images of a set that show a training image but for one region, counted beside held-out patients, with the exact chance of so many.

    Raises:
        InputError: the share is not above 0 and up to 0.5.
        UnknownName, NotPossible: see `detections`.
    """
    from bench_core.engine.answers.templates import template_copies

    return template_copies(open_workspace(), synthetic, reference, share)


def plantings() -> Mapping[str, Planting]:
    """The ways in which planted copies are altered, by id: title, strengths and their unit."""
    from bench_core.memorization.plants import PLANTINGS

    return PLANTINGS


def planted_recall(planted: str, reference: Reference) -> pd.DataFrame:
    """`frames.PLANTED_RECALL`: how many planted copies each detector and the vote find, by way, strength and share of false flags.

    Held-out patients whose films are in the planted set do not judge it.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: it is no set with planted copies, or copies were not looked for in it yet.
    """
    from bench_core.engine.answers.detections import planted_recall

    return planted_recall(open_workspace(), planted, reference)


def planted_f1(planted: str, reference: Reference) -> tuple[float, pd.DataFrame]:
    """Mean F1 of exact, near and unrelated films of a planted set at 1 % of false flags; and what was called what, by truth.

    Raises:
        UnknownName, NotPossible: see `planted_recall`.
    """
    from bench_core.engine.answers.detections import planted_f1

    return planted_f1(open_workspace(), planted, reference)


def planted_sets() -> list[str]:
    """Names of the sets with planted copies, newest first."""
    workspace = open_workspace()
    names = workspace.sets.listing("synthetic")["name"]
    return [str(name) for name in names if "planted" in workspace.sets.open(str(name)).meta]
