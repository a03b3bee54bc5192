"""Detectors on made films: who is named, who is flagged, and a training film that occurs twice."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from bench_core.features import FeatureSet
from bench_core.memorization.detection import DETECTORS, Judge, Seen, find_pairs, kinds_of
from bench_core.registration.alignment import Plates, at_half, compared, moved, onto_template, template_of
from bench_core.registration.poses import Poses
from tests.registration.test_alignment import films


@dataclass
class Images:
    """What the detectors read of an image set."""

    films: np.ndarray

    def __len__(self) -> int:
        return len(self.films)

    def read(self, row: int) -> np.ndarray:
        return np.clip(self.films[row], 0, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def judged() -> tuple[pd.DataFrame, Judge]:
    """Ten films: copies of training films 0 to 4, of which 4 is moved and 0 occurs twice (as 30), and five strangers."""
    train, held_out, strangers = films(30), films(40, seed=1), films(5, seed=2)
    train = np.concatenate([train, train[:1]])
    copies = train[:5].copy()
    copies[4] = moved(train[4:5], Poses(np.array([0.05]), np.array([0.0]), np.array([4.0]), np.ones(1), np.array([True])))[0]
    template = template_of(train)

    def seen(x: np.ndarray, names: str) -> Seen:
        plates = Plates.of(x)
        aligned = compared(at_half(moved(plates.films, onto_template(plates, Plates.of(template[None]))[0])), 2.0)
        flat = x.reshape(len(x), -1) / 255
        unit = flat / np.linalg.norm(flat, axis=1, keepdims=True)
        subjects = [f"{names}{i}" for i in range(len(x))]
        return Seen(Images(x), FeatureSet(aligned), FeatureSet(flat, subjects=subjects), FeatureSet(unit))  # type: ignore[arg-type]

    sets = {name: seen(x, name) for name, x in (("train", train), ("real", held_out), ("made", np.concatenate([copies, strangers])))}
    told: list[int] = []
    pairs = find_pairs(sets["made"], sets["train"], template, 2, lambda more, what: told.append(more))
    assert sum(told) == 10
    return pairs, Judge(find_pairs(sets["real"], sets["train"], template, 2), np.array([f"p{i}" for i in range(40)]))


def test_copies_are_flagged_and_strangers_are_not(judged: tuple[pd.DataFrame, Judge]) -> None:
    pairs, judge = judged
    assert judge.detectors == DETECTORS and not pairs.duplicated(["film", "train"]).any()
    found = pairs.join(judge.p_values(pairs))
    best = found.sort_values(["p", "whole"], ascending=[True, False]).drop_duplicates("film").set_index("film").sort_index()
    assert best["train"][[1, 2, 3, 4]].tolist() == [1, 2, 3, 4] and best["mirrored"][4] and best["angle"][4] == pytest.approx(4, abs=0.5)
    assert (best["p"][:4] == 1 / 41).all() and best["p"][5:].median() > 0.1
    assert best["p_pixels"][4] == best["p"][4] == 1 / 41, "what one detector alone sees for sure needs no other"
    assert kinds_of(best["p"].to_numpy(), best["whole"].to_numpy(), 0.05)[:4].tolist() == ["exact"] * 4


def test_a_copy_of_a_film_that_occurs_twice_is_found(judged: tuple[pd.DataFrame, Judge]) -> None:
    pairs, judge = judged
    mine = pairs.join(judge.p_values(pairs)).query("film == 0 and train in (0, 30)")
    assert len(mine) == 2 and (mine[["p_copy", "p_features", "p_pixels"]] == 1 / 41).all(axis=None)


def test_without_a_copy_encoder_the_others_vote(judged: tuple[pd.DataFrame, Judge]) -> None:
    pairs, judge = judged
    alone = Judge(judge.pairs.assign(copy=np.nan), judge.patients)
    p = alone.p_values(pairs)
    assert alone.detectors == ("features", "pixels") and p["p_copy"].isna().all() and (p["p"] >= 1 / 41).all()
