"""What counts as one: a patient of the real and the training images, a prompt of the synthetic ones.

Images of one patient, or of one prompt, are alike beyond their findings. Five of each are no five draws from the population, so that nulls,
ranges, intervals and warnings count units.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bench_core.features import UNNAMED, FeatureSet, Sets
from bench_core.features.orders import by_content


@dataclass(frozen=True, eq=False)
class Units:
    """The units of one set.

    Attributes:
        of: (N,) the number of the unit of each image, from 0.
        word: what a unit is, in the plural.
    """

    of: np.ndarray
    word: str

    def __len__(self) -> int:
        return int(self.of.max()) + 1

    def counted(self) -> str:
        """`40 patients`, with the images where these are more."""
        word = self.word.removesuffix("s") if len(self) == 1 else self.word
        return f"{len(self)} {word}" + (f" ({len(self.of)} images)" if len(self.of) > len(self) else "")


def units_of(role: str, sets: Sets) -> Units:
    """The units of a set.

    A report that several real patients have (that of a normal film) may be asked for as often as there are such patients: each of so many
    of its images is a unit of its own.
    """
    features = sets[role]
    named = features.subjects if features.subjects is not None else features.prompts
    if named is None or len(set(named.tolist())) == len(features):
        single = "prompts" if features.subjects is None and features.prompts is not None else "images"
        return Units(np.arange(len(features)), "patients" if _known(features.subjects) else single)
    codes = np.unique(features.units, return_inverse=True)[1]
    if features.subjects is not None:
        return Units(codes, "patients")
    if role == "synthetic" and "real" in sets:
        codes = _apart(codes, by_content(features), _patients_with(features, sets["real"]))
    return Units(codes, "prompts")


def texts_of(features: FeatureSet) -> pd.Series:  # (N,) of str, or None
    """The prompt of each image; None where unknown. A set without images has its prompts' names for texts."""
    if features.images is not None and "prompt" in features.images.table:
        return features.images.table["prompt"].astype(object).iloc[features.rows].reset_index(drop=True)
    texts = features.prompts
    return pd.Series([None] * len(features) if texts is None else texts, dtype=object)


def _known(subjects: np.ndarray | None) -> bool:
    return subjects is not None and not all(str(name).startswith(UNNAMED) for name in subjects)


def _patients_with(features: FeatureSet, real: FeatureSet) -> np.ndarray:  # (N,)
    """How many real patients have the prompt of each image as their report; at least 1."""
    reports = pd.DataFrame({"text": texts_of(real), "unit": real.units}).dropna().drop_duplicates()
    return np.asarray(texts_of(features).map(reports["text"].value_counts()).fillna(1).to_numpy(int))


def _apart(codes: np.ndarray, order: np.ndarray, at_most: np.ndarray) -> np.ndarray:  # (N,), (N,), (N,) -> (N,)
    """Splits the images of each unit, in turn, into as many units as it may be."""
    turn = np.empty(len(codes), int)
    turn[order] = pd.Series(codes[order]).groupby(codes[order]).cumcount().to_numpy()
    return np.unique(np.stack([codes, turn % at_most], axis=1), axis=0, return_inverse=True)[1].ravel()
