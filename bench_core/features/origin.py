"""Where the films of a set come from: what is read off the pixels of a film alone is then read once, in whatever set the film is."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bench_core.features.feature_set import FeatureSet

_ORIGIN = "origin"


def drawn_from(features: FeatureSet, source: FeatureSet, rows: np.ndarray) -> FeatureSet:
    """The set itself, of which image i is from now on known to be image `rows[i]` of `source`, pixel by pixel."""
    features.remember(_ORIGIN, lambda: (source.whole, source.rows[rows]))
    return features


def of_each_image(features: FeatureSet, name: Any, make: Callable[[FeatureSet], np.ndarray]) -> np.ndarray:  # one row an image of the whole
    """What `make` returns of the whole set, computed once; taken from the set that its images come from, where that is known."""
    whole = features.whole
    origin = whole.remember(_ORIGIN, lambda: None)

    def read() -> np.ndarray:
        return make(whole) if origin is None else of_each_image(origin[0], name, make)[origin[1]]

    return whole.remember(name, read)
