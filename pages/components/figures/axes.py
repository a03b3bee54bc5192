"""Axes of figures: what range they cover, whether they are logarithmic, and where a value stands on one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bench_core.api import Metric
from pages.components.style.numbers import arrow


@dataclass(frozen=True)
class Axis:
    """One axis of a figure of sets.

    Attributes:
        side: `x` or `y`, the columns of the points that belong to it.
        at: (N,) where the points stand.
        bars: (N, 2) where their error bars end.
        null: the range of a perfect generator; NaN where there is none, or it is not drawn.
        log: whether it is logarithmic.
        span: its lowest and highest value, as exponents of ten where `log`; None where there is nothing to draw.
    """

    side: str
    metric: Metric
    at: np.ndarray
    bars: np.ndarray
    null: tuple[float, float]
    log: bool
    span: list[float] | None

    @classmethod
    def of(cls, points: pd.DataFrame, side: str, metric: Metric, null: bool) -> "Axis":
        """The axis of that side for these points (see `fronts.trade_off_points`): matched values where the `null` is drawn."""
        at = points[f"{side}_matched" if null else f"{side}_value"].fillna(points[f"{side}_value"]).to_numpy(float)
        bars = bar_ends(points, at, side, metric)
        log = metric.log_axis and is_wide(at)
        ends = (points[f"{side}_null_low"].median(), points[f"{side}_null_high"].median()) if null else (np.nan, np.nan)
        return cls(side, metric, at, bars, ends, log, extent(at, np.append(bars.ravel(), ends), log))

    def layout(self, encoder: str) -> dict[str, Any]:
        """Title, kind, range and ticks; the encoder's name stands behind the metric's."""
        space = f", {encoder}" if encoder else ""
        unit = f" ({self.metric.unit})" if self.metric.unit else ""
        better = arrow(self.metric, self.side)  # type: ignore[arg-type]
        title = f"{self.metric.title}{space}{unit} <span style='font-size:12px'>{better}</span>"
        ticks = log_ticks(self.at) if self.log else {}
        return {**ticks, "title": {"text": title}, "type": "log" if self.log else "linear", "range": self.span}

    def place(self, values: np.ndarray) -> np.ndarray:
        """Positions, 0 at the lower and 1 at the upper end; what lies beyond is at the end."""
        low, high = self.span or [0.0, 1.0]
        values = np.asarray(values, dtype=float)
        if self.log:
            values = np.log10(np.maximum(values, 10.0**low))
        return np.clip((values - low) / (high - low), 0, 1)


def bar_ends(points: pd.DataFrame, at: np.ndarray, side: str, metric: Metric) -> np.ndarray:  # (N, 2)
    """Where the error bars end: the interval of the value, moved to where the point stands, within what the metric can be."""
    value, low, high = points[[f"{side}_value", f"{side}_low", f"{side}_high"]].to_numpy(float).T
    ends = np.column_stack([at + low - value, at + high - value])
    least, most = ((-np.inf, np.inf)[i] if b is None else b for i, b in enumerate(metric.bounds))
    return np.clip(ends, least, most)


def is_wide(values: np.ndarray) -> bool:
    """Whether a logarithmic axis helps: all positive and a factor of three apart."""
    return bool((values > 0).all() and values.max() > 3 * values.min())


def log_ticks(values: np.ndarray) -> Mapping[str, Any]:
    """Ticks at 1, 2, 5 of each decade (all digits within one decade) around positive values, written out in full."""
    values = values[values > 0]
    low, high = np.log10(values.min()) - 0.3, np.log10(values.max()) + 0.3
    digits = (1, 2, 5) if high - low > 1.2 else (1, 1.5, 2, 3, 4, 5, 6, 8)
    ticks = [d * 10.0**e for e in range(int(np.floor(low)), int(np.ceil(high)) + 1) for d in digits]
    ticks = [t for t in ticks if low <= np.log10(t) <= high]
    return {"tickvals": ticks, "ticktext": [f"{t:g}" for t in ticks]}


def extent(values: np.ndarray, ends: np.ndarray, log: bool) -> list[float] | None:
    """The range of an axis: all points, the bars and the band as far as they do not dwarf the points, and zero where it is near.

    Args:
        values: (N,) the points. ends: ends of bars and band; NaN where there are none.

    Returns:
        Lowest and highest, as exponents of ten where `log`; None where there is nothing to draw.
    """
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    everything = np.append(values, ends[np.isfinite(ends)])
    if log:  # a bar or band that reaches zero would take decades; it is cut at a third of the lowest point
        everything = np.log10(np.maximum(everything, values.min() / 3))
    low, high = float(everything.min()), float(everything.max())
    pad = 0.08 * (high - low) or 0.5
    if not log and 0 <= low <= 0.5 * high:
        return [min(0.0, low) - 0.02 * high, high + pad]
    return [low - pad, high + pad]
