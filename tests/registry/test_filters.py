"""What a function must be to become a filter, and what a threshold does."""

import numpy as np
import pytest

from bench_core.errors import InputError, UnknownName
from bench_core.features import FeatureSet
from bench_core.registry import Filter, Marks, Threshold, filter_of, find_filter

SHARE = Threshold("Share", 0, 1, 0.5, "at_least")
COUNT = Threshold("Images", 1, 9, 3, "at_most", whole=True)


def test_a_function_becomes_a_record_and_stays_a_function() -> None:
    @filter_of(title="First ones", threshold=COUNT, reason="number {value}")
    def first_ones(synthetic: FeatureSet, *, step: int = 1) -> Marks:
        """So many stay.

        From the first on.

        Raises:
            InputError: never.

        References:
            Somebody 2020.
        """
        return Marks(np.arange(0, len(synthetic) * step, step, dtype=float))

    record: Filter = first_ones.plugin  # type: ignore[attr-defined]
    assert (record.id, record.reads, list(record.settings.model_fields)) == ("first_ones", ("synthetic",), ["step"])
    assert (record.summary, record.details) == ("So many stay.", "From the first on.")
    told = dict(record.facts())
    assert told["Threshold"] == "Images, whole, from 1 to 9, usually 3" and told["Stays"] == "an image whose value is at or below it"
    assert (told["Reads"], told["Settings"], told["Notes on the source"]) == ("`synthetic`", "`step` = 1", "Somebody 2020.")
    values = record.marks({"synthetic": FeatureSet(np.ones((3, 2)))}, {"step": 2}).values
    assert values.tolist() == first_ones(FeatureSet(np.ones((3, 2))), step=2).values.tolist() == [0, 2, 4]


def test_a_function_that_reads_no_synthetic_set_is_refused() -> None:
    with pytest.raises(AssertionError, match="reads"):

        @filter_of(title="", threshold=COUNT, reason="")
        def wrong(real: FeatureSet) -> Marks:
            return Marks(np.zeros(len(real)))


def test_an_image_on_the_threshold_stays() -> None:
    assert SHARE.keeps(np.array([0.4, 0.5, np.inf]), 0.5).tolist() == [False, True, True]
    assert COUNT.keeps(np.array([3.0, 4.0]), 3).tolist() == [True, False]


@pytest.mark.parametrize(
    ("threshold", "at", "said"),
    [(SHARE, 1.5, "from 0 to 1"), (SHARE, float("nan"), "from 0 to 1"), (COUNT, 2.5, "a whole number from 1 to 9"), (COUNT, 0, "from 1")],
)
def test_a_threshold_out_of_range_is_named(threshold: Threshold, at: float, said: str) -> None:
    with pytest.raises(InputError, match=f"is {at:g}") as caught:
        threshold.check(at)
    assert said in caught.value.hint


def test_an_unknown_filter_is_named() -> None:
    with pytest.raises(UnknownName, match="drop_near"):
        find_filter("drop_near")
