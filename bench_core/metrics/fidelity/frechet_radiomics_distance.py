from typing import Annotated

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.frechet import frechet
from bench_core.metrics.radiomics import radiomics
from bench_core.registry import metric

NAMED = 6
"""Left-out features that a note names; the table names all."""


@metric(
    title="Fréchet radiomics distance",
    family="fidelity",
    goal="minimize",
    paper="arXiv:2412.01496",
    heavy=True,
    slow_repeats=True,
    needs=("images",),
    formula=r"\log\left(\lVert \mu_R - \mu_S \rVert^2 + \operatorname{Tr}\left(C_R + C_S - 2\,(C_R C_S)^{1/2}\right)\right)",
)
def frechet_radiomics_distance(
    real: FeatureSet,
    synthetic: FeatureSet,
    *,
    features: Annotated[str, Field(description="Names of radiomic features, with commas; empty: all that can be compared.")] = "",
) -> Score:
    """Logarithm of the Fréchet distance between radiomic features (grey levels, textures, wavelets) of the images, whatever the encoder.

    Features are scaled by mean and standard deviation of the real images; those that are not finite everywhere, or the same on all real
    images, are left out and named. May be negative. Biased by the number of images as every Fréchet distance. Grey levels are normalised
    within each image, so that brightness and contrast as such do not count. Needs pyradiomics, and about a second per image.

    Raises:
        MissingPackage: pyradiomics is not installed; the hint says how to get it.
        TooFewImages: no feature is left.

    References:
        Konz & Osuala 2024, arXiv:2412.01496, version 1 with its settings: log of the squared distance as in the authors' code (the
        paper's equation 3 has the root: half of this). The mask is the whole image but one corner. The numeric diagnostics that their code
        counts as features (means of the file, numbers of voxels) are none here, and where it leaves out images with NaN, this leaves out
        the feature. On flat films pyradiomics skips the LoG filters, and 385 features remain.
    """
    names = [name.strip() for name in features.split(",") if name.strip()]
    value, used, left_out = log_distance(radiomics(real), radiomics(synthetic), names)
    some = ", ".join(left_out[:NAMED]) + (f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else "")
    note = f"Left out, not finite or constant: {some}." if left_out else ""
    tables = {"features": pd.DataFrame({"feature": [*used, *left_out], "used": [True] * len(used) + [False] * len(left_out)})}
    return Score(value, tables=tables, note=note, repeat_with={"features": ",".join(used)})


def log_distance(real: pd.DataFrame, synthetic: pd.DataFrame, names: list[str] | None = None) -> tuple[float, list[str], list[str]]:
    """Logarithm of the Fréchet distance of two tables of features (one row per image), the columns used and those left out.

    A distance below the rounding of the computation counts as that, so that equal tables have a finite value.

    Raises:
        TooFewImages: no column is finite in both tables and varies in `real`.
    """
    columns = names or list(dict.fromkeys([*real.columns, *synthetic.columns]))
    tables = [t.reindex(columns=columns).to_numpy(np.float64) for t in (real, synthetic)]
    finite = np.isfinite(tables[0]).all(axis=0) & np.isfinite(tables[1]).all(axis=0)
    mean, sd = np.zeros(len(columns)), np.zeros(len(columns))
    mean[finite], sd[finite] = tables[0][:, finite].mean(axis=0), tables[0][:, finite].std(axis=0)
    keep = finite & (sd > 1e-9 * np.abs(mean))  # the spread of a constant is rounding
    if not keep.any():
        raise TooFewImages(f"real has n = {len(real)} images, synthetic has {len(synthetic)}; no radiomic feature is finite and varies.")
    scaled = [FeatureSet((t[:, keep] - mean[keep]) / sd[keep]) for t in tables]
    floor = np.finfo(np.float32).eps * keep.sum()
    used = [c for c, k in zip(columns, keep, strict=True) if k]
    return float(np.log(max(frechet(*scaled), floor))), used, [c for c in columns if c not in set(used)]
