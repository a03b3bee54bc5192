"""Real images that have what the prompts ask for, or the word that there are none."""

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.engine.scoring.mix import Mix, Side, mix_of
from bench_core.engine.scoring.units import Units
from bench_core.features import FeatureSet


def side(edema: list[float], fracture: list[float] | None = None, each: int = 1) -> Side:
    """One unit a value, of so many images."""
    n = len(edema) * each
    labels = pd.DataFrame({"Edema": np.repeat(edema, each)})
    if fracture is not None:
        labels["Fracture"] = np.repeat(fracture, each)
    features = FeatureSet(np.random.default_rng(n).normal(size=(n, 2)), labels=labels)
    return Side(features, Units(np.repeat(np.arange(len(edema)), each), "patients"))


def test_prompts_like_the_real_images_are_compared_with_any_of_them() -> None:
    mix = mix_of(side([1.0] * 10 + [0.0] * 40), side([1.0] * 22 + [0.0] * 78), 0.5, 10)
    assert (mix.findings, dict(mix.quota), mix.unlike) == ((), {0: 50}, "") and round(mix.pool) == 100
    assert mix_of(side([1.0] * 10 + [0.0] * 140), side([0.0] * 100), 1.0, 10).size == 100  # no more than there are


def test_prompts_of_one_finding_are_compared_with_images_that_have_it() -> None:
    prompts, real = side([1.0] * 30), side([1.0] * 80 + [0.0] * 320)
    mix = mix_of(prompts, real, 0.5, 10)
    assert (mix.findings, mix.unlike) == (("Edema",), "") and dict(mix.quota) == {1: 30} and round(mix.pool) == 80
    assert set(real.features.label("Edema")[mix.cells(real.features) == 1]) == {1.0}
    half = mix_of(side([1.0] * 25 + [0.0] * 25), real, 0.5, 10)
    assert half.quota[0] == half.quota[1] == 25 and half.pool == 1 / (0.25 / 80 + 0.25 / 320)


def test_what_nobody_has_is_said() -> None:
    mix = mix_of(side([1.0] * 30), side([1.0] * 5 + [0.0] * 200), 0.5, 10)
    assert mix.findings == () and mix.unlike == "Edema 100% against 2%"
    both = mix_of(side([1.0] * 40, [1.0] * 40), side([1.0] * 60 + [0.0] * 200, [0.0] * 260), 0.5, 10)
    assert both.findings == ("Edema",) and both.unlike == "Fracture 100% against 0%"


def test_patients_count_and_not_their_images() -> None:
    """Ten patients of twenty images each are ten, however many images say the same."""
    few = side([1.0] * 5 + [0.0] * 5, each=20)
    assert few.supply(Mix(("Edema",), {}, 0.0)) == pytest.approx({0: 5.0, 1: 5.0})
    assert mix_of(few, side([1.0] * 80 + [0.0] * 320), 0.5, 10).findings == ()  # 5 of 10 may be chance; 100 of 200 could not


def test_unknown_labels_are_not_matched() -> None:
    nothing = FeatureSet(np.random.default_rng(0).normal(size=(30, 2)))
    assert mix_of(Side(nothing, Units(np.arange(30), "images")), side([1.0] * 50), 0.5, 10).size == 25
    assert set(FINDINGS) >= {"Edema", "Fracture"}
