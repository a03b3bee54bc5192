"""The calibration of nulls in small: made-up worlds in which a generator is perfect, or is not."""

from collections.abc import Sequence

import numpy as np
import pytest

from bench_core.data import Result
from bench_core.engine.scoring import uncertainty
from benchmarks.oracle_calibration import counted, outside, table
from benchmarks.worlds import PERFECT, WORSE, World

FEW = ("frechet_distance", "kernel_distance", "coverage", "recall", "vendi_score", "precision", "image_text_alignment")


@pytest.fixture(autouse=True)
def no_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uncertainty, "HALVES", 2)


def results_of(world: World, count: int, metrics: Sequence[str] = FEW) -> dict[str, list[Result]]:
    return counted((world.sets(number) for number in range(count)), metrics, True)


def share_outside(found: dict[str, list[Result]]) -> float:
    out, of = np.array([outside(results) for results in found.values()]).sum(axis=0)
    return float(out / max(of, 1))


def test_forty_patients_of_five_images_do_not_shift_the_null() -> None:
    """Second images of a patient put a perfect generator 4 standard deviations below it."""
    found = results_of(PERFECT["40 patients x 5"], 12)
    assert share_outside(found) <= 0.15
    for name in ("frechet_distance", "kernel_distance", "coverage"):
        off = np.array([r.matched - r.null for r in found[name]])  # type: ignore[operator]
        assert abs(off.mean()) < off.std(), name


def test_a_worse_generator_is_seen_with_forty_patients() -> None:
    found = results_of(WORSE["40 patients x 5"], 8, ("frechet_distance", "kernel_distance", "cmmd"))
    assert share_outside(found) >= 0.5


@pytest.mark.parametrize("name", ["10 prompts x 15", "50 prompts x 4", "40 prompts x 5, alike in findings only"])
def test_a_perfect_generator_of_few_prompts_is_not_flagged(name: str) -> None:
    """Images taken for independent put it outside in 70 to 100 % of draws."""
    assert share_outside(results_of(PERFECT[name], 8)) <= 0.15


def test_where_prompts_are_too_few_the_row_says_what_to_do() -> None:
    found = results_of(PERFECT["5 prompts x 20"], 1)
    for result in (r for results in found.values() for r in results):
        assert result.status == "ok" and result.null is None and result.matched is None
        assert (
            "synthetic has 5 prompts (100 images), which count as n = 5; a null needs 10 prompts. Ask for more of them." in result.message
        )


def test_prompts_of_one_finding_are_compared_with_real_images_that_have_it() -> None:
    found = results_of(PERFECT["50 prompts x 4 of edema, 600 patients"], 6)
    assert share_outside(found) <= 0.15
    assert all("have what the prompts ask for (Edema" in r.message for r in found["frechet_distance"])
    few = results_of(World(asked="Edema", real=(60, 1)), 1)
    assert "the prompts ask for other findings than the real images show (" in few["recall"][0].message
    assert few["recall"][0].null is None


def test_the_table_has_a_share_or_a_dash() -> None:
    one = {"here": {"precision": [Result("precision", "fidelity", 0.5, matched=0.5, null=0.7, null_low=0.6, null_high=0.8)] * 20}}
    assert table(one)["here"].tolist() == ["**100%**"] and table(one, perfect=False)["here"].tolist() == ["100%"]
    assert table({"there": {"precision": [Result("precision", "fidelity", 0.5)]}})["there"].tolist() == ["–"]
