from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.features.orders import by_content, one_each, shuffled
from bench_core.metrics.mixture_on_torch import mixture_of
from bench_core.registry import metric


@metric(
    title="Feature likelihood divergence",
    family="fidelity",
    goal="minimize",
    paper="arXiv:2302.04440",
    heavy=True,
    slow_repeats=True,
    needs=("vectors",),
    formula=r"100 \left(-\frac{1}{N D} \sum_r \log \frac{1}{M} \sum_s \mathcal{N}(r;\, s, \sigma_s^2 I) - \text{baseline}\right)",
)
def likelihood_divergence(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    passes: Annotated[int, Field(ge=1, le=1000, description="Passes over the training images that fit the variances.")] = 20,
    centres: Annotated[int, Field(ge=2, description="Most synthetic images that are used, drawn at random.")] = 10_000,
    seed: int = 0,
) -> Score:
    """How unlikely real images are where synthetic ones crowd: fidelity, variety and copying at once; about 0 for a perfect generator.

    A Gaussian around each synthetic image gets the width under which the training images are likeliest. The value is 100 times what each
    feature of a held-out real image then loses in log-likelihood, against Gaussians around training images themselves. Around a copy
    of a training image the Gaussian shrinks to nothing and the held-out images become unlikely, so copying raises the value, without
    limit when all are copies. The tables have the generalisation gap (more negative: overfitted) and for each synthetic image the
    training image that it fits best, with its log-likelihood (high: memorised). It depends on the number of synthetic images.

    Raises:
        TooFewImages: real images are all the same, or training images are of one patient.

    References:
        Jiralerspong 2023, arXiv:2302.04440: FLD = 100 (NLL / D - baseline) on features standardised by the held-out images. Variances come
        from expectation maximisation, which reaches a higher training likelihood in 20 passes than the authors' Adam (rate 0.5, 50 passes,
        which stops before it has converged), and are at least 0.0001. The two differ by about 2 where the synthetic set is bad all over,
        and without bound where it leaves out whole clusters (139 here against 49 there in one such world). Baseline: as
        many training images as there are synthetic ones, at most half, are centres, the rest is fitted; no patient is on both sides, and
        each gives one centre before a second. Features that do not vary among the held-out images are left out.
    """
    scaled = _Scale(real)
    order = by_content(synthetic)
    if len(order) > centres:
        order = np.random.default_rng([seed, 1]).permutation(order)[:centres]
    points = scaled.of(train, train_order := by_content(train))
    held_out = scaled.of(real, by_content(real))
    mixture = mixture_of(scaled.of(synthetic, order), len(points))
    mixture.fit(points, passes)
    width: int = held_out.shape[1]
    losses = [-100 * float(mixture.log_likelihoods(x).mean()) / width for x in (held_out, points)]

    def measure() -> float:
        rows, others = _halves(train, len(order), np.random.default_rng([seed, 2]))
        base = mixture_of(scaled.of(train, rows), len(others))
        base.fit(scaled.of(train, others), passes)
        return -100 * float(base.log_likelihoods(held_out).mean()) / width

    baseline = train.remember(("likelihood baseline", len(order), passes, seed), measure, real)
    fit, nearest = mixture.likeliest(points)
    rows = pd.DataFrame({"row": order, "memorisation": fit, "train_row": train_order[nearest]}).sort_values("row", ignore_index=True)
    parts = {"held-out loss": losses[0], "training loss": losses[1], "baseline": baseline, "generalisation gap": losses[1] - losses[0]}
    tables = {"memorisation": rows, "parts": pd.DataFrame({"quantity": parts.keys(), "value": parts.values()})}
    # Half the passes move the value by less than a tenth of what another half-sample does.
    return Score(losses[0] - baseline, tables=tables, note=scaled.note, repeat_with={"passes": -(-passes // 2)})


class _Scale:
    """Features standardised by the mean and standard deviation of the held-out images."""

    def __init__(self, real: FeatureSet) -> None:
        values = real.values[by_content(real)].astype(np.float64)
        self.used = np.ptp(values, axis=0) > 0  # (D,)
        if not self.used.any():
            raise TooFewImages(f"real has n = {len(real)} images that are all the same; features cannot be scaled by their spread.")
        self.mean, self.sd = values[:, self.used].mean(axis=0), values[:, self.used].std(axis=0, ddof=1)
        left = int((~self.used).sum())
        self.note = f"{left} features that do not vary among the real images are left out." if left else ""

    def of(self, features: FeatureSet, rows: np.ndarray) -> np.ndarray:  # (S, D') float32
        scaled: np.ndarray = ((features.values[rows][:, self.used] - self.mean) / self.sd).astype(np.float32)
        return scaled


def _halves(train: FeatureSet, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Up to `size` rows for centres, from half the patients, and the rows of all patients that gave none."""
    order = shuffled(train, rng)
    ends = np.flatnonzero(np.diff(train.units[order])) + 1
    if not len(ends):
        raise TooFewImages(f"train has n = {len(train)} images of one patient; the baseline needs two patients.")
    pool = order[: ends[min(int(np.searchsorted(ends, len(order) // 2)), len(ends) - 1)]]
    chosen = one_each(train, pool)[:size]
    return chosen, order[~np.isin(train.units[order], train.units[chosen])]
