import numpy as np
import pytest

from bench_core.errors import InputError, TooFewImages
from bench_core.memorization.calibration import Control


def test_p_values_are_exact_ranks_among_patients():
    control = Control(np.array([1.0, 2.0, 3.0, 4.0]), ["a", "b", "c", "d"])
    np.testing.assert_allclose(control.p_values(np.array([0.5, 2.0, 2.5, 4.0, 9.0])), [1, 0.8, 0.6, 0.4, 0.2])


def test_a_patient_with_many_films_counts_once():
    control = Control(np.array([1.0, 5.0, 5.0, 5.0, 5.0]), ["a", "b", "b", "b", "b"])
    assert control.p_values(np.array([5.0]))[0] == pytest.approx(2 / 3)
    assert Control(np.array([1.0, 1.0, 5.0]), ["a", "b", "b"]).p_values(np.array([5.0]))[0] == pytest.approx((1 + 0.5) / 3)


@pytest.mark.parametrize("share", [0.05, 0.1, 0.5, 1.0])
def test_a_cut_flags_exactly_what_has_such_a_p_value(share: float):
    rng = np.random.default_rng(0)
    control = Control(np.round(rng.standard_normal(300), 1), rng.integers(0, 80, 300).astype(str))
    tried = np.concatenate([control.closeness, rng.standard_normal(100), [-9, 9]])
    np.testing.assert_array_equal(tried >= control.cut(share), control.p_values(tried) <= share + 1e-12)


def test_new_patients_are_flagged_as_seldom_as_promised():
    rng = np.random.default_rng(0)
    flagged = []
    for _ in range(2000):
        habit = rng.standard_normal(41)
        control = Control(np.repeat(habit[:40], 2) + rng.standard_normal(80), np.repeat(np.arange(40), 2).astype(str))
        flagged.append(habit[40] + rng.standard_normal() >= control.cut(0.1))
    assert np.mean(flagged) == pytest.approx(0.1, abs=0.02)


def test_what_cannot_be_promised_is_refused():
    control = Control(np.arange(10.0), [str(i) for i in range(10)])
    with pytest.raises(TooFewImages, match="10 held-out patients cannot tell 1.00%"):
        control.cut(0.01)
    with pytest.raises(TooFewImages, match="No held-out film"):
        Control(np.empty(0), [])
    with pytest.raises(InputError, match="1 patients for 2"):
        Control(np.zeros(2), ["a"])
    with pytest.raises(InputError, match="no number"):
        Control(np.array([np.nan]), ["a"])
