"""Two figures of numbers by finding: a heat map of generators and findings, and the score against how common a finding is."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from bench_core.api import Metric
from pages.components.figures.axes import extent, is_wide, log_ticks
from pages.components.figures.charts import blank
from pages.components.figures.point_labels import label_sides
from pages.components.figures.subgroup_numbers import spread_apart
from pages.components.style.numbers import arrow, compared, decimals, number, of_all, perfect, places_of
from pages.components.style.palette import GREY, INK, Look, Theme

FAR = 16.0
"""Positions beyond this many half-ranges have the deepest colour."""
SCALE: Mapping[Theme, tuple[str, str, str]] = {"dark": ("#1F7A6F", "#232A32", "#C2501B"), "light": ("#8FD0C5", "#F1F3F5", "#F0A17C")}
"""Better, inside, worse. The tones are those of coloured numbers in tables, dark or light enough for text to stand on."""


def tone(position: np.ndarray) -> np.ndarray:
    """0 within the range of a perfect generator, then the logarithm of how far outside, 1 at FAR; negative on the better side."""
    far = np.abs(np.asarray(position, dtype=float))
    return np.sign(position) * np.clip(np.log(np.maximum(far, 1)) / np.log(FAR), 0, 1)


def heat_map(
    cells: pd.DataFrame, metric: Metric, theme: Theme, share: Mapping[str, float], selected: tuple[str, str], row_height: int = 33
) -> go.Figure:
    """Findings (common ones first) by generators: colour is the position in the range of a perfect generator, text that number and n.

    Trace 0 is the colour, trace 1 the same for small n (paler), trace 2 the text, trace 3 takes clicks: its `customdata` is the row of
    `cells`.
    """
    groups, names = cells["group"].drop_duplicates().tolist(), cells["set_name"].drop_duplicates().tolist()
    x, y = cells["set_name"].map(names.index).to_numpy(), cells["group"].map(groups.index).to_numpy()
    records = cells.to_dict("records")
    ends = [(i, j) for i, j, r in zip(x, y, records, strict=True) if (r["set_name"], r["group"]) == selected]
    frame = [
        {"type": "rect", "line": {"width": 2.5, "color": INK[theme]}, "x0": i - 0.48, "x1": i + 0.48, "y0": j - 0.47, "y1": j + 0.47}
        for i, j in ends
    ]
    figure = blank(theme, 130 + row_height * len(groups), dragmode=False, shapes=frame, margin={"l": 8, "r": 64, "t": 8, "b": 8})
    _add_colours(figure, cells, x, y, theme)
    _add_texts(figure, cells, x, y, theme)
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        customdata=[str(i) for i in range(len(cells))],
        marker={"symbol": "square", "size": row_height - 2, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        text=[_hover(r, metric) for r in records],
        hovertemplate="%{text}<extra></extra>",
    )
    labels = [f"{g}  <span style='font-size:11px;color:{GREY[theme]}'>{share.get(g, 0):.1%}</span>" for g in groups]
    plain = {"showgrid": False, "ticks": "", "showline": False, "zeroline": False, "fixedrange": True}
    figure.update_xaxes(
        tickvals=list(range(len(names))), ticktext=names, side="top", range=[-0.5, len(names) - 0.5], tickangle=-35,
        ticklabeloverflow="allow", **plain,
    )  # fmt: skip
    return figure.update_yaxes(tickvals=list(range(len(groups))), ticktext=labels, range=[len(groups) - 0.5, -0.5], **plain)


def _add_colours(figure: go.Figure, cells: pd.DataFrame, x: np.ndarray, y: np.ndarray, theme: Theme) -> None:
    """The colour of each cell, those of small n apart and paler."""
    better, inside, worse = SCALE[theme]
    for small, opacity in ((False, 1.0), (True, 0.4)):
        z = np.full((y.max() + 1, x.max() + 1), np.nan)
        chosen = (cells["small"] == small).to_numpy()
        z[y[chosen], x[chosen]] = tone(cells["position"].to_numpy(float)[chosen])
        figure.add_heatmap(
            z=z, zmin=-1, zmax=1, colorscale=[[0, better], [0.5, inside], [1, worse]], opacity=opacity, xgap=2, ygap=2,
            hoverinfo="skip", showscale=not small, colorbar=_legend(),
        )  # fmt: skip


def _add_texts(figure: go.Figure, cells: pd.DataFrame, x: np.ndarray, y: np.ndarray, theme: Theme) -> None:
    """The number that compares with a perfect generator, and the n, of each cell."""
    middling = pd.Series([compared(r) for r in cells.to_dict("records")], dtype=float).abs().median()
    places = decimals(middling) if np.isfinite(middling) else 3
    texts = np.full((y.max() + 1, x.max() + 1), "", dtype=object)
    texts[y, x] = [_text(r, theme, places) for r in cells.to_dict("records")]
    figure.add_heatmap(
        z=np.zeros(texts.shape), colorscale=[[0, "rgba(0,0,0,0)"], [1, "rgba(0,0,0,0)"]], showscale=False, hoverinfo="skip", text=texts,
        texttemplate="%{text}", textfont={"size": 12, "color": INK[theme]},
    )  # fmt: skip


def _legend() -> dict[str, object]:
    at = [-1, float(tone(np.array(-4.0))), 0, float(tone(np.array(4.0))), 1]
    return {
        "orientation": "h",
        "y": -0.01,
        "yanchor": "top",
        "thickness": 9,
        "outlinewidth": 0,
        "len": 0.7,
        "tickvals": at,
        "ticktext": [f"{FAR:.0f}× better", "4×", "perfect", "4×", f"{FAR:.0f}× worse"],
        "tickfont": {"size": 11},
    }


def _text(row: Mapping[str, object], theme: Theme, places: int) -> str:
    """The number that compares (at most so many decimals) and the n; bold outside the range of a perfect generator, grey for small n."""
    if row["status"] != "ok":
        return f"<span style='color:{GREY[theme]}'>–<br><span style='font-size:10px'>n {row['n_synthetic']}</span></span>"
    score = float(str(compared(row)))
    value, outside = number(score, min(places, decimals(score))), abs(float(str(row["position"]))) > 1
    text = f"{'<b>' if outside else ''}{value}{'</b>' if outside else ''}<br><span style='font-size:10px'>n {row['n_synthetic']}</span>"
    return f"<span style='color:{GREY[theme]}'>{text}</span>" if row["small"] else text


def _hover(row: Mapping[str, object], metric: Metric) -> str:
    lines = [f"<b>{row['set_name']}</b> · {row['group']}"]
    if row["status"] != "ok":
        return "<br>".join([*lines, f"{row['status']}: {row['message']}"])
    large = compared(row)
    lines.append(f"{metric.title}, at the sizes that compare: {number(large, places_of(large))}")
    lines += [text for text in (perfect(row), of_all(row)) if text]
    return "<br>".join([*lines, f"n = {row['n_synthetic']} synthetic, {row['n_real']} real"])


def long_tail(
    cells: pd.DataFrame,
    metric: Metric,
    look: Look,
    theme: Theme,
    share: Mapping[str, float],
    selected: str,
    height: int = 380,
) -> go.Figure:
    """Matched score against the share of real images with a finding (log), the selected set large, the others pale behind it.

    The grey bar of each finding is the range of a perfect generator at the selected set's n: it widens and moves where n is small. What
    lies outside of it may be a failure; one in twenty does so by chance. Findings equally common are moved apart a little. The axis holds
    the selected set; points of other sets beyond it are left out.
    """
    done = cells[(cells["status"] == "ok") & np.isfinite(cells["matched"].astype(float))]
    groups = [g for g in done["group"].drop_duplicates() if share.get(g, 0) > 0]
    figure = blank(theme, height)
    if not groups:
        return figure
    logs = np.log10([share[g] for g in groups])
    span = max(float(np.ptp(logs)), 0.3)
    at = dict(zip(groups, spread_apart(logs, span / 36), strict=True))
    done = done[done["group"].isin(groups)]
    own = done[done["set_name"] == selected]
    log = metric.log_axis and is_wide(done["matched"].to_numpy(float))
    near = own if len(own) else done
    reach = extent(near["matched"].to_numpy(float), near[["null_low", "null_high", "null"]].to_numpy(float).ravel(), log)
    floor = 10 ** reach[0] if log and reach else -np.inf
    figure.update_layout(
        shapes=[shape for row in own.to_dict("records") for shape in _null(row, at[row["group"]], span / 90, floor, theme)]
    )
    for name in [*(n for n in done["set_name"].drop_duplicates() if n != selected), selected]:
        _series(figure, done[done["set_name"] == name], at, look, theme, metric, name == selected)
    if len(own):
        _labels(figure, own, at, log, reach, theme)
    ticks = log_ticks(np.array([100 * share[g] for g in groups]))
    figure.update_xaxes(
        type="log", tickvals=[t / 100 for t in ticks["tickvals"]], ticktext=[f"{t} %" for t in ticks["ticktext"]],
        title_text="share of real images with it", range=[min(at.values()) - 0.08 * span, max(at.values()) + 0.08 * span],
    )  # fmt: skip
    shown = log_ticks(done["matched"].to_numpy(float)) if log else {}
    title = f"{metric.title}, matched <span style='font-size:12px'>{arrow(metric)}</span>"
    return figure.update_yaxes(type="log" if log else "linear", title_text=title, range=reach, **shown)


def _null(row: Mapping[str, float], x: float, half: float, floor: float, theme: Theme) -> list[dict[str, object]]:
    """The range of a perfect generator as a grey bar at `x` (an exponent of ten), and its mean as a line."""
    low, high, null = max(row["null_low"], floor), row["null_high"], max(row["null"], floor)
    across = {"x0": 10 ** (x - half), "x1": 10 ** (x + half)}
    shapes: list[dict[str, object]] = []
    if np.isfinite([low, high]).all():
        shapes.append(
            {"type": "rect", "layer": "below", "line": {"width": 0}, "fillcolor": GREY[theme], "opacity": 0.4, "y0": low, "y1": high}
        )
    if np.isfinite(null):
        shapes.append({"type": "line", "line": {"width": 2, "color": INK[theme]}, "y0": null, "y1": null})
    return [{**shape, **across} for shape in shapes]


def _series(figure: go.Figure, rows: pd.DataFrame, at: Mapping[str, float], look: Look, theme: Theme, metric: Metric, front: bool) -> None:
    if rows.empty:
        return
    name = str(rows["set_name"].iloc[0])
    style = look.of(name, rows["generator"].iloc[0])
    opacity = [(0.45 if small else 1.0) if front else 0.28 for small in rows["small"]]
    figure.add_scatter(
        x=[10 ** at[g] for g in rows["group"]],
        y=rows["matched"].astype(float),
        mode="markers",
        name=name,
        customdata=[str(i) for i in rows.index],
        text=[_hover(r, metric) for r in rows.to_dict("records")],
        hovertemplate="%{text}<extra></extra>",
        marker={"symbol": style.marker, "color": style.colour(theme), "size": 12 if front else 7, "opacity": opacity},
        selected={"marker": {}},
        unselected={"marker": {"opacity": 1 if front else 0.28}},
    )


def _labels(figure: go.Figure, own: pd.DataFrame, at: Mapping[str, float], log: bool, reach: list[float] | None, theme: Theme) -> None:
    """The names of the findings beside the points of the selected set, where they cover least."""
    low, high = reach or [0.0, 1.0]
    places = np.array([at[g] for g in own["group"]])
    values = own["matched"].to_numpy(float)
    heights = (np.log10(np.maximum(values, 1e-12)) if log else values) - low
    span = max(float(np.ptp(places)), 1e-9)
    names = own["group"].tolist()
    sides = label_sides((places - places.min()) / span, heights / (high - low), names, width=540, height=290)
    figure.add_scatter(
        x=10**places,
        y=values,
        mode="text",
        text=names,
        textposition=sides,
        textfont={"size": 11, "color": [GREY[theme] if s else INK[theme] for s in own["small"]]},
        hoverinfo="skip",
        showlegend=False,
        cliponaxis=False,
    )
