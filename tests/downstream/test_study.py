"""A study on features whose truth is known: what helps is seen to help, what cannot help is not."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from bench_core.downstream.asked import Asked
from bench_core.downstream.loop import Training
from bench_core.downstream.study import UtilityStudy
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet

D, F = 16, ("Edema", "Fracture", "Pneumonia")
WAYS = np.random.default_rng(0).normal(size=(len(F), D))
HOW = Training("linear", steps=40, batch=64)


def images(count: int, seed: int, kind: str, labels: str = "right") -> FeatureSet:
    """Findings shift features; labels may be shuffled."""
    rng = np.random.default_rng(seed)
    truth = (rng.uniform(size=(count, len(F))) < 0.4).astype(float)
    values = 0.9 * truth @ WAYS + 1.5 * rng.normal(size=(count, D))
    said = truth if labels == "right" else rng.permutation(truth)
    subjects = None if kind == "synthetic" else [f"{kind}{i // 2}" for i in range(count)]
    return FeatureSet(values, labels=pd.DataFrame(said, columns=list(F)), subjects=subjects, kind=kind)


def sets(synthetic: FeatureSet | None = None) -> dict[str, FeatureSet]:
    return {"train": images(600, 1, "train"), "real": images(400, 2, "real"), "synthetic": synthetic or images(300, 3, "synthetic")}


def study(given: dict[str, FeatureSet], arms: Sequence[str], shares: Sequence[float] = (0.1,), **more) -> pd.DataFrame:
    rows, _ = UtilityStudy(given, Asked(arms, shares, trainings=2, how=HOW), **more).carried_out()
    frame = pd.DataFrame(rows)
    return frame[(frame["measure"] == "auroc") & (frame["finding"] == "all")].set_index(["arm", "share"])


def test_perfect_images_help_where_real_ones_are_few_and_duplicates_do_not() -> None:
    found = study(sets(), ["augmented", "duplicates", "synthetic_only"], (0.1, 1.0))
    helped = found.loc["augmented", 0.1]
    assert helped["gain"] > 0.02 and helped["gain_low"] > 0
    copies = found.loc["duplicates", 0.1]
    assert copies["gain_low"] <= 0 <= copies["gain_high"] or abs(copies["gain"]) < 0.01
    assert np.isnan(found.loc["real_only", 0.1]["gain"])
    assert helped["gain"] > found.loc["augmented", 1.0]["gain"]


def test_a_perfect_generator_alone_is_as_good_as_as_many_real_images() -> None:
    found = study(sets(images(540, 9, "synthetic")), ["synthetic_only"], (1.0,))
    real, alone = found.loc["real_only", 1.0], found.loc["synthetic_only", 1.0]
    assert alone["n_added"] == real["n_real"] == 540
    assert abs(alone["gain"]) < 0.02
    assert real["low"] <= alone["value"] <= real["high"]


def test_shuffled_labels_gain_nothing() -> None:
    found = study(sets(images(300, 3, "synthetic", "shuffled")), ["augmented", "synthetic_only"])
    assert found.loc["augmented", 0.1]["gain"] <= 0
    assert abs(found.loc["synthetic_only", 0.1]["value"] - 0.5) < 0.12


def test_changed_images_are_made_once_and_what_cannot_be_made_says_why() -> None:
    asked: list[Sequence[tuple[int, int]]] = []
    given = sets()

    def alter(pairs: Sequence[tuple[int, int]]) -> np.ndarray:
        asked.append(pairs)
        return given["train"].values[[row for row, _ in pairs]]

    controls = {"altered": alter, "reconstructed": NotPossible("None.")}
    rows, curves = UtilityStudy(given, Asked(list(controls), (0.1, 1.0), trainings=2, how=HOW), controls).carried_out()
    assert len(asked) == 1 and len(set(asked[0])) == len(asked[0])
    frame = pd.DataFrame(rows)
    assert set(frame.loc[frame["arm"] == "reconstructed", "message"]) == {"None."}
    assert {c["arm"] for c in curves} == {"real_only", "altered"} and {c["share"] for c in curves} == {1.0}
    assert {c["curve"] for c in curves} == {"roc", "calibration"}


def test_every_measure_every_finding_and_gaps() -> None:
    given = sets()
    groups = {"sex": np.where(np.arange(400) % 2, "F", "M")}
    rows, _ = UtilityStudy(given, Asked(["augmented"], trainings=2, how=HOW), groups=groups).carried_out()
    frame = pd.DataFrame(rows)
    assert set(frame["measure"]) == {"auroc", "auprc", "f1", "balanced_accuracy", "calibration_error", "auroc gap by sex"}
    assert set(frame.loc[frame["measure"] == "f1", "finding"]) == {*F, "all", "common", "rare"}
    assert frame.loc[frame["measure"] == "auroc gap by sex", "value"].between(0, 0.2).all()


def test_what_was_trained_is_not_trained_again() -> None:
    class Kept(dict):  # type: ignore[type-arg]
        put = dict.__setitem__

    kept, watched = Kept(), []
    first, _ = UtilityStudy(sets(), Asked(["mixed"], trainings=2, how=HOW), parts=kept).carried_out(lambda more, what: watched.append(more))
    assert len(kept) == 4 and sum(watched) == 4
    again, _ = UtilityStudy(sets(), Asked(["mixed"], trainings=2, how=HOW), parts=kept).carried_out()
    pd.testing.assert_frame_equal(pd.DataFrame(first), pd.DataFrame(again), atol=2e-3)


def test_labels_that_are_missing_or_all_of_one_kind_are_named() -> None:
    bare = FeatureSet(np.random.default_rng(0).normal(size=(300, D)), kind="synthetic")
    with pytest.raises(InputError, match="synthetic images have no finding"):
        study(sets(bare), ["augmented"])
    few = images(300, 3, "synthetic")
    few.labels.loc[:, list(F)] = 0.0
    few.labels.loc[:2, list(F)] = 1.0
    with pytest.raises(InputError, match=r"synthetic at most 3 \(needed: 5\)"):
        study(sets(few), ["augmented"])
