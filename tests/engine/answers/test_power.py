"""From counts to words: the smallest strength that is seen, and what is said of it."""

import numpy as np
import pandas as pd
import pytest

from bench_core import api, registry
from bench_core.engine.answers.power import blind_spots, described, limits


def counts(metric: str, fault: str, worse: list[int], better: list[int] | None = None, variant: str = "", n: int = 200) -> pd.DataFrame:
    strengths = registry.find_fault(fault).strengths
    rows = [
        {"metric": metric, "version": 1, "fault": fault, "variant": variant, "strength": s, "n": n, "repeats": 10, "worse": w, "better": b,
         "against": 700}
        for s, w, b in zip(strengths, worse, better or [0] * len(worse), strict=True)
    ]  # fmt: skip
    return described(pd.DataFrame(rows))


@pytest.mark.parametrize(
    ("fault", "worse", "seen", "words"),
    [
        ("blur", [0, 0, 1, 8, 10, 10], 1.2, "does not see blur below 1.2 px"),
        ("blur", [0, 0, 9, 2, 9, 9], 2.0, "does not see blur below 2 px"),  # a stronger one that is missed counts
        ("blur", [0, 0, 0, 0, 3, 7], np.nan, "does not see blur up to 4 px"),
        ("blur", [10] * 6, 0.3, "sees blur of 0.3 px"),
        ("compression", [0, 0, 0, 9, 9], 30, "does not see JPEG of a quality above 30"),
        ("compression", [0] * 5, np.nan, "does not see JPEG down to quality 10"),
        ("copies", [0, 0, 8, 8, 9, 10], 5, "does not see less than 5 % of exact copies"),
    ],
)
def test_the_smallest_strength_seen_in_words(fault: str, worse: list[int], seen: float, words: str) -> None:
    (row,) = limits(counts("frechet_distance", fault, worse)).to_dict("records")
    assert row["seen"] == seen or (np.isnan(seen) and np.isnan(row["seen"]))
    assert row["words"] == words and row["share"] == worse[-1] / 10 and row["tried"] == registry.find_fault(fault).strengths[-1]


def test_a_fault_that_is_taken_for_a_merit_is_called_that() -> None:
    (row,) = limits(counts("density", "blur", [0] * 6, [0, 1, 8, 10, 10, 10])).to_dict("records")
    assert row["better"] == 0.8 and row["words"] == "calls blur of 0.8 px better"


def test_shares_have_jeffreys_interval_and_rows_are_in_order() -> None:
    found = counts("frechet_distance", "compression", [0, 2, 5, 9, 10])
    assert found["strength"].tolist() == [90, 70, 50, 30, 10]
    assert found["share"].tolist() == [0, 0.2, 0.5, 0.9, 1]
    assert found["low"].iloc[0] == 0 and found["high"].iloc[0] == pytest.approx(0.2172, abs=1e-3)  # Brown, Cai & DasGupta: n = 10, X = 0
    assert (found["low"] <= found["share"]).all() and (found["share"] <= found["high"]).all()


def test_what_is_said_beside_a_number_is_of_its_own_family_and_the_nearest_size() -> None:
    told = limits(
        pd.concat(
            [
                counts("frechet_distance", "blur", [0, 0, 0, 0, 9, 10]), counts("frechet_distance", "noise", [10] * 5),
                counts("frechet_distance", "copies", [0] * 6), counts("frechet_distance", "shift", [0] * 3),
                counts("frechet_distance", "blur", [0, 9, 9, 9, 9, 10], n=1000),
                counts("frechet_distance", "lost_finding", [0, 9], variant="Edema"),
                counts("frechet_distance", "lost_finding", [0, 0], variant="Fracture"),
                counts("frechet_distance", "lost_finding", [0, 0], variant="Lung Lesion"),
                counts("density", "blur", [0] * 6, [0, 1, 8, 10, 10, 10]),
            ]
        )
    )  # fmt: skip
    assert list(blind_spots(told, "frechet_distance", 200)) == [
        "does not see blur below 2 px at n = 200", "does not see 2 of 3 lost findings at n = 200",
    ]  # fmt: skip
    assert list(blind_spots(told, "frechet_distance", 600)) == ["does not see blur below 0.5 px at n = 1000"]
    assert list(blind_spots(told, "density", 100)) == ["calls blur of 0.8 px better at n = 200"]
    assert list(blind_spots(told, "recall", 200)) == []
    assert api.blind_spots(told, "density", 100) == list(blind_spots(told, "density", 100))
