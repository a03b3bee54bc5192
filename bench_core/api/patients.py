"""Whose film a synthetic image may be."""

from __future__ import annotations

from bench_core.api.workspace import open_workspace
from bench_core.matches import PairedFigures, Reidentification
from bench_core.records import Reference


def reidentification(synthetic: str, reference: Reference, rate: float = 0.01) -> Reidentification:
    """Every synthetic image against all training images, the cut at a false-match rate that held-out patients set.

    Args:
        rate: share of searches with films of people who are not in the training set that may find somebody.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: the features of a set are not there yet (evaluate it first), there is no training or no held-out set, or no held-out
            patient has two images.
        InputError: a patient is in the training and in the held-out set, or the rate is none.
    """
    from bench_core.engine.answers.reidentification import reidentify

    return reidentify(open_workspace(), synthetic, reference, rate)


def paired_reidentification(synthetic: str, reference: Reference, delta: float = 0.5) -> PairedFigures:
    """CheXGenBench's figures of a set that was made from training reports, several seeds each.

    Args:
        delta: score above which a prompt counts. CheXGenBench's own is not known.

    Raises:
        UnknownName: there is no such set or encoder.
        NotPossible: features are not there yet, there is no training set, or no image was made for one of its reports.
    """
    from bench_core.engine.answers.reidentification import paired_figures

    return paired_figures(open_workspace(), synthetic, reference, delta)
