"""Verdicts on findings of the field, on numbers that are made so."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.engine.answers import field
from bench_core.engine.answers.rank_intervals import bootstrap
from bench_core.store.workspace import Workspace
from tests.engine.studies import REFERENCE

LEARNED = [f"set{i}" for i in range(8)]


class Made(field._Here):
    """Eight learned sets of falling fidelity."""

    def __init__(self, privacy: float, gain: float, copies: float) -> None:
        parts = {"frechet_distance": lambda i: 10.0 + i, "recall": lambda i: 0.1 * i, "authenticity": lambda i: 0.5 + privacy * i,
                 "copies_found": lambda i: copies}  # fmt: skip
        self.rows = pd.DataFrame(
            [
                {"metric": m, "subgroup": "all", "set_name": n, "value": f(i), "matched": f(i), "null_high": 1.0}
                for m, f in parts.items() for i, n in enumerate(LEARNED)
            ]
        )  # fmt: skip
        one = lambda arm, value: [
            {"set_name": n, "arm": arm, "classifier": "linear", "share": 0.1, "ratio": np.nan, "gain": value,
             "gain_low": value - 0.01, "gain_high": value + 0.01} for n in LEARNED
        ]  # fmt: skip
        self.gains = pd.DataFrame([*one("augmented", gain), *one("duplicates", 0.0), *one("reconstructed", -0.05)])

    def learned(self, names: list[str]) -> list[str]:
        return list(names)


@pytest.mark.parametrize(("privacy", "state"), [(0.01, "reproduced"), (-0.01, "not reproduced here")])
def test_a_trade_off_is_a_correlation_below_zero(privacy: float, state: str) -> None:
    assert field.trade_off(Made(privacy, 0.0, 0.0)).state == state


def test_utility_with_privacy_leaks_and_controls() -> None:
    good, bad = Made(0.0, 0.05, 0.0), Made(0.0, 0.0, 9.0)
    assert field.both_high(good).state == "reproduced" and field.both_high(bad).state == "not reproduced here"
    assert field.leaks(good).state == "not reproduced here" and field.leaks(bad).state == "reproduced"
    assert field.duplicates(good).state == "not reproduced here" and field.duplicates(bad).state == "reproduced"
    assert field.autoencoder(good).state == "reproduced" and len(field.autoencoder(good).points) == 8


def test_few_sets_have_no_verdict_and_every_finding_its_claim(workspace: Workspace, study: Workspace) -> None:
    found = api.field_findings(REFERENCE)
    assert [one.letter for one in found] == list("abcdefgh") and {one.state for one in found} == {"not enough sets here"}
    assert all(one.claim and one.source and one.command for one in found)
    assert "0.947" in found[4].claim
    rho, low, high = bootstrap(np.arange(4.0), np.arange(4.0))
    assert np.isnan([rho, low, high]).all()
