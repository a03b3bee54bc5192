"""The analysis of variance of Obuchowski and Rockette for several readers who read the same cases, with the degrees of freedom of Hillis.

It takes any figure of merit that each reader has under each modality (an ROC area, an accuracy) and the covariances that it has from
drawing cases. What is found holds for other readers and cases, for these readers and other cases, or for other readers and these cases.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

Scope = Literal["readers and cases", "cases", "readers"]
SCOPES: tuple[Scope, ...] = ("readers and cases", "cases", "readers")


@dataclass(frozen=True)
class Components:
    """Mean squares and mean covariances; arrays where many studies are judged at once.

    Attributes:
        values: the figure of merit.  (..., T, R)
        ms_modality, ms_reader, ms_both: mean squares; NaN where there is one modality or one reader.
        variance: mean over the arms; cov1: the same reader under two modalities; cov2: two readers under one; cov3: both differ.
    """

    values: np.ndarray
    ms_modality: np.ndarray
    ms_reader: np.ndarray
    ms_both: np.ndarray
    variance: np.ndarray
    cov1: np.ndarray
    cov2: np.ndarray
    cov3: np.ndarray

    @property
    def reader_variance(self) -> np.ndarray:
        """Between readers, whatever the modality; an estimate, which chance can make negative."""
        found: np.ndarray = (self.ms_reader - self.ms_both) / self.values.shape[-2] - self.cov1 + self.cov3
        return found

    @property
    def interaction_variance(self) -> np.ndarray:
        """Of readers by modality."""
        found: np.ndarray = self.ms_both - self.variance + self.cov1 + np.maximum(self.cov2 - self.cov3, 0)
        return found


@dataclass(frozen=True)
class Estimate:
    """A mean or a difference with its 95 percent interval (or of the level asked for), and a test of whether it is `null`.

    Attributes:
        df: degrees of freedom; inf where the normal distribution is used.
    """

    value: np.ndarray
    se: np.ndarray
    df: np.ndarray
    low: np.ndarray
    high: np.ndarray
    p_value: np.ndarray
    null: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """The test of whether all modalities are alike.

    Attributes:
        f: with `df_modalities` and `df` degrees of freedom; where `df` is inf, f times `df_modalities` is chi squared.
    """

    f: np.ndarray
    df_modalities: int
    df: np.ndarray
    p_value: np.ndarray


def components(values: np.ndarray, covariance: np.ndarray) -> Components:
    """Of a figure of merit, and of its covariances from drawing cases.

    Args:
        values: (..., T, R).
        covariance: (..., T R, T R), in the order of `values`.
    """
    modalities, readers = values.shape[-2:]
    grand = values.mean((-1, -2), keepdims=True)
    of_modality, of_reader = values.mean(-1, keepdims=True), values.mean(-2, keepdims=True)
    rest = values - of_modality - of_reader + grand
    same_modality = np.kron(np.eye(modalities), np.ones((readers, readers)))
    same_reader = np.kron(np.ones((modalities, modalities)), np.eye(readers))
    same = np.eye(modalities * readers)
    return Components(
        values,
        _square(of_modality - grand, modalities - 1) * readers,
        _square(of_reader - grand, readers - 1) * modalities,
        _square(rest, (modalities - 1) * (readers - 1)),
        _mean(covariance, same),
        _mean(covariance, same_reader - same),
        _mean(covariance, same_modality - same),
        _mean(covariance, (1 - same_modality) * (1 - same_reader)),
    )


def _square(deviations: np.ndarray, degrees: int) -> np.ndarray:
    total = (deviations**2).sum((-1, -2))
    return total / degrees if degrees else np.full_like(total, np.nan)


def _mean(matrix: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    return (matrix * chosen).sum((-1, -2)) / chosen.sum() if chosen.any() else np.zeros(matrix.shape[:-2])


def compare_modalities(parts: Components, scope: Scope = "readers and cases") -> Comparison:
    """Whether the modalities differ.

    References:
        Obuchowski and Rockette 1995, doi:10.1080/03610919508813243; degrees of freedom of Hillis 2007, doi:10.1002/sim.2532.
        With fixed readers the statistic is that of Hillis et al. 2005, doi:10.1002/sim.2024, chi squared.
    """
    from scipy.stats import f

    modalities = parts.values.shape[-2]
    noise, df = _noise(parts, scope)
    with np.errstate(invalid="ignore", divide="ignore"):
        statistic = parts.ms_modality / noise
    df_modalities = modalities - 1
    return Comparison(statistic, df_modalities, df, f.sf(statistic, df_modalities, np.minimum(df, 1e12)))


def _noise(parts: Components, scope: Scope) -> tuple[np.ndarray, np.ndarray]:
    """The mean square that the modalities' one has where they are alike, and its degrees of freedom."""
    modalities, readers = parts.values.shape[-2:]
    shared = np.maximum(parts.cov2 - parts.cov3, 0)
    if scope == "cases":
        noise = parts.variance - parts.cov1 + (readers - 1) * shared
        return noise, np.full_like(noise, np.inf)
    free = (modalities - 1) * (readers - 1)
    if scope == "readers":
        return parts.ms_both, np.full_like(parts.ms_both, free)
    noise = parts.ms_both + readers * shared
    with np.errstate(invalid="ignore", divide="ignore"):
        return noise, np.where(parts.ms_both > 0, noise**2 / (parts.ms_both**2 / max(free, 1)), np.inf)


