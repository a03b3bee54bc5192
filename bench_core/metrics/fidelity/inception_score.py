from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content
from bench_core.registry import metric


@metric(
    title="Inception score",
    family="fidelity",
    goal="maximize",
    bounds=(1, None),
    paper="arXiv:1606.03498",
    needs=("logits", "vectors"),
    formula=r"\exp\left(\frac{1}{M} \sum_s \operatorname{KL}\left(p(y \mid s) \,\Vert\, p(y)\right)\right)",
)
def inception_score(
    synthetic: FeatureSet,
    *,
    splits: Annotated[int, Field(ge=1, le=100, description="Mean over this many random parts of the set; 10 is the old protocol.")] = 1,
    seed: int = 0,
) -> Score:
    """How sure a classifier is of each image and how many classes it finds: `exp(mean KL(p(y|x) || p(y)))`, from 1 to the class count.

    For comparison with old papers only. It never looks at real images: real ones may score lower than synthetic ones. The classes are
    those of the encoder, whose name stands beside the value; those of ImageNet mean nothing on X-rays. It grows with the number of images.

    Raises:
        NotPossible: the encoder gives features, not class logits.
        TooFewImages: fewer images than splits.

    References:
        Salimans 2016, arXiv:1606.03498; bias: arXiv:1911.07023. One part by default, ten in the paper: the score of a part is biased by
        its size. Parts are random, not in file order. A softmax is taken over all logits, also where a classifier was trained on each
        finding by itself.
    """
    if not synthetic.logits:
        raise NotPossible(f"inception_score needs class logits, and {synthetic.encoder} gives features.", "Choose a classifier as encoder.")
    if len(synthetic) < splits:
        raise TooFewImages(f"synthetic has n = {len(synthetic)} images; {splits} parts need at least one each.")
    from scipy.special import log_softmax

    order = by_content(synthetic)
    if splits > 1:
        order = np.random.default_rng(seed).permutation(order)
    log_p = log_softmax(synthetic.values[order].astype(np.float64), axis=1)  # (M, C)
    parts = [_score(part) for part in np.array_split(log_p, splits)]
    tables = {"classes": pd.DataFrame({"class": np.arange(log_p.shape[1]), "share": np.exp(log_p).mean(axis=0)})}
    if splits > 1:
        tables["splits"] = pd.DataFrame({"value": parts})
    classes = log_p.shape[1]
    note = f"The classifier is {synthetic.encoder}, with {classes} classes."
    if not synthetic.encoder:
        note = f"The {classes} columns were taken as class logits."
    return Score(float(np.mean(parts)), tables=tables, note=note)


def _score(log_p: np.ndarray) -> float:  # (S, C)
    from scipy.special import logsumexp

    mean = logsumexp(log_p, axis=0) - np.log(len(log_p))  # (C,)
    gain = (np.exp(log_p) * (log_p - mean)).sum(axis=1)  # (S,)
    return max(1.0, float(np.exp(gain.mean())))
