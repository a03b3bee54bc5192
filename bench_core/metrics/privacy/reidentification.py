from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.features import FeatureSet
from bench_core.metrics.held_out import cut, rank_of
from bench_core.metrics.paired import paired
from bench_core.registry import metric

RATES = (0.001, 0.01, 0.05, 0.1)


@metric(
    title="Re-identification",
    family="privacy",
    goal="minimize",
    bounds=(0, 1),
    share_of="synthetic",
    paper="doi:10.1038/s41598-022-19045-3",
    min_samples=1,
    formula=r"\frac{1}{M} \left|\{\, s : \min_{t} d(s, t) < c \,\}\right|, \quad c: \text{ a share } \alpha \text{ of held-out patients"
    r" has } \min_{t} d(r, t) < c",
)
def reidentification(
    train: FeatureSet,
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    false_matches: Annotated[
        float, Field(ge=0.0001, le=0.5, description="Held-out patients that a search of all training patients may match with one.")
    ] = 0.01,
) -> Score:
    """Share of synthetic images that a search of the training patients matches with one of them, at 1 % false matches.

    Similarity is nearness in the encoder: how sharp that is, the table says by the share of real images that are matched with another
    film of their own patient at the same cut. An encoder that was trained to recognise patients makes the number mean its name; in
    another one it is nearness, and no match found is no proof.

    References:
        Packhäuser 2022, doi:10.1038/s41598-022-19045-3, whose network was trained for it; here any encoder. The rate is that of a whole
        search (false positive identification, ISO/IEC 19795-1): held-out patients, who are none of the training patients, are matched
        with one of them. A rate of single pairs would, over thousands of training images, match everybody. A patient counts once; P
        patients support no rate below 1 / (P + 1), which is taken then.
    """
    nearest, held_out = (features.neighbours(train, 1)[0][:, 0] for features in (synthetic, real))
    patients = len(np.unique(real.units))
    own = real.whole.remember("own patient", lambda: _own_patient(real.whole))[real.rows]
    rows = []
    for rate in sorted({*RATES, false_matches}):
        rank = rank_of(rate, patients)
        at = cut(held_out, real.units, rank)
        recognised = float((own[np.isfinite(own)] < at).mean()) if np.isfinite(own).any() else np.nan
        rows.append((rate, rank / (patients + 1), at, recognised, float((nearest < at).mean())))
    columns = ["asked", "false_matches", "distance", "own_patient_recognised", "synthetic_matched"]
    at = cut(held_out, real.units, rank_of(false_matches, patients))
    matched = (nearest < at).astype(float)
    least = 1 / (patients + 1)
    note = f"Cut at {least:.2%} false matches: {patients} held-out patients support no smaller rate." if false_matches < least else ""
    return Score(float(matched.mean()), per_image=matched, tables={"rates": pd.DataFrame(rows, columns=columns)}, note=note)


def _own_patient(real: FeatureSet) -> np.ndarray:  # (N,)
    """The distance of each image to the nearest other one of its patient; inf where there is none."""
    out = np.full(len(real), np.inf)
    if real.subjects is None:
        return out
    units = real.units
    order = np.argsort(units, kind="stable")
    for step in range(1, int(np.bincount(units).max())):
        one, other = order[:-step], order[step:]
        same = units[one] == units[other]
        one, other = one[same], other[same]
        apart = paired(real.take(one), real.values[other]) if len(one) else np.empty(0)
        np.minimum.at(out, one, apart)
        np.minimum.at(out, other, apart)
    return out
