"""The distance scores against slow loops that follow the authors' codes, and what duplicates, one patient and few images do to them."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import mannwhitneyu

from bench_core.engine.scoring.uncertainty import measure
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.privacy.adversarial_accuracy import adversarial_accuracy
from bench_core.metrics.privacy.ct_score import ct_score
from bench_core.metrics.privacy.extraction_ratio import extraction_ratio
from bench_core.metrics.privacy.identifiability import identifiability
from bench_core.metrics.privacy.nearest_neighbour_ratio import nearest_neighbour_ratio
from bench_core.metrics.privacy.reidentification import reidentification
from bench_core.metrics.regions import regions_of
from bench_core.registry import find_metric

Rows = np.ndarray


@pytest.fixture(scope="module")
def rows() -> dict[str, Rows]:
    """Three matrices of one distribution in three clusters; some synthetic rows are copies."""
    rng = np.random.default_rng(1)
    made = {
        n: (rng.normal(size=(s, 6)) + 5 * np.eye(6)[rng.integers(0, 3, s)]) for n, s in (("train", 150), ("real", 90), ("synthetic", 80))
    }
    made["synthetic"][:20] = made["train"][:20] + 0.05 * rng.normal(size=(20, 6))
    return {name: values.astype(np.float32) for name, values in made.items()}


def sets(rows: dict[str, Rows]) -> list[FeatureSet]:
    return [FeatureSet(rows[name], kind=name) for name in ("train", "real", "synthetic")]


def c_t(train: Rows, real: Rows, synthetic: Rows, centres: Rows, more_than: int) -> float:
    """Meehan's statistic, as `data_copying_tests.py` of casey-meehan/data-copying computes it."""
    cell = {name: cdist(values, centres).argmin(axis=1) for name, values in (("t", train), ("p", real), ("q", synthetic))}
    total = weight = 0.0
    for i in range(len(centres)):
        t, p, q = train[cell["t"] == i], real[cell["p"] == i], synthetic[cell["q"] == i]
        if len(q) <= more_than:
            continue
        u = mannwhitneyu(cdist(q, t).min(axis=1), cdist(p, t).min(axis=1), alternative="less").statistic
        n, m = len(p), len(q)
        z = (u - (n * m / 2 - 0.5)) / np.sqrt(n * m * (n + m + 1) / 12)
        total, weight = total + len(p) / len(real) * z, weight + len(p) / len(real)
    return total / weight


def test_ct_score_is_that_of_the_authors_code(rows: dict[str, Rows]) -> None:
    train, real, synthetic = sets(rows)
    regions = regions_of(train, 3)
    of = regions.of  # the centres are those of our k-means: the statistic is compared, not the clustering
    centres = np.stack([rows["train"][of == i].mean(axis=0) for i in range(3)])
    found = ct_score(train, real, synthetic)
    assert found.value == pytest.approx(c_t(rows["train"], rows["real"], rows["synthetic"], centres, 4), rel=1e-6)
    assert found.value < -1.5
    assert found.tables["regions"][["train", "held_out", "synthetic"]].sum().tolist() == [150, 90, 80]


def test_ct_score_of_a_part_is_stated_at_the_size_of_the_whole(rows: dict[str, Rows]) -> None:
    """So that halves vary about what the whole is: a z of half the images is smaller by the root of 2."""
    train, real, synthetic = sets(rows)
    whole = ct_score(train, real, synthetic)
    repeated = measure(find_metric("ct_score"), {"train": train, "real": real, "synthetic": synthetic}, settings={})
    assert repeated.draws is not None
    assert repeated.draws.mean() == pytest.approx(whole.value, abs=0.5)
    assert repeated.low < whole.value - 1 < whole.value + 1 < repeated.high  # type: ignore[operator]  # a z has a spread of about 1


def test_ct_score_with_too_few_images_says_so(rows: dict[str, Rows]) -> None:
    train, real, synthetic = sets(rows)
    with pytest.raises(TooFewImages, match="n = 80"):
        ct_score(train, real, synthetic, min_count=100)


def accuracy(real: Rows, synthetic: Rows) -> float:
    """Nearest neighbour adversarial accuracy, as SynthEval's `_adversarial_score`, one row at a time."""

    def nearest(row: Rows, others: Rows, skip: int = -1) -> float:
        return min(float(np.linalg.norm(row.astype(float) - o)) for i, o in enumerate(others) if i != skip)

    left = np.mean([nearest(r, synthetic) > nearest(r, real, i) for i, r in enumerate(real)])
    right = np.mean([nearest(s, real) > nearest(s, synthetic, i) for i, s in enumerate(synthetic)])
    return float((left + right) / 2)


