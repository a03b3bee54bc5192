"""Tables: every set at a glance, the numbers behind a chart, and their CSV."""

import base64
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import pandas as pd

from bench_core import api
from bench_core.api import Metric
from pages.components.images.grids import data_uri
from pages.components.style.numbers import against_null, arrow, counted, decimals, interval, number, sentence, side
from pages.components.style.palette import EDGES, GREY, INK, Style, Theme
from pages.components.tables.definitions import linked

HEADLINES = {
    "fidelity": "frechet_distance",
    "variety": "coverage",
    "alignment": "finding_agreement",
    "privacy": "closer_to_train",
    "utility": "tstr_auroc",
}
"""The metric that stands for its family in the table at a glance; where it is missing, the first one that has numbers."""
WORSE: Mapping[Theme, str] = {"dark": "#FF9A70", "light": "#A83A00"}
BETTER: Mapping[Theme, str] = {"dark": "#6FD3C6", "light": "#0F665B"}
SHAPES = {
    "circle": "<circle cx='8' cy='8' r='6'/>",
    "square": "<rect x='2.5' y='2.5' width='11' height='11'/>",
    "diamond": "<path d='M8 1 15 8 8 15 1 8Z'/>",
    "triangle-up": "<path d='M8 2 15 14H1Z'/>",
    "triangle-down": "<path d='M8 14 1 2H15Z'/>",
    "star": "<path d='M8 1l2 5h5l-4 3.4L12.500 15 8 11.600 3.500 15 5 9.400 1 6h5Z'/>",
    "x": "<path d='M3 1 8 6 13 1 15 3 10 8 15 13 13 15 8 10 3 15 1 13 6 8 1 3Z'/>",
    "cross": "<path d='M5.500 1h5v4.500H15v5h-4.500V15h-5v-4.500H1v-5h4.500Z'/>",
    "pentagon": "<path d='M8 1 15 6.500 12.300 15H3.700L1 6.500Z'/>",
    "hexagon": "<path d='M4.500 2h7L15 8l-3.500 6h-7L1 8Z'/>",
    "hourglass": "<path d='M2 1h12L2 15h12Z'/>",
}


CSS = """
.glance, .narrow { border-collapse: collapse; width: 100%; font-size: .93rem; color: INK; }
.narrow { font-size: .88rem; }
.glance small, .narrow small { color: GREY; font-size: .78rem; font-weight: 400; white-space: nowrap; }
.glance th, .glance td, .narrow th, .narrow td { text-align: left; padding: 5px 10px 5px 0; font-weight: 400; vertical-align: middle;
  border-bottom: 1px solid rgba(138,148,158,.28); }
.narrow th, .narrow td { padding: 4px 8px 4px 0; vertical-align: top; }
.narrow .family th { padding-top: 10px; color: GREY; font-weight: 600; }
.narrow .family:first-child th { padding-top: 0; }
.glance thead th { font-weight: 600; vertical-align: bottom; }
.glance tbody th { font-weight: 600; white-space: nowrap; }
.entry { color: inherit; text-decoration: underline dotted; text-underline-offset: 3px; }
.glance b, .narrow b { font-weight: 600; }
.glance .films { white-space: nowrap; }
.glance .films img { width: 54px; height: 54px; background: #000; border: 1px solid EDGE; border-radius: 3px; margin-right: 4px;
  display: inline-block; }
.glance .none, .narrow .none { opacity: .8; }
.wide { overflow-x: auto; }
@media (max-width: 1100px) { .glance .films img:nth-child(n+2) { display: none; } .glance { font-size: .86rem; }
.glance td small, .narrow td small { white-space: normal; } }
"""


def _style(theme: Theme) -> str:
    return f"<style>{CSS.replace('INK', INK[theme]).replace('GREY', GREY[theme]).replace('EDGE', EDGES['synthetic'])}</style>"


def swatch(style: Style, theme: Theme, size: int = 13) -> str:
    """The marker of a generator as an SVG picture, for tables and headings."""
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='{style.colour(theme)}'>{SHAPES[style.marker]}</svg>"
    code = base64.b64encode(svg.encode()).decode()
    return f"<img src='data:image/svg+xml;base64,{code}' width='{size}' height='{size}' alt='' style='vertical-align:-1px'>"


def headline_metrics(results: pd.DataFrame, metrics: Mapping[str, Metric]) -> dict[str, str]:
    """Family to the metric that stands for it, for the families that have finished numbers."""
    done = set(results.loc[(results["status"] == "ok") & (results["subgroup"] == "all"), "metric"])
    chosen = {}
    for family in api.FAMILIES:
        candidates = [HEADLINES.get(family, ""), *(m for m, info in metrics.items() if info.family == family)]
        first = next((m for m in candidates if m in done and m in metrics), None)
        if first:
            chosen[family] = first
    return chosen


