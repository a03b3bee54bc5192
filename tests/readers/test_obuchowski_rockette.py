"""The analysis of Obuchowski and Rockette: printed numbers of a published study, RJafroc's of two simulated ones, closed forms."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bench_core.readers.covariances import covariances
from bench_core.readers.obuchowski_rockette import (
    SCOPES,
    compare_modalities,
    components,
    difference,
    estimate_share,
    mean_over_readers,
)
from bench_core.readers.readings import Readings
from tests.readers.studies import published, ratings, readings_of


def simulated_by_google_health() -> Readings:
    """The dual-modality study of Google Health's `reader_study_test.py`, drawn again: 200 and 200 cases, 10 readers, structure HL."""
    rng = np.random.RandomState(1987)
    disease = np.array(200 * [0] + 200 * [1])
    case = np.sqrt(0.3) * rng.randn(400)
    modality_case = [np.sqrt(0.3) * rng.randn(400) for _ in range(2)]
    scores = np.zeros((2, 10, 400), np.float32)
    for reader in range(10):
        effect = np.sqrt(0.0082) * rng.randn(2)
        reader_case = np.sqrt(0.2) * rng.randn(400)
        for modality in range(2):
            both = np.sqrt(0.0082) * rng.randn(2)
            error = np.sqrt(0.2) * rng.randn(400)
            sides = np.where(disease == 1, effect[0] + both[0], effect[1] + both[1])
            scores[modality, reader] = 0.821 * disease + sides + case + reader_case + modality_case[modality] + error
    return Readings(scores[..., disease == 1].astype(float), scores[..., disease == 0].astype(float))


def test_two_modalities_as_rjafroc_has_them() -> None:
    readings = simulated_by_google_health()
    parts = components(readings.areas, covariances(readings, "jackknife"))
    found = difference(parts, 1, 0)
    assert_allclose(found.value, 0.00451, atol=1e-6)
    assert_allclose(found.p_value, 0.8502715, atol=1e-6)
    assert_allclose([found.low, found.high], [-0.04284442691, 0.05186442691], atol=1e-6)
    assert_allclose(found.df, 85.5241922, atol=1e-4)
    assert_allclose(compare_modalities(parts).p_value, found.p_value, rtol=1e-9)


def test_a_model_against_readers_as_rjafroc_has_it() -> None:
    """A model is a modality whose readers all say the same."""
    rng = np.random.RandomState(1987)
    disease = np.array(200 * [1] + 800 * [0])
    case = rng.randn(1000)
    readers = []
    for _ in range(10):
        negative, positive = 0.075 * rng.randn(2)
        error = np.sqrt(1 - 0.6**2) * rng.randn(1000)
        readers.append(disease + np.where(disease == 1, positive, negative) + 0.6 * case + error)
    scores = np.stack([np.tile(disease + case, (10, 1)), np.stack(readers)])
    readings = Readings(scores[..., :200], scores[..., 200:])
    found = difference(components(readings.areas, covariances(readings, "jackknife")), 0, 1)
    assert_allclose(found.value, -0.00584125, rtol=1e-6)
    assert_allclose(found.p_value, 0.6560453, rtol=1e-6)
    assert_allclose([found.low, found.high], [-0.03233184, 0.02064934], atol=1e-8)
    assert_allclose(found.df, 31.00905, rtol=1e-6)


