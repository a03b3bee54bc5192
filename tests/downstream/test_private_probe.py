"""The private baseline: it learns, a patient's films count once, and a film is scaled by itself alone."""

import numpy as np
import pytest

from bench_core.downstream import private_probe as private
from bench_core.downstream.loop import Examples, Training
from bench_core.downstream.probes import fit
from bench_core.errors import InputError, NotPossible

RNG = np.random.default_rng(5)
VALUES = RNG.normal(size=(600, 8)).astype(np.float32)
TARGETS = (VALUES @ RNG.normal(size=(8, 2)) > 0).astype(float)
PATIENTS = np.arange(600) // 2


@pytest.fixture(autouse=True)
def no_accountant(monkeypatch: pytest.MonkeyPatch) -> None:
    """A noise that this small cohort bears; what the accountant says is tested where it is called."""
    monkeypatch.setattr(private, "noise_for", lambda epsilon, **how: 1.0 / epsilon)
    monkeypatch.setattr(private, "STEPS", 60)


def right(scores: np.ndarray) -> float:
    return float(((scores > 0.5) == TARGETS).mean())


def test_it_learns_the_less_the_smaller_epsilon_is() -> None:
    said = {epsilon: right(private.private_probe(VALUES, TARGETS, PATIENTS, epsilon, 1)(VALUES)) for epsilon in (0.002, 50.0)}
    assert said[50.0] > 0.85 and said[0.002] < said[50.0] - 0.1


def test_no_film_is_scaled_by_others() -> None:
    alone, among = private.by_itself(VALUES[:1]), private.by_itself(VALUES)
    np.testing.assert_array_equal(alone[0], among[0])
    np.testing.assert_allclose((among**2).sum(axis=1), 2, rtol=1e-5)


def test_what_one_patient_changes_is_bounded_whatever_they_bring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "noise_for", lambda epsilon, **how: 0.0)
    monkeypatch.setattr(private, "STEPS", 1)
    monkeypatch.setattr(private, "RATE", 1.0)
    monkeypatch.setattr(private, "SETTLED", 0.0)
    wild = VALUES.copy()
    wild[:2] = 1e6 * VALUES[2:4]
    seen = [private.private_probe(v, np.where(np.arange(600)[:, None] < 2, 1 - TARGETS, TARGETS), PATIENTS, 1, 0) for v in (VALUES, wild)]
    logit = lambda p: np.log(p) - np.log1p(-p)
    change = np.abs(logit(seen[0](VALUES)) - logit(seen[1](VALUES))).max()
    assert change <= 2 * private.LEARNING * private.BOUND / 300 * np.sqrt(3) + 1e-9


def test_what_it_needs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = [type("Stage", (), {"rows": np.arange(600), "share": 1.0})()]
    how = Training("private", epsilon=1.0)
    with pytest.raises(NotPossible, match="whose the images are"):
        fit(Examples(VALUES, TARGETS), stage, Examples(VALUES, TARGETS), how, 0)
    with pytest.raises(NotPossible, match="one set after the other"):
        fit(Examples(VALUES, TARGETS, PATIENTS), stage * 2, Examples(VALUES, TARGETS), how, 0)
    monkeypatch.setattr(private, "DELTA", 0.5)
    with pytest.raises(InputError, match="300 patients"):
        private.private_probe(VALUES, TARGETS, PATIENTS, 1.0, 0)
