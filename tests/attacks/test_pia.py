"""Closed forms of the attacks that ask a denoiser, on the best one of a Gaussian."""

import numpy as np

from bench_core.attacks.diffusion_loss import diffusion_loss
from bench_core.attacks.pia import pia
from bench_core.attacks.pian import pian
from bench_core.attacks.secmi import secmi
from bench_core.attacks.sima import sima
from tests.contract.asked_models import MadeDiffusion, labelled

RECORDS = labelled(20, 3, "train")
X = RECORDS.values.astype(np.float64)


def test_sima_is_the_fourth_power_of_what_is_seen_without_noise() -> None:
    model = MadeDiffusion()
    expected = -(((1 - model.alphas[20]) ** 0.5 * X) ** 4).mean(axis=1)
    np.testing.assert_allclose(sima(RECORDS, model, at=0.1), expected, rtol=1e-5)
    assert model.asked == 1


def test_pia_confirms_the_estimate_of_step_0() -> None:
    model = MadeDiffusion()
    a0, a = model.alphas[0], model.alphas[40]
    first = np.sqrt(1 - a0) * X
    seen = np.sqrt(1 - a) * (np.sqrt(a) * X + np.sqrt(1 - a) * first)
    np.testing.assert_allclose(pia(RECORDS, model, at=0.2), -((seen - first) ** 4).mean(axis=1), rtol=1e-4)
    assert model.asked == 2


def test_pian_takes_an_estimate_of_the_size_of_noise() -> None:
    model = MadeDiffusion()
    a = model.alphas[40]
    first = X / np.abs(X).mean(axis=1, keepdims=True) * np.sqrt(2 / np.pi)
    seen = np.sqrt(1 - a) * (np.sqrt(a) * X + np.sqrt(1 - a) * first)
    np.testing.assert_allclose(pian(RECORDS, model, at=0.2), -((seen - first) ** 4).mean(axis=1), rtol=1e-4)


def test_who_is_known_by_heart_loses_nothing() -> None:
    model = MadeDiffusion(RECORDS)
    for attack in (diffusion_loss, pia, secmi):
        np.testing.assert_allclose(attack(RECORDS, model), 0, atol=1e-8)  # type: ignore[operator]


def test_secmi_goes_there_in_hops_one_on_and_one_back() -> None:
    model = MadeDiffusion()
    off = secmi(RECORDS, model, at=0.5, hops=5)
    assert model.asked == 7 and np.all(off < 0)
    assert np.corrcoef(off, -(X**2).mean(axis=1))[0, 1] > 0.999  # a linear denoiser's way is linear
    assert np.abs(secmi(RECORDS, MadeDiffusion(), at=0.5, hops=50)).max() < np.abs(off).max() / 10  # small hops come back


def test_noise_is_the_same_for_all_records() -> None:
    twice = RECORDS.take([0, 1, 0])
    scores = diffusion_loss(twice, MadeDiffusion())
    assert scores[0] == scores[2] != scores[1]