def test_adversarial_accuracy_is_that_of_a_loop_over_rows(rows: dict[str, Rows]) -> None:
    train, real, synthetic = sets(rows)
    found = adversarial_accuracy(train, real, synthetic)
    to_train, to_real = (accuracy(rows[name], rows["synthetic"]) for name in ("train", "real"))
    table = found.tables["privacy loss"].iloc[0]
    assert found.value == pytest.approx(to_train)
    assert (table["held_out"], table["privacy_loss"]) == (pytest.approx(to_real), pytest.approx(to_real - to_train))
    assert adversarial_accuracy(train, real, FeatureSet(rows["train"] + 1e-3)).value < 0.01  # copies
    assert adversarial_accuracy(train, real, FeatureSet(rows["synthetic"] + 100)).value == 1


def test_ratios_and_identifiability_are_what_their_formulas_say(rows: dict[str, Rows]) -> None:
    train, _, synthetic = sets(rows)
    apart = np.sort(cdist(rows["synthetic"], rows["train"]), axis=1)
    np.testing.assert_allclose(nearest_neighbour_ratio(train, synthetic).per_image, apart[:, 0] / apart[:, 1], rtol=1e-5)
    found = extraction_ratio(train, synthetic, nearest=50, alpha=0.5).per_image
    np.testing.assert_allclose(found, apart[:, 0] / (0.5 * apart[:, :50].mean(axis=1)), rtol=1e-5)
    own = (cdist(rows["train"], rows["train"]) + np.diag(np.full(150, np.inf))).min(axis=1)
    assert identifiability(train, synthetic).value == pytest.approx((cdist(rows["train"], rows["synthetic"]).min(axis=1) < own).mean())


def test_a_duplicate_or_a_second_film_of_the_patient_hides_no_copy(rows: dict[str, Rows]) -> None:
    """The second neighbour is another patient's, however many films the first one has."""
    twelve = np.concatenate([rows["train"]] + [rows["train"][:10] + 1e-4 * i for i in range(1, 12)])
    patients = np.concatenate([np.arange(150), np.tile(np.arange(10), 11)])
    copies = FeatureSet(rows["train"][:10] + 1e-5)
    assert nearest_neighbour_ratio(FeatureSet(twelve), copies).value > 0.05
    assert nearest_neighbour_ratio(FeatureSet(twelve, subjects=patients), copies).value < 1e-3
    twice = FeatureSet(np.concatenate([rows["train"], rows["train"]]))
    assert nearest_neighbour_ratio(twice, FeatureSet(rows["train"])).value == 0
    assert extraction_ratio(twice, FeatureSet(rows["train"])).value == 0


def test_one_patient_and_too_few_images_are_said(rows: dict[str, Rows]) -> None:
    _, real, synthetic = sets(rows)
    one = FeatureSet(rows["train"][:20], subjects=["only"] * 20, kind="train")
    for ask in (lambda: nearest_neighbour_ratio(one, synthetic), lambda: identifiability(one, synthetic)):
        with pytest.raises(TooFewImages, match=r"train has n = 20"):
            ask()
    with pytest.raises(TooFewImages, match="train has n = 20 images; a neighbourhood of 50 needs as many"):
        extraction_ratio(one, synthetic)
    with pytest.raises(TooFewImages):
        adversarial_accuracy(one, real, synthetic)


def test_reidentification_matches_at_the_stated_rate(rows: dict[str, Rows]) -> None:
    """Held-out patients are matched at about that rate, copies are matched, and the table says who is recognised."""
    rng = np.random.default_rng(3)
    people = rng.normal(size=(400, 6))
    train = FeatureSet(people[:200], subjects=[f"t{i}" for i in range(200)], kind="train")
    films = np.repeat(people[200:], 2, axis=0) + 0.01 * rng.normal(size=(400, 6))
    real = FeatureSet(films, subjects=[f"r{i // 2}" for i in range(400)], kind="real")
    found = reidentification(train, real, FeatureSet(np.concatenate([people[:30] + 0.01, rng.normal(size=(70, 6))])), false_matches=0.05)
    rates = found.tables["rates"].set_index("asked")
    nearest = cdist(films, people[:200]).min(axis=1)
    assert (nearest < rates.loc[0.05, "distance"]).mean() == pytest.approx(0.05, abs=0.006)
    assert rates.loc[0.05, "own_patient_recognised"] == 1
    assert found.per_image is not None
    assert found.per_image[:30].all()
    assert found.per_image[30:].mean() < 0.2
    assert rates.loc[0.05, "synthetic_matched"] == found.value
    assert rates.loc[0.001, "false_matches"] == pytest.approx(1 / 201)


def test_reidentification_says_which_rate_the_patients_support(rows: dict[str, Rows]) -> None:
    train, real, synthetic = sets(rows)
    note = reidentification(train, real, synthetic, false_matches=0.001).note
    assert note == "Cut at 1.10% false matches: 90 held-out patients support no smaller rate."
    assert np.isnan(reidentification(train, real, synthetic).tables["rates"]["own_patient_recognised"]).all()
