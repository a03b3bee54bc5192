"""Feature vectors of a set, and all that is read off them: neighbours, radii, balls, kernel sums, moments."""

from bench_core.features.base import UNNAMED, EncoderRecord
from bench_core.features.feature_set import FeatureSet, Sets

__all__ = ["UNNAMED", "EncoderRecord", "FeatureSet", "Sets"]
