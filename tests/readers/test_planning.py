"""Plans: more readers and films find more, chance finds five percent, and what cannot be planned is refused."""

import numpy as np
import pytest

from bench_core.errors import SettingError
from bench_core.readers.planning import Plan, judge_simulated, plan_study


def test_more_readers_and_films_find_more() -> None:
    found = plan_study((3, 8), (20, 80), Plan((0.62,)), studies=150, seed=1).set_index(["readers", "cases"])["power"]
    assert found[3, 20] < found[3, 80] < found[8, 80]
    assert found[8, 80] > found[8, 20]


@pytest.mark.parametrize("areas", [(0.5,), (0.75, 0.75)])
def test_where_there_is_nothing_five_percent_find_it(areas: tuple[float, ...]) -> None:
    found = judge_simulated(Plan(areas, "HL"), (5, 20, 20), 600, np.random.default_rng(0))
    assert 0.03 < found["power"] < 0.08
    assert found["coverage"] == pytest.approx(1 - found["power"], abs=0.01)


def test_a_seed_gives_the_same_plan() -> None:
    first, again, other = (plan_study((3,), (20,), Plan((0.7,), scale=5), studies=40, seed=seed) for seed in (1, 1, 2))
    assert first.equals(again) and not first.equals(other)


@pytest.mark.parametrize(
    ("plan", "readers", "cases", "said"),
    [
        (Plan((1.2,)), 3, 20, "An area of 1.2 cannot be expected"),
        (Plan((0.6, 0.7, 0.8)), 3, 20, "3 areas were given"),
        (Plan((0.7,), "XX"), 3, 20, "no structure 'XX'"),  # type: ignore[arg-type]
        (Plan((0.7,), scale=1), 3, 20, "A scale of 1 cannot be rated on"),
        (Plan((0.7,), share=1.0), 3, 20, "leaves one side empty"),
        (Plan((0.7,)), 1, 20, "no interval over readers"),
        (Plan((0.7,)), 3, 3, "3 films are 2 synthetic and 1 real"),
    ],
)
def test_what_cannot_be_planned_is_refused(plan: Plan, readers: int, cases: int, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        plan_study((readers,), (cases,), plan, studies=2)
