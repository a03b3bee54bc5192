"""Metrics that carry out an attack: who is asked about, what the attacker knows, and what the three of them say of a leak."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from scipy.stats import binom, mannwhitneyu

from bench_core.errors import InputError, TooFewImages, UnknownName
from bench_core.features import FeatureSet
from bench_core.metrics.attacked import attacked
from bench_core.metrics.privacy.epsilon_lower_bound import epsilon_lower_bound
from bench_core.metrics.privacy.membership_auc import membership_auc
from bench_core.metrics.privacy.membership_tpr import membership_tpr

Three = tuple[FeatureSet, FeatureSet, FeatureSet]


def drawn(copies: int, seed: int = 0) -> Three:
    """300 training patients, 400 films of 200 held-out patients, 150 synthetic images of which some are copies."""
    rng = np.random.default_rng(seed)
    train, people, synthetic = rng.normal(size=(300, 10)), rng.normal(size=(200, 10)), rng.normal(size=(150, 10))
    films = np.repeat(people, 2, axis=0) + 0.3 * rng.normal(size=(400, 10))
    synthetic[:copies] = train[:copies] + 0.01
    return (
        FeatureSet(train, subjects=[f"t{i}" for i in range(300)], kind="train"),
        FeatureSet(films, subjects=[f"r{i // 2}" for i in range(400)], kind="real"),
        FeatureSet(synthetic, kind="synthetic"),
    )


def test_half_of_the_held_out_patients_are_what_the_attacker_knows() -> None:
    train, real, synthetic = drawn(20)
    scores = attacked(train, real, synthetic, "gan_leaks_by_data")
    assert (scores.member.sum(), (~scores.member).sum()) == (300, 200)
    assert len(np.unique(scores.patients[~scores.member])) == 100  # whole patients
    asked = attacked(train, real, synthetic, "gan_leaks")  # which knows nobody
    assert (~asked.member).sum() == 400
    near = cdist(np.concatenate([train.values, real.values]), synthetic.values).min(axis=1)
    assert membership_auc(train, real, synthetic, attack="gan_leaks").value == pytest.approx(
        mannwhitneyu(-near[:300], -near[300:]).statistic / 300 / 400
    )


def test_subsets_say_what_sets_of_their_own_say() -> None:
    """Views find what whole sets have computed; it must be what they would compute themselves."""
    train, real, synthetic = drawn(40)
    some, few = np.flatnonzero(real.units % 3), np.arange(0, 150, 2)
    alone = FeatureSet(real.values[some], subjects=np.asarray(real.subjects)[some]), FeatureSet(synthetic.values[few])
    for measure in (membership_auc, membership_tpr, epsilon_lower_bound):
        settings = {"attack": "gan_leaks"} | ({"fpr": 0.05} if measure is membership_tpr else {})
        of_views = measure(train, real.take(some), synthetic.take(few), **settings).value
        assert of_views == pytest.approx(measure(train, *alone, **settings).value)


def test_a_leak_is_seen_and_chance_is_not() -> None:
    ask = (membership_auc, membership_tpr, epsilon_lower_bound)
    found = {copies: [measure(*drawn(copies), attack="gan_leaks") for measure in ask] for copies in (0, 100)}
    auc, tpr, epsilon = ([found[copies][i].value for copies in (0, 100)] for i in range(3))
    assert auc[0] == pytest.approx(0.5, abs=0.06) and auc[1] > 0.58
    assert tpr[0] < 0.05 and tpr[1] == pytest.approx(1 / 3, abs=0.05)  # a third of the training patients are copied
    assert epsilon[0] == 0 and epsilon[1] > 1
    row = found[100][1].tables["rate"].iloc[0]
    assert row["low"] < row["tpr"] < row["high"] and row["chance"] < 1e-6 and row["hits"] == round(300 * row["tpr"])


def test_the_bound_is_that_of_the_best_share_of_guesses() -> None:
    table = epsilon_lower_bound(*drawn(100), attack="gan_leaks").tables["guesses"]
    best = table.loc[table["epsilon"].idxmax()]
    assert (table["canaries"] == 400).all()  # two hundred held-out patients and as many training patients
    right = 1 / (1 + np.exp(-best["epsilon"]))
    assert binom.sf(best["correct"] - 1, best["guesses"], right) == pytest.approx(0.05 / 12, rel=1e-4)


def test_what_cannot_be_is_said() -> None:
    train, real, synthetic = drawn(0)
    with pytest.raises(UnknownName, match="gan_leek"):
        membership_auc(train, real, synthetic, attack="gan_leek")
    with pytest.raises(InputError, match="needs more than images: other") as told:
        membership_auc(train, real, synthetic, attack="gan_leaks_by_generator")
    assert "gan_leaks_by_data" in str(told.value.hint)
    with pytest.raises(InputError, match="'t0' is in the train set and in the real set"):
        membership_auc(train, FeatureSet(train.values, subjects=train.subjects, kind="real"), synthetic)
    with pytest.raises(TooFewImages, match="TPR at 1 % needs 100 held-out patients; there are 50"):
        membership_tpr(train, real.take(np.arange(200)), synthetic)
    one = FeatureSet(real.values[:4], subjects=["only"] * 4, kind="real")
    with pytest.raises(TooFewImages, match="one patient"):
        membership_auc(train, one, synthetic)
    with pytest.raises(TooFewImages, match="10 patients on each side"):
        epsilon_lower_bound(train, real.take(np.arange(30)), synthetic)
