"""Members and others in one set: patients apart, pictures kept, what is lacking said."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import registry
from bench_core.data import ImageSet
from bench_core.errors import InputError, NotPossible
from bench_core.features import FeatureSet
from bench_core.membership import Knowledge, scores_of, together


class Greys(ImageSet):
    """Pictures of one grey, without files."""

    def read(self, row: int) -> np.ndarray:
        return np.full((2, 2), self.table["grey"].iat[row], np.uint8)


def features(greys: list[int], subjects: list[str] | None, kind: str) -> FeatureSet:
    table = pd.DataFrame({"image_id": [f"{kind}-{g}" for g in greys], "grey": greys, "digest": greys})
    values = np.array(greys, float)[:, None]
    return FeatureSet(values, kind=kind, subjects=subjects, images=Greys(kind, kind, "real", Path(), table))


def test_pictures_and_patients_of_both_sides_stay_their_own() -> None:
    members = features([1, 2, 3, 4], ["a", "b", "\x002", "c"], "train").take([3, 2, 0])
    others = features([7, 8, 9], ["x", "x", "\x002"], "real")
    records = together(members, others)
    assert [int(records.picture(row)[0, 0]) for row in range(6)] == [4, 3, 1, 7, 8, 9]
    assert int(records.take([4]).picture(0)[0, 0]) == 8
    units = records.units
    assert units[3] == units[4] and len(set(units)) == 5  # nobody's third image is not somebody else's


def test_patients_without_names_stand_alone() -> None:
    records = together(FeatureSet(np.eye(2)), FeatureSet(np.eye(2), subjects=["0", "1"]))
    assert len(set(records.units)) == 4


def test_a_patient_on_both_sides_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="1 patients lie on both sides: 'b' is in the train set and in the real set"):
        together(features([1, 2], ["a", "b"], "train"), features([1], ["b"], "real"))


def test_scores_know_their_rows_and_what_is_lacking_is_said() -> None:
    attack = registry.find_attack("gan_leaks")
    members, others = features([1, 5], ["a", "b"], "train"), features([7, 8, 9], ["x", "x", "y"], "real")
    found = scores_of(attack, members, others, Knowledge(released=FeatureSet(np.array([[5.0]]), kind="synthetic")))
    assert found.values.tolist() == [-4, 0, -2, -3, -4] and found.member.tolist() == [True, True, False, False, False]
    assert found.rows.tolist() == [0, 1, 0, 1, 2]
    with pytest.raises(NotPossible, match="GAN-Leaks cannot run: there is no released to read"):
        scores_of(attack, members, others, Knowledge())