def test_vandyke_is_as_printed() -> None:
    readings = readings_of(published("VanDyke"))
    printed = [[0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066], [0.94782609, 0.90531401, 0.92173913, 0.99935588, 0.92995169]]
    assert_allclose(readings.areas, printed, rtol=0, atol=5e-9)
    assert_allclose(readings.areas.mean(1), [0.89703704, 0.94083736], rtol=0, atol=5e-9)
    parts = components(readings.areas, covariances(readings, "jackknife"))
    squares = [parts.ms_modality, parts.ms_reader, parts.ms_both, parts.reader_variance, parts.interaction_variance]
    assert_allclose(squares, [0.00479617, 0.00383620, 0.00055103, 0.00153500, 0.00020040], rtol=0, atol=5.01e-9)
    both = compare_modalities(parts)
    assert (f"{both.f:.2f}", f"{both.df:.2f}", f"{both.p_value:.4f}") == ("4.46", "15.26", "0.0517")
    found = difference(parts, 0, 1)
    assert_allclose([found.value, found.se, found.low, found.high], [-0.04380032, 0.02075, -0.08796, 0.00036], rtol=0, atol=5e-6)
    cases = compare_modalities(parts, "cases")
    assert (f"{cases.f:.5f}", f"{cases.p_value:.4f}", f"{difference(parts, 0, 1, 'cases').se:.5f}") == ("5.47595", "0.0193", "0.01872")
    readers = compare_modalities(parts, "readers")
    said = (f"{readers.f:.2f}", float(readers.df), f"{readers.p_value:.4f}", f"{difference(parts, 0, 1, 'readers').se:.5f}")
    assert said == ("8.70", 4.0, "0.0420", "0.01485")


@pytest.mark.parametrize(
    ("way", "f", "df", "p"), [("delong", 4.484854, 15.06611, 0.05123303), ("u_statistic", 4.489614, 15.03418, 0.0511618)]
)
def test_vandyke_with_other_covariances_is_as_printed(way: str, f: float, df: float, p: float) -> None:
    readings = readings_of(published("VanDyke"))
    found = compare_modalities(components(readings.areas, covariances(readings, way)))  # type: ignore[arg-type]
    assert_allclose([found.f, found.df, found.p_value], [f, df, p], rtol=2e-7)


def test_fixed_cases_are_the_paired_t_test_over_readers() -> None:
    from scipy.stats import ttest_rel

    readings = ratings(5, (2, 6, 12, 12))
    found = difference(components(readings.areas, covariances(readings)), 0, 1, "readers")
    expected = ttest_rel(*readings.areas)
    assert_allclose(found.p_value, expected.pvalue, rtol=1e-9)
    interval = expected.confidence_interval()
    assert_allclose([found.low, found.high], [interval.low, interval.high], rtol=1e-9)


def test_fixed_readers_are_the_normal_interval_of_their_mean() -> None:
    """The variance of a mean of areas is the mean of the whole covariance matrix."""
    readings = ratings(6, (1, 4, 15, 15))
    covariance = covariances(readings)
    found = mean_over_readers(readings.areas[0], covariance, "cases")
    assert_allclose(found.se**2, covariance.mean(), rtol=1e-10)
    logit = lambda p: np.log(p / (1 - p))
    reach = 1.959963984540054 * found.se / (found.value * (1 - found.value))
    assert_allclose([logit(found.low), logit(found.high)], logit(found.value) + np.array([-1, 1]) * reach, rtol=1e-9)


def test_the_interval_of_a_share_and_its_p_say_the_same() -> None:
    for value in (0.55, 0.62, 0.7):
        one = estimate_share(np.array(value), np.array(0.06), np.array(7.0))
        assert (one.p_value < 0.05) == (not one.low <= 0.5 <= one.high)
        assert 0 < one.low < value < one.high < 1


def test_one_reader_has_an_interval_over_cases_only() -> None:
    readings = ratings(7, (1, 1, 20, 20))
    found = {scope: mean_over_readers(readings.areas[0], covariances(readings), scope) for scope in SCOPES}
    assert np.isfinite(found["cases"].low)
    assert np.isnan(found["readers"].low) and np.isnan(found["readers and cases"].low)


def test_three_modalities_have_two_degrees() -> None:
    readings = ratings(8, (3, 5, 10, 10))
    found = compare_modalities(components(readings.areas, np.zeros((15, 15))), "readers")
    centred = readings.areas - readings.areas.mean(0)
    within = ((centred - centred.mean(1, keepdims=True)) ** 2).sum() / 8
    assert_allclose(found.f, 5 * readings.areas.mean(1).var(ddof=1) / within, rtol=1e-9)
    assert found.df_modalities == 2 and float(found.df) == 8
