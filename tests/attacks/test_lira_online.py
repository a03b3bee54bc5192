"""LiRA against its authors' code, and the closed forms of its two ends."""

import json

import numpy as np
import pytest
from scipy.stats import norm

from bench_core.attacks.lira_offline import lira_offline
from bench_core.attacks.lira_online import lira_online
from bench_core.errors import InputError
from tests.attacks.given_answers import Given, numbered, shadows_of
from tests.reference import likelihood_attacks as reference

THEIRS = json.loads(reference.FILE.read_text())
RECORDS = numbered(reference.RECORDS)
ANSWERS, MEMBER = reference.answers(), reference.member()
TARGET, SHADOWS = Given(ANSWERS[-1]), shadows_of(ANSWERS[:-1], MEMBER[:-1], RECORDS)


def test_online_is_the_authors_number() -> None:
    mine = lira_online(RECORDS, TARGET, SHADOWS, variance="record")
    np.testing.assert_allclose(mine, THEIRS["lira_online_record"], rtol=1e-9)


def test_with_one_spread_it_is_theirs_but_for_a_factor() -> None:
    mine, theirs = lira_online(RECORDS, TARGET, SHADOWS), np.array(THEIRS["lira_online_global"])
    factor = float(mine @ theirs / (theirs @ theirs))
    assert factor > 1  # their spread holds the differences between records, too
    np.testing.assert_allclose(mine, factor * theirs, rtol=1e-9)


def test_offline_is_the_chance_of_a_lower_answer() -> None:
    out = np.where(MEMBER[:-1], np.nan, ANSWERS[:-1])
    expected = norm.logcdf((ANSWERS[-1] - np.nanmedian(out, axis=0)) / np.nanstd(out, axis=0))
    np.testing.assert_allclose(lira_offline(RECORDS, TARGET, SHADOWS, variance="record"), expected, rtol=1e-9)


def test_far_below_is_no_member_for_offline() -> None:
    """The two-sided density of the authors' code would call it one."""
    low = lira_offline(RECORDS, Given(ANSWERS[-1] - 50), SHADOWS)
    assert np.all(low < lira_offline(RECORDS, Given(ANSWERS[-1] + 50), SHADOWS) - 100)


def test_a_record_that_all_shadow_models_know_is_an_error() -> None:
    everyone = np.ones_like(MEMBER[:-1])
    for attack in (lira_online, lira_offline):
        with pytest.raises(InputError, match="left out by none of the 8 shadow models"):
            attack(RECORDS, TARGET, shadows_of(ANSWERS[:-1], everyone, RECORDS))  # type: ignore[operator]
    with pytest.raises(InputError, match="learned from by none"):
        lira_online(RECORDS, TARGET, shadows_of(ANSWERS[:-1], ~everyone, RECORDS))
