"""What attacks on a diffusion model share."""

import numpy as np
import pandas as pd
import pytest

from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.membership.queries import captions, draws_of, moved, need_words, noised, reduced, step_of
from tests.contract.asked_models import MadeDiffusion


def test_steps_are_shares_of_the_time_axis() -> None:
    model = MadeDiffusion()  # 200 steps
    assert [step_of(model, at) for at in (0, 0.1, 1)] == [0, 20, 199]


def test_the_true_noise_carries_a_latent_anywhere() -> None:
    model, rng = MadeDiffusion(), np.random.default_rng(0)
    clean, noise = rng.normal(size=(2, 3, 4)).astype(np.float32)
    there = noised(model, clean, 30, noise)
    np.testing.assert_allclose(moved(model, there, noise, 30, 120), noised(model, clean, 120, noise), atol=1e-5)
    np.testing.assert_allclose(moved(model, there, noise, 30, 0), noised(model, clean, 0, noise), atol=1e-5)


def test_draws_repeat_with_their_seed() -> None:
    shape = np.empty((7, 2, 3))
    one, two = (np.stack(list(draws_of(shape, 3, seed))) for seed in (4, 4))
    assert one.shape == (3, 1, 2, 3) and np.array_equal(one, two) and not np.array_equal(one[0], one[1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c d e f", ["c d e f", "a b e f", "a b c d", ""]),
        ("Edema, Pneumonia, Fracture", ["Pneumonia, Fracture", "Edema, Fracture", "Edema, Pneumonia", ""]),
        ("Pleural Effusion, Lung Opacity", ["Lung Opacity", "Pleural Effusion", "Pleural Effusion, Lung Opacity", ""]),
        ("mild edema, no effusion", ["no effusion", "mild edema, effusion", "mild edema, no", ""]),
        ("", ["", "", "", ""]),
    ],
)
def test_a_third_of_the_words_or_findings_is_left_out_at_a_time(text: str, expected: list[str]) -> None:
    assert reduced(text) == expected


def test_records_without_reports_are_told_their_findings() -> None:
    labels = pd.DataFrame({"Edema": [1, 0], "Fracture": [1, -1]})
    assert captions(FeatureSet(np.eye(2), labels=labels)) == ["Edema, Fracture", ""]


def test_nothing_to_leave_out_is_said() -> None:
    need_words(MadeDiffusion(), ["", "a"])
    with pytest.raises(NotPossible, match="No record has a report"):
        need_words(MadeDiffusion(), ["", " "])
    with pytest.raises(NotPossible, match="reads no text"):
        need_words(MadeDiffusion(reads_text=False), ["a"])