def _cell(row: Mapping[str, Any] | None, metric: Metric, theme: Theme) -> str:
    if row is None:
        return "<td class='none'>–</td>"
    if row["status"] != "ok":
        return f"<td class='none' title='{escape(str(row['message']), quote=True)}'>{escape(str(row['status']))}</td>"
    where = side(row, metric)
    colour = {"worse": WORSE[theme], "better": BETTER[theme]}.get(where, "inherit")
    places = min(decimals(row["value"]), 4)
    words = {
        "worse": "worse than the range of a perfect generator",
        "better": "beyond the range of a perfect generator on the better side",
        "inside": "inside the range of a perfect generator",
        "unknown": "no range of a perfect generator is known",
    }[where]
    said = escape(str(row.get("message") or ""), quote=True)
    mark = f" <span role='img' aria-label='Warning: {said}' title='{said}'>⚠</span>" if said else ""
    return (
        f"<td title='{words}'><b style='color:{colour}'>{number(row['value'], places)}</b>{mark} <small>{interval(row, places)}</small><br>"
        f"<small>{against_null(row, places) or '&nbsp;'}</small></td>"
    )


def glance(
    results: pd.DataFrame, metrics: Mapping[str, Metric], look: Mapping[str, Style], theme: Theme, pictures: Mapping[str, Sequence[bytes]]
) -> str:
    """The table of the overview as HTML: one row per synthetic set with three of its images, one column per family, nulls below values."""
    chosen = headline_metrics(results, metrics)
    overall = results[(results["subgroup"] == "all")]
    head = "".join(
        f"<th title='{escape(metrics[m].summary, quote=True)}'>{linked(metrics[m])}<br><small>{family} · {arrow(metrics[m])}</small></th>"
        for family, m in chosen.items()
    )
    body = []
    for name, rows in overall.groupby("set_name", sort=False):
        by_metric = {r["metric"]: r for r in rows.to_dict("records")}
        generator = str(rows["generator"].iloc[0] or name)
        style = look.get(generator) or look[str(name)]
        images = "".join(
            f"<img src='{data_uri(p)}' alt='Synthetic chest X-ray of {escape(str(name), quote=True)}'>" for p in pictures.get(str(name), ())
        )
        count = rows["n_synthetic"].max()
        images_in_words = counted(int(count), "image") if pd.notna(count) else ""
        cells = "".join(_cell(by_metric.get(m), metrics[m], theme) for m in chosen.values())
        body.append(
            f"<tr><th scope='row'>{swatch(style, theme)} {escape(str(name))}<br><small>{images_in_words}</small></th>"
            f"<td class='films'>{images}</td>{cells}</tr>"
        )
    return (
        f"{_style(theme)}<div class='wide'><table class='glance'><thead><tr><th>Generator</th><th>Images</th>{head}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def wide_table(results: pd.DataFrame, metrics: Mapping[str, Metric], wanted: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """One row per synthetic set, one column per metric, each cell `value [low, high] · perfect: null`, and what warns of it."""
    rows = results[(results["subgroup"] == "all") & results["metric"].isin(wanted) & results["set_name"].isin(names)]
    table = pd.DataFrame(index=pd.Index(names, name="set"))
    table["n"] = rows.groupby("set_name")["n_synthetic"].max().reindex(names)
    for metric in wanted:
        cells = {
            r["set_name"]: sentence(r) if r["status"] == "ok" else f"{r['status']}: {r['message']}"
            for r in rows[rows["metric"] == metric].to_dict("records")
        }
        table[f"{metrics[metric].title}  {arrow(metrics[metric])}"] = [cells.get(name, "–") for name in names]
    return table.reset_index()


def numbers_html(results: pd.DataFrame, metrics: Mapping[str, Metric], name: str, theme: Theme) -> str:
    """All numbers of one set as a narrow HTML table, a heading a family: title and arrow, value, interval, what a perfect one scores."""
    rows = results[(results["set_name"] == name) & (results["subgroup"] == "all") & results["metric"].isin(list(metrics))]
    order = {m: i for i, m in enumerate(metrics)}
    body, family = [], ""
    for row in sorted(rows.to_dict("records"), key=lambda r: order[r["metric"]]):
        metric = metrics[row["metric"]]
        if metric.family != family:
            family = metric.family
            body.append(f"<tr class='family'><th scope='rowgroup' colspan='2'>{family}</th></tr>")
        body.append(
            f"<tr><th scope='row' title='{escape(metric.summary, quote=True)}'>{linked(metric)}<br>"
            f"<small>{arrow(metric)}</small></th>{_cell(row, metric, theme)}</tr>"
        )
    return f"{_style(theme)}<table class='narrow'><tbody>{''.join(body)}</tbody></table>"


def csv(frame: pd.DataFrame) -> bytes:
    """The frame as CSV, UTF-8. Text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    safe = frame.copy()
    for column in safe.columns:
        if safe[column].dtype == object or str(safe[column].dtype).startswith(("str", "string")):
            safe[column] = [f"'{v}" if isinstance(v, str) and v[:1] in ("=", "+", "@") else v for v in safe[column]]
    return safe.to_csv(index=False).encode()