def difference(parts: Components, first: int, second: int, scope: Scope = "readers and cases", level: float = 0.95) -> Estimate:
    """Mean figure of merit of one modality less that of another, by places; with all modalities' error."""
    noise, df = _noise(parts, scope)
    means = parts.values.mean(-1)
    se = np.sqrt(np.maximum(noise, 0) * 2 / parts.values.shape[-1])
    return estimate(means[..., first] - means[..., second], se, df, level=level)


def mean_over_readers(
    values: np.ndarray, covariance: np.ndarray, scope: Scope = "readers and cases", *, null: float = 0.5, level: float = 0.95
) -> Estimate:
    """Mean figure of merit (between 0 and 1) of the readers under one modality, against `null`; see `estimate_share`.

    Args:
        values: (..., R).
        covariance: (..., R, R), from drawing cases.

    References:
        Hillis 2007, doi:10.1002/sim.2532, section on one modality. With one reader only `cases` has an interval; NaN else.
    """
    readers = values.shape[-1]
    off = covariance.sum((-1, -2)) - np.trace(covariance, axis1=-2, axis2=-1)
    cov2 = off / max(readers * (readers - 1), 1)
    spread = values.var(-1, ddof=1) if readers > 1 else np.full(values.shape[:-1], np.nan)
    if scope == "cases":
        total, df = np.trace(covariance, axis1=-2, axis2=-1) / readers + (readers - 1) * cov2, np.full(spread.shape, np.inf)
    elif scope == "readers":
        total, df = spread, np.full(spread.shape, float(readers - 1))
    else:
        total = spread + readers * np.maximum(cov2, 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            df = np.where(spread > 0, total**2 / (spread**2 / max(readers - 1, 1)), np.where(np.isnan(spread), np.nan, np.inf))
    return estimate_share(values.mean(-1), np.sqrt(np.maximum(total, 0) / readers), df, null=null, level=level)


def estimate(value: np.ndarray, se: np.ndarray, df: np.ndarray, *, null: float = 0.0, level: float = 0.95) -> Estimate:
    """With the interval and the two-sided p of Student's distribution; NaN for both where the standard error is 0 or not known."""
    low, high, p = _student(np.asarray(value, float), np.asarray(se, float), np.asarray(df, float), null, level)
    return Estimate(np.asarray(value, float), np.asarray(se, float), np.asarray(df, float), low, high, p, null)


def estimate_share(value: np.ndarray, se: np.ndarray, df: np.ndarray, *, null: float = 0.5, level: float = 0.95) -> Estimate:
    """The same of an area or another number between 0 and 1: interval and p are made on the scale of log(value / (1 - value)).

    On the plain scale an interval near 1 covers too little (docs/reader_statistics.md has both). NaN for both at 0 and 1.

    References:
        Pepe 2003, "The statistical evaluation of medical tests", section 5.2.
    """
    value, se, df = (np.asarray(array, float) for array in (value, se, df))
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where((value > 0) & (value < 1), value, np.nan)
        low, high, p = _student(np.log(inside / (1 - inside)), se / (inside * (1 - inside)), df, np.log(null / (1 - null)), level)
    return Estimate(value, se, df, 1 / (1 + np.exp(-low)), 1 / (1 + np.exp(-high)), p, null)


def _student(value: np.ndarray, se: np.ndarray, df: np.ndarray, null: float, level: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    from scipy.stats import t

    free = np.where(np.isinf(df), 1e12, df)
    known = np.where(se > 0, se, np.nan)
    reach = t.ppf((1 + level) / 2, free) * known
    return value - reach, value + reach, 2 * t.sf(np.abs(value - null) / known, free)
