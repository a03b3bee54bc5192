"""A large set matched at the size of a small one says what the small one says."""

import numpy as np

from bench_core import registry
from bench_core.engine.answers.comparison import NumberWithDraws, difference
from bench_core.engine.scoring.common_sizes import matched_at, own_sizes, part
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.features import FeatureSet
from bench_core.spec import Choice, Scoring

ASKED = [Choice(id="frechet_distance")]


def test_two_perfect_generators_of_100_and_900_images_do_not_differ() -> None:
    """In 8 of 8 worlds the larger one was "better" by its matched value at its own size."""
    metric, worse_at_own_size, told = registry.find_metric("frechet_distance"), 0, 0
    for world in range(8):
        rng = np.random.default_rng(world)
        real, small, large = (
            FeatureSet(rng.normal(size=(n, 12)), kind=kind) for n, kind in ((900, "real"), (100, "synthetic"), (900, "synthetic"))
        )
        pair = []
        for synthetic in (small, large):
            sets = {"real": real, "synthetic": synthetic}
            (row,), _, draws = score_sets(sets, Scoring(metrics=ASKED))
            (size,) = own_sizes(sets, [row], 0).values()
            at = {size: row.matched} | ({100: matched_at(metric, sets, 100, settings=row.settings, seed=0)} if size > 100 else {})
            pair.append(NumberWithDraws(row.value, row.matched, row.null, draws[metric.id], len(synthetic), at=at))
        worse_at_own_size += pair[0].matched > 2 * pair[1].matched
        found = difference(*pair, metric)
        told += found["excludes_zero"]
        assert found["basis"] == "matched"
    assert worse_at_own_size == 8 and told <= 1


def test_parts_have_one_image_of_each_unit_and_differ() -> None:
    rng = np.random.default_rng(0)
    features = FeatureSet(rng.normal(size=(90, 3)), kind="synthetic", subjects=np.arange(90) // 3)
    one, two = part(features, 30, 0, 1), part(features, 30, 0, 2)
    assert len(one) == 30 and len(np.unique(one.units)) == 30 and set(one.rows) != set(two.rows)
    assert part(features, 90, 0, 1) is features


def test_a_part_that_is_too_small_for_the_metric_has_no_value() -> None:
    rng = np.random.default_rng(0)
    sets = {role: FeatureSet(rng.normal(size=(60, 3)), kind=role) for role in ("real", "synthetic")}
    assert matched_at(registry.find_metric("precision"), sets, 2, settings={"k": 5}, seed=0) is not None
    assert matched_at(registry.find_metric("recall"), sets, 3, settings={"k": 5}, seed=0) is None
