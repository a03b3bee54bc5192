"""Private gradient descent: one patient, one bounded gradient, noise of the right size; the accountant against published values."""

import math

import numpy as np
import pytest

from bench_core.errors import InputError
from bench_core.training import private
from bench_core.training.private import Privacy


def loss(weights, film):
    return -(weights["w"] * film[0]).sum() + weights["b"] * film[0].sum()


def gradients(films, there):
    import torch

    return private.patient_gradients(
        loss, {"w": torch.zeros(3), "b": torch.zeros(())}, (torch.tensor(films, dtype=torch.float32),), torch.tensor(there)
    )


def test_a_patients_films_are_averaged_whatever_their_number() -> None:
    films = np.random.default_rng(0).normal(size=(2, 4, 3))
    found = gradients(films, [[1.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    assert np.allclose(found["w"][0], -films[0, :3].mean(0), atol=1e-6) and np.allclose(found["w"][1], -films[1, 0], atol=1e-6)
    again = gradients(np.repeat(films[:, :1], 4, axis=1), [[1.0] * 4, [1.0, 0.0, 0.0, 0.0]])
    assert np.allclose(again["w"], -films[:, 0], atol=1e-6)  # four copies of a film weigh as much as one


def test_no_patient_counts_for_more_than_the_bound() -> None:
    import torch

    films = 1e4 * np.random.default_rng(1).normal(size=(5, 1, 3))
    each = [private.clipped_sum({k: v[i : i + 1] for k, v in gradients(films, [[1.0]] * 5).items()}, 2.0) for i in range(5)]
    lengths = [math.sqrt(sum(float(v.pow(2).sum()) for v in one.values())) for one in each]
    assert np.allclose(lengths, 2.0, atol=1e-4)
    together = private.clipped_sum(gradients(films, [[1.0]] * 5), 2.0)
    assert np.allclose(together["w"], sum(one["w"] for one in each), atol=1e-4)
    short = {"w": torch.full((2, 3), 1e-3)}
    assert np.allclose(private.clipped_sum(short, 2.0)["w"], 2e-3)  # what is short stays as it is


def test_a_step_has_the_noise_that_the_accountant_counts_also_without_patients() -> None:
    import torch

    torch.manual_seed(0)
    privacy = Privacy(rate=0.1, steps=1, noise=3.0, bound=2.0, delta=1e-5)
    weights = {"w": torch.zeros(20_000)}
    for there in (torch.ones(1, 1), torch.ones(0, 1)):
        films = (torch.zeros(len(there), 1, 20_000),)
        found = private.private_gradient(lambda w, film: (w["w"] * film[0]).sum(), weights, (films, there), privacy, 10.0)
        assert found["w"].std() == pytest.approx(3.0 * 2.0 / 10.0, rel=0.02)


def test_every_patient_is_drawn_by_itself() -> None:
    privacy = Privacy(rate=0.2, steps=400, noise=1.0, bound=1.0, delta=1e-5)
    drawn = list(private.draw_patients(np.random.default_rng(0), 50, privacy))
    sizes = np.asarray([len(chosen) for chosen in drawn])
    assert len(drawn) == 400 and sizes.mean() == pytest.approx(10, abs=0.6) and sizes.var() == pytest.approx(50 * 0.2 * 0.8, rel=0.3)


def test_a_delta_that_gives_a_patient_away_is_refused() -> None:
    private.check_delta(1e-4, 5_000)
    for delta in (1 / 5_000, 0.1, 0.0):
        with pytest.raises(InputError, match="5,000 patients"):
            private.check_delta(delta, 5_000)
    assert Privacy(0.1, 10, 0.0, 1.0, 1e-5).epsilon() == math.inf


def test_the_accountant_gives_published_values() -> None:
    """Bu et al., arXiv:1911.11607, Table 1, is an upper bound; without subsampling the Gaussian mechanism has a formula."""
    pytest.importorskip("opacus", reason="pip install -r requirements-private.txt")
    mnist = Privacy(rate=256 / 60_000, steps=round(15 * 60_000 / 256), noise=1.3, bound=1.0, delta=1e-5)
    assert mnist.epsilon() < 1.19
    whole = Privacy(rate=1.0, steps=1, noise=5.0, bound=1.0, delta=1e-5)
    least = min(a / 50 + math.log1p(-1 / a) - math.log(1e-5 * a) / (a - 1) for a in np.linspace(1.1, 200, 40_000))
    assert whole.epsilon() == pytest.approx(least, rel=0.01)
    assert 1.9 < Privacy(0.1, 300, private.noise_for(2.0, delta=1e-5, rate=0.1, steps=300), 1.0, 1e-5).epsilon() <= 2.0
