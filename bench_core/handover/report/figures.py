"""The figures of a report and of a comparison."""

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from bench_core.handover.report.comparison import ReportComparison
from bench_core.handover.report.facts import NumberFacts, SetReport
from bench_core.handover.report.plot import Axis, Plot, diamond, dot
from bench_core.notation import interval, number, places_of

ROW = 24
LONGEST = 34
"""Letters of a name beside a figure."""


def against_null(numbers: Sequence[NumberFacts]) -> Markup | None:
    """Each number by how far it lies from what a perfect generator scores, in half widths of its range, worse to the right."""
    known = [(n, far) for n in numbers if (far := _far(n)) is not None]
    if not known:
        return None
    most = max(2.0, *(abs(far) for _, far in known)) * 1.3
    x = Axis("distance from a perfect generator, in half widths of its range; worse →", -most, most, "asinh")
    rows = [Stem(n.title, far, "diagnostic" if n.diagnostic else n.where, _said(n)) for n, far in known]
    return _stems("against-null", "How far each number lies from a perfect generator", x, rows, "the range of a perfect generator")


class Stem(NamedTuple):
    """One row of a figure of distances from 0; what lies worse is a diamond."""

    title: str
    far: float
    style: str
    words: str


def _stems(key: str, title: str, x: Axis, rows: Sequence[Stem], within: str) -> Markup:
    """Distances by name, the first one on top, over the band from -1 to 1, which `within` names."""
    names, top = [_short(row.title) for row in rows][::-1], len(rows) - 0.3
    plot = Plot(key, title, x, Axis("", -0.7, top, names=names), width=760, height=ROW * len(rows) + 74, left=250, zooms="x")
    plot.box((-1, 1), (-0.7, top), "null", within)
    for place, row in enumerate(rows[::-1]):
        plot.line([(0, place), (row.far, place)], f"stem {row.style}")
        shape = diamond(row.style) if row.style == "worse" else dot(row.style)
        plot.mark(row.far, place, shape, f"{row.title}: {row.words}")
    return plot.svg()


def _far(one: NumberFacts) -> float | None:
    if one.status != "ok" or None in (one.matched, one.null, one.null_low, one.null_high):
        return None
    assert one.matched is not None and one.null is not None and one.null_low is not None and one.null_high is not None
    off = one.matched - one.null
    half = (one.null_high - one.null) if off > 0 else (one.null - one.null_low)
    steps = 0.0 if off == 0 else min(abs(off) / half, 1e4) if half > 0 else 1e4
    if one.goal == "maximize":
        return steps if off < 0 else -steps
    return steps if one.goal != "minimize" or off > 0 else -steps


def _said(one: NumberFacts) -> str:
    row = one.model_dump()
    places = places_of(one.null)
    return f"{number(one.matched, places_of(one.matched))}, perfect {number(one.null, places)} " + interval(
        {"low": row["null_low"], "high": row["null_high"]}, places
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def distances(report: SetReport) -> Markup | None:
    """How far images lie from their nearest training images, beside held-out patients."""
    found = report.distances
    if found is None:
        return None
    top = max([*found.synthetic, *found.held_out, 0.01]) * 1.1
    x = Axis("distance / spacing of the training images there", 0, found.edges[-1])
    plot = Plot("distances", "Distances to the nearest training image", x, Axis("share of images", 0, top))
    for shares, style, words in ((found.held_out, "bar real", "held-out"), (found.synthetic, "bar synthetic", "synthetic")):
        for low, high, share in zip(found.edges, found.edges[1:], shares, strict=False):
            if share:
                plot.box((low, high), (0, share), style, f"{words}: {share:.1%} from {low:.2f} to {high:.2f}")
    return plot.svg()


def curves(report: SetReport) -> Markup | None:
    """ROC curves of the attacks, the steepest ones drawn last."""
    known = sorted((a for a in report.attacks if a.curve), key=lambda a: a.auc or 0)
    if not known:
        return None
    plot = Plot("curves", "Attacks on membership", Axis("held-out patients taken for members", 0, 1), Axis("members found", 0, 1))
    plot.line([(0, 0), (1, 1)], "chance", "chance")
    for one in known:
        style = "leak" if one.verdict == "leak" else "quiet"
        plot.line([(0, 0), *one.curve, (1, 1)], f"curve {style}", f"{one.title}: area {number(one.auc)}, {one.verdict}")
    return plot.svg()


def plane(report: SetReport) -> Markup | None:
    """The images of both sets where the real ones vary most."""
    found = report.plane
    if found is None or not (found.real or found.synthetic):
        return None
    sides = []
    for side, title in ((0, "first"), (1, "second")):
        values = [place[side] for place in [*found.real, *found.synthetic]]
        room = 0.04 * (max(values) - min(values)) or 1.0
        sides.append(Axis(f"{title} axis of the real images", min(values) - room, max(values) + room))
    plot = Plot("plane", "Real and synthetic images in the plane in which real ones vary most", sides[0], sides[1])
    plot.points(found.real, "real")
    plot.points(found.synthetic, "synthetic")
    return plot.svg()


def differences(comparison: ReportComparison) -> Markup | None:
    """Each difference in its own standard deviations; what lies outside two of them is outside its interval."""
    known = [(d, d.steps) for d in comparison.differences if d.steps is not None]
    if not known:
        return None
    most = max(3.0, *(abs(steps) for _, steps in known)) * 1.2
    x = Axis("second minus first, in half widths of its interval; worse →", -most, most, "asinh")
    rows = [Stem(d.title, steps, d.verdict if d.verdict in ("worse", "better") else "inside", d.words) for d, steps in known]
    return _stems("differences", "How far the second report is from the first", x, rows, "within the interval of no difference")
