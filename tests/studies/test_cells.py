"""Which combinations are cells."""

from bench_core.studies.cells import cells_of, named, sources_of
from bench_core.studies.spec import read_study
from tests.studies.test_spec import WHOLE

ALL = """
title = "T"
real = "real"
train = "train"
encoder = "e"
arms = ["synthetic_only", "augmented"]
releases = ["generator", "images", "filtered_images", "classifier", "real_classifier", "private_classifier"]
epsilons = [1.0, 8.0]
[prompts]
reports_of = "real"
number = 10
[[generators]]
id = "g"
settings = { scale = [1.0, 3.0], steps = [5, 9], eta = 0.0 }
[[generators]]
set = "a"
[[filters]]
id = "drop_near_copies"
thresholds = [0.4, 0.6]
"""


def test_lists_of_settings_are_swept_in_all_combinations() -> None:
    names = [named(source) for source in sources_of(read_study(ALL))]
    assert names == ["g scale=1 steps=5 eta=0", "g scale=1 steps=9 eta=0", "g scale=3 steps=5 eta=0", "g scale=3 steps=9 eta=0", "a"]


def test_every_release_has_the_filters_and_arms_that_fit_it_once() -> None:
    cells = cells_of(read_study(ALL))
    of_one = [c for c in cells if c.name == "a"]
    count = lambda release: sum(c.release == release for c in of_one)
    assert {r: count(r) for r in ("generator", "images", "filtered_images", "classifier")} == {
        "generator": 2, "images": 2, "filtered_images": 4, "classifier": 6,
    }  # fmt: skip
    assert len(cells) == 5 * 14 + 1 + 2 and len({c.label for c in cells}) == len(cells)
    assert [c.epsilon for c in cells[-2:]] == [1.0, 8.0] and cells[-1].arm == "real_only"
    assert all(c.filter is None for c in cells if c.release in ("generator", "images"))


def test_what_is_named_twice_is_one_cell() -> None:
    assert len(cells_of(read_study(WHOLE + '[[generators]]\nset = "a"\n'))) == 1
