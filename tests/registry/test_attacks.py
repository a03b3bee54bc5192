"""What a function must be to become an attack."""

import numpy as np
import pytest

from bench_core import registry
from bench_core.errors import UnknownName
from bench_core.features import FeatureSet
from bench_core.registry import Attack, attack


def test_a_function_becomes_a_record_and_stays_a_function() -> None:
    @attack(title="Guess", target="classifier", paper="arXiv:0000.00000", formula="a(x)")
    def guess(records: FeatureSet, model: object, *, k: int = 3, seed: int = 0) -> np.ndarray:
        """Says what it likes.

        At length.

        References:
            Nobody.
        """
        return np.zeros(len(records))

    record: Attack = guess.plugin  # type: ignore[attr-defined]
    assert (record.id, record.reads, record.target) == ("guess", ("records", "model"), "classifier")
    assert (record.summary, record.details, record.references) == ("Says what it likes.", "At length.", "Nobody.")
    assert record.settings().model_dump() == {"k": 3}
    assert guess(FeatureSet(np.eye(2)), None).tolist() == [0, 0]


def test_an_attack_that_sees_who_is_a_member_is_refused() -> None:
    with pytest.raises(AssertionError, match="members"):

        @attack(title="", target="classifier", paper="", formula="")
        def wrong(members: FeatureSet, model: object) -> np.ndarray:
            return np.zeros(1)


def test_an_unknown_attack_is_told_with_the_closest_one() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'gan_leaks'"):
        registry.find_attack("gan_leak")
