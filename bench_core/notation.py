"""How numbers are written, everywhere: `0.182 [0.171, 0.195] · perfect: 0.044`."""

import math
from collections.abc import Mapping
from typing import Any, Literal

from bench_core.registry import Metric

Side = Literal["better", "worse", "inside", "unknown"]


def decimals(value: float, significant: int = 3) -> int:
    """How many decimals show that many significant digits of `value`, after rounding (0.9996 needs 2, not 3)."""
    if not value or not math.isfinite(value):
        return 0 if not value else significant
    exponent = math.floor(math.log10(abs(float(f"{value:.{significant - 1}e}"))))
    return max(0, significant - 1 - exponent)


def number(value: float | None, places: int | None = None) -> str:
    """Three significant digits, or `places` decimals; `–` for no number."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "–"
    if places is None and value and abs(value) < 1e-4:
        return f"{value:.2e}"
    text = f"{value:,.{decimals(value) if places is None else places}f}"
    return text.removeprefix("-") if float(text.replace(",", "")) == 0 else text


def _present(value: Any) -> bool:
    return value is not None and not (isinstance(value, float) and math.isnan(value))


def interval(row: Mapping[str, Any], places: int | None = None) -> str:
    """`[0.171, 0.195]`, empty where the row has no interval."""
    if not (_present(row.get("low")) and _present(row.get("high"))):
        return ""
    return f"[{number(row['low'], places)}, {number(row['high'], places)}]"


def places_of(value: float | None) -> int:
    """Decimals of three significant digits, four at most."""
    return min(decimals(value), 4) if _present(value) else 0  # type: ignore[arg-type]


def compared(row: Mapping[str, Any]) -> float | None:
    """The number that stands large: with a null the one at its sizes, since only that compares with it; else the value."""
    found = row["matched"] if _present(row.get("matched")) and _present(row.get("null")) else row.get("value")
    return float(found) if _present(found) else None  # type: ignore[arg-type]


def perfect(row: Mapping[str, Any]) -> str:
    """`perfect 0.602 [0.551, 0.653]`: what a perfect generator scores, and its range, in one precision whatever it stands beside."""
    if not _present(row.get("null")):
        return ""
    places = places_of(row["null"])
    ends = interval({"low": row.get("null_low"), "high": row.get("null_high")}, places)
    return f"perfect {number(row['null'], places)} {ends}".strip()


def of_all(row: Mapping[str, Any]) -> str:
    """`all images 0.370 [0.345, 0.396]`: the value, which is what one quotes, and its interval."""
    if not _present(row.get("value")):
        return ""
    places = places_of(row["value"] or row.get("high"))  # nothing found is no reason to round its interval away
    return f"all images {number(row['value'], places)} {interval(row, places)}".strip()


def sentence(row: Mapping[str, Any]) -> str:
    """What compares with a perfect generator, what that scores, the value of all images; then what warns of the number."""
    large = compared(row)
    if large is None:
        return "–"
    warning = f"⚠ {row['message']}" if row.get("message") else ""
    return " · ".join(part for part in (number(large, places_of(large)), perfect(row), of_all(row), warning) if part)


def arrow(metric: Metric, axis: Literal["x", "y"] = "y") -> str:
    """`↓ better`, `→ better`, `best at 0.5`: which way is better, along the axis where it stands."""
    if metric.goal == "minimize":
        return "← better" if axis == "x" else "↓ better"
    if metric.goal == "maximize":
        return "→ better" if axis == "x" else "↑ better"
    return f"best at {metric.goal.value:g}"


def side(row: Mapping[str, Any], metric: Metric | None) -> Side:
    """Whether the matched value lies inside the range in which a perfect generator falls, or on which side of it.

    Outside it is worse where no side is the better one, or nothing is known of the metric.
    """
    matched, low, high = (row.get(k) for k in ("matched", "null_low", "null_high"))
    if matched is None or low is None or high is None or math.isnan(matched + low + high):
        return "unknown"
    if low <= matched <= high:
        return "inside"
    goal = None if metric is None else metric.goal
    if goal == "minimize":
        return "better" if matched < low else "worse"
    if goal == "maximize":
        return "better" if matched > high else "worse"
    return "worse"


def duration(seconds: float | None) -> str:
    """`8 s`, `2 min`, `1 h 05 min`."""
    if seconds is None or not math.isfinite(seconds):
        return "unknown"
    if seconds < 100:
        return f"{seconds:.0f} s" if seconds >= 1 else "under 1 s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def counted(number: int, noun: str) -> str:
    """`1 image`, `2 images`, `1,200 images`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def size(stored: float) -> str:
    """Bytes as people say them: `3.1 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if stored < 1000 or unit == "GB":
            return f"{stored:.0f} {unit}" if unit == "B" or stored >= 100 else f"{stored:.1f} {unit}"
        stored /= 1000
    raise AssertionError("unreachable")
