"""One metric again and again on parts of its sets."""

import pytest

from bench_core.data import Score
from bench_core.engine.scoring.repeats import Repeats
from bench_core.engine.scoring.resamples import Resamples
from bench_core.errors import Cancelled
from bench_core.features import FeatureSet
from bench_core.registry import find_metric, metric
from benchmarks.worlds import World
from tests.engine.scoring.plain_metrics import found, mean_gap, sets


def test_matched_uses_one_size() -> None:
    sizes: list[tuple[int, int]] = []

    @metric(title="Sizes", family="fidelity", goal="minimize", paper="arXiv:0")
    def sizes_seen(real: FeatureSet, synthetic: FeatureSet) -> Score:
        """Writes down the sizes of its sets."""
        sizes.append((len(real), len(synthetic)))
        return Score(0.0)

    found(sizes_seen, sets(m=300))
    halves, null, matched = sizes[1:41], sizes[41:-20], sizes[-20:]
    assert sizes[0] == (100, 300)
    assert set(halves) == {(50, 150)}
    assert {s for s in null if s[1] > 12} == set(matched) == {(50, 25)}  # one image of each of the 25 patients of a half, no second one
    assert sum(s[1] == 12 for s in null) == 40  # pairs without a common patient, for the range
    sizes.clear()
    found(sizes_seen, sets(m=20, patients=1))
    assert sizes[41:-20] == [(50, 20)] * 40
    assert sizes[-20:] == [(50, 20)] * 20


def test_a_distance_between_sets_of_other_findings_varies_as_a_mean_does() -> None:
    repeats = [Repeats(find_metric("kernel_distance"), {}, Resamples(World(asked=f, real=(300, 1)).sets(0), 0)) for f in ("", "Edema")]
    assert [one.order for one in repeats] == [2, 1] and repeats[1].mix.findings[0] == "Edema"


def test_train_stays_whole() -> None:
    seen: set[int] = set()

    @metric(title="Sizes", family="privacy", goal="minimize", paper="arXiv:0")
    def train_size(train: FeatureSet, synthetic: FeatureSet) -> Score:
        """Writes down the size of the training set."""
        seen.add(len(train))
        return Score(0.0)

    found(train_size, sets())
    assert seen == {150}


def test_a_cancelled_run_stops_between_repeats() -> None:
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return count > 5

    with pytest.raises(Cancelled):
        found(mean_gap, sets(), cancelled=cancelled)
    assert count == 6
