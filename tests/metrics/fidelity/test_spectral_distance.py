"""The distance of mean spectra: closed forms, and what it sees of simulated films."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image
from scipy.ndimage import gaussian_filter

from bench_core import phantom
from bench_core.engine.scoring.uncertainty import Measurement, measure
from bench_core.errors import TooSmallImages
from bench_core.metrics.fidelity.spectral_distance import log_energies, spectral_distance
from bench_core.registry import find_metric
from tests.metrics.films import films, pictured

N = 80
FILMS_SEED = 20_417
"""Of patients who are in no cohort of the study."""


def whole(grey: np.ndarray) -> np.ndarray:
    return np.clip(np.rint(grey), 0, 255).astype(np.uint8)


def blurred(stack: np.ndarray, sigma: float) -> np.ndarray:
    return whole(gaussian_filter(stack.astype(np.float32), (0, sigma, sigma)))


def noisy(stack: np.ndarray, levels: float) -> np.ndarray:
    return whole(stack + levels * np.random.default_rng(1).standard_normal(stack.shape))


def compressed(stack: np.ndarray, quality: int) -> np.ndarray:
    out = []
    for film in stack:
        file = io.BytesIO()
        Image.fromarray(film).save(file, "JPEG", quality=quality)
        out.append(np.asarray(Image.open(file)))
    return np.stack(out)


def test_white_noise_has_its_variance_at_every_frequency() -> None:
    stack = np.random.default_rng(0).normal(128, 10, (40, 256, 256))
    energies = log_energies(whole(stack)).mean(axis=0)
    assert energies.shape == (128,)
    np.testing.assert_allclose(energies[9:], 10 * np.log10(100 + 2 / 12), atol=0.3)  # rounding adds 1/12, and so does the metric


def test_a_sine_lies_in_its_ring() -> None:
    wave = 128 + 50 * np.sin(2 * np.pi * 20 * np.arange(256) / 256)
    for film in (np.tile(wave, (256, 1)), np.tile(wave[:, None], (1, 256))):
        energies = log_energies(whole(film)[None])[0]
        assert np.argmax(energies) == 19
        assert np.sort(energies[[18, 19, 20]])[0] > 20 + np.delete(energies, [17, 18, 19, 20, 21]).max()  # a window of three


def ring_means(energy: np.ndarray) -> np.ndarray:  # (S, S) -> (S // 2,)
    """Means over rings of equal frequency, by looking at every term."""
    step = np.fft.fftfreq(len(energy), 1 / len(energy))
    ring = np.round(np.sqrt(step[:, None] ** 2 + step[None, :] ** 2))
    return np.array([energy[ring == f].mean() for f in range(1, len(energy) // 2 + 1)])


def test_a_blur_takes_what_its_transfer_function_says() -> None:
    stack = np.random.default_rng(0).normal(128, 20, (60, 256, 256))
    point = np.zeros((256, 256))
    point[128, 128] = 1
    passed = ring_means(np.abs(np.fft.fft2(gaussian_filter(point, 0.8))) ** 2)
    lost = 10 * np.log10((400 * passed + 2 / 12) / (400 + 2 / 12))  # rounding adds 1/12, and so does the metric
    expected = float(np.sqrt(np.mean((lost - lost.mean()) ** 2)))
    assert expected > 5
    assert spectral_distance(pictured(whole(stack), "real"), pictured(blurred(stack, 0.8))).value == pytest.approx(expected, rel=0.02)


def test_contrast_as_such_does_not_count_and_equal_sets_are_at_zero() -> None:
    stack = noisy(films(20, side=256) * 0.5 + 64, 8)
    real = pictured(stack, "real")
    assert spectral_distance(real, pictured(stack)).value == 0
    fainter = spectral_distance(real, pictured(whole(128 + 0.9 * (stack - 128.0)))).value
    assert fainter < 0.02 * spectral_distance(real, pictured(blurred(stack, 0.8))).value


def test_views_read_the_spectra_of_the_whole_set_and_sides_may_differ() -> None:
    stack = films(12, side=256)
    real, synthetic = pictured(stack[:6], "real"), pictured(stack)
    assert spectral_distance(real, synthetic.take(range(6))).value == 0
    assert spectral_distance(pictured(films(6, side=300), "real"), synthetic, side=128).value > 0


def test_small_pictures_are_refused() -> None:
    with pytest.raises(TooSmallImages, match="side is 256"):
        spectral_distance(pictured(films(3), "real"), pictured(films(3)))


@pytest.fixture(scope="module")
def drawn() -> np.ndarray:  # (2 N, 256, 256)
    """One film each of 160 simulated patients."""
    table = phantom.cohort_table(FILMS_SEED, subjects=2 * N).drop_duplicates("subject_id")
    return np.stack([film.image for film in phantom.render_many(table["image_id"], workers=1)])


def judged(real: np.ndarray, synthetic: np.ndarray) -> Measurement:
    return measure(find_metric("spectral_distance"), {"real": pictured(real, "real"), "synthetic": pictured(synthetic)}, settings={})


@pytest.mark.parametrize(
    "spoil",
    [lambda s: blurred(s, 0.5), lambda s: noisy(s, 2.0), lambda s: compressed(s, 50)],
    ids=["blur of half a pixel", "noise of two grey levels", "JPEG 50"],
)
def test_what_the_eye_sees_lies_outside(drawn: np.ndarray, spoil: Callable[[np.ndarray], np.ndarray]) -> None:
    found = judged(drawn[:N], spoil(drawn[N:]))
    assert found.matched is not None
    assert found.null_high is not None
    assert found.matched > found.null_high
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.score.value <= found.high


def test_a_perfect_generator_lies_inside(drawn: np.ndarray) -> None:
    found = judged(drawn[:N], drawn[N:])
    assert found.matched is not None
    assert found.null_low is not None
    assert found.null_high is not None
    assert found.null_low <= found.matched <= found.null_high
