"""Numbers in tables: one as a cell, all of one set, those behind a chart, and their CSV."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bench_core import api
from bench_core.api import Metric
from pages.components.style.markup import Markup, html, joined, style_sheet
from pages.components.style.numbers import arrow, compared, number, of_all, perfect, places_of, sentence, side
from pages.components.style.palette import EDGES, GREY, INK, Style, Theme
from pages.components.tables.definitions import linked

HEADLINES = {
    "fidelity": ("frechet_distance",),
    "variety": ("coverage",),
    "alignment": ("finding_agreement",),
    "privacy": ("copies_found", "closer_to_train"),
    "utility": ("tstr_auroc",),
}
"""The metrics that stand for their family in the table at a glance, the first that has numbers; where there is none, any that has."""
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
.narrow { border-collapse: collapse; width: 100%; font-size: .88rem; color: INK; }
.narrow small { color: GREY; font-size: .78rem; font-weight: 400; }
.narrow th, .narrow td { text-align: left; padding: 4px 8px 4px 0; font-weight: 400; vertical-align: top;
  border-bottom: 1px solid rgba(138,148,158,.28); }
.narrow .family th { padding-top: 10px; color: GREY; font-weight: 600; }
.narrow .family:first-child th { padding-top: 0; }
.narrow b { font-weight: 600; }
.narrow .none { opacity: .8; }
.entry { color: inherit; text-decoration: underline dotted; text-underline-offset: 3px; }
"""


def in_theme(css: str, theme: Theme) -> Markup:
    """A style sheet with the colours of the theme in the place of INK, GREY and EDGE."""
    return style_sheet(css.replace("INK", INK[theme]).replace("GREY", GREY[theme]).replace("EDGE", EDGES["synthetic"]))


def swatch(style: Style, theme: Theme, size: int = 13) -> Markup:
    """The marker of a generator as an SVG picture, for tables and headings."""
    svg = html("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='{}'>SHAPE</svg>", style.colour(theme))
    code = base64.b64encode(str(svg).replace("SHAPE", SHAPES[style.marker]).encode()).decode()
    return html(
        "<img src='data:image/svg+xml;base64,{code}' width='{size}' height='{size}' alt='{marker}' style='vertical-align:-1px'>",
        code=code, size=size, marker=style.marker,
    )  # fmt: skip


def headline_metrics(results: pd.DataFrame, metrics: Mapping[str, Metric]) -> dict[str, str]:
    """Family to the metric that stands for it, for the families that have finished numbers."""
    done = set(results.loc[(results["status"] == "ok") & (results["subgroup"] == "all"), "metric"])
    chosen = {}
    for family in api.FAMILIES:
        candidates = [*HEADLINES.get(family, ()), *(m for m, info in metrics.items() if info.family == family)]
        first = next((m for m in candidates if m in done and m in metrics), None)
        if first:
            chosen[family] = first
    return chosen


WHERE = {
    "worse": "worse than the range of a perfect generator",
    "better": "beyond the range of a perfect generator on the better side",
    "inside": "inside the range of a perfect generator",
    "unknown": "no range of a perfect generator is known",
}


@dataclass(frozen=True)
class CellLook:
    """How a number is drawn.

    Attributes:
        coloured: whether it has a colour where it lies outside the range.
        short: without the range, which the head of the table or a tooltip has.
        more: HTML of a further line.
        label: what the number is, for windows that are too narrow for the head of the table.
    """

    coloured: bool = True
    short: bool = False
    more: Markup = html("")
    label: str = ""


USUAL = CellLook()


def cell(row: Mapping[str, Any] | None, metric: Metric, theme: Theme, look: CellLook = USUAL) -> Markup:
    """One number as a table cell: large what compares with a perfect generator, beside it what that scores, below that of all images."""
    named = html(" data-label='{}'", look.label) if look.label else ""
    if row is None:
        return html("<td class='none'{}>–</td>", named)
    if row["status"] != "ok":
        return html("<td class='none'{} title='{}'>{}</td>", named, row["message"], row["status"])
    where = side(row, metric)
    colour = {"worse": WORSE[theme], "better": BETTER[theme]}.get(where, "inherit") if look.coloured else "inherit"
    large = compared(row)
    said = row.get("message")
    mark = html(" <span role='img' aria-label='Warning: {said}' title='{said}'>⚠</span>", said=said) if said else ""
    beside, below = perfect(row), of_all(row)
    told = f"{WHERE[where]}; {beside}" if beside else WHERE[where]
    if look.short:
        beside, below = beside.partition(" [")[0], below.replace("all images", "all")
    lines = [
        html("<b style='color:{}'>{}</b>{} <small>{}</small>", colour, number(large, places_of(large)), mark, beside),
        html("<small>{}</small>", below),
    ]
    return html("<td{} title='{}'>{}</td>", named, told, joined(lines + ([look.more] if look.more else []), "<br>"))


def wide_table(results: pd.DataFrame, metrics: Mapping[str, Metric], wanted: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """One row per synthetic set, one column per metric, each cell as `sentence` writes it, and what warns of it."""
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


def numbers_html(results: pd.DataFrame, metrics: Mapping[str, Metric], name: str, theme: Theme) -> Markup:
    """All numbers of one set as a narrow HTML table, a heading a family: title and arrow, and the number as `cell` writes it."""
    rows = results[(results["set_name"] == name) & (results["subgroup"] == "all") & results["metric"].isin(list(metrics))]
    order = {m: i for i, m in enumerate(metrics)}
    body, family = [], ""
    for row in sorted(rows.to_dict("records"), key=lambda r: order[r["metric"]]):
        metric = metrics[row["metric"]]
        if metric.family != family:
            family = metric.family
            body.append(html("<tr class='family'><th scope='rowgroup' colspan='2'>{}</th></tr>", family))
        body.append(
            html(
                "<tr><th scope='row' title='{}'>{}<br><small>{}</small></th>{}</tr>",
                metric.summary,
                linked(metric),
                f"{arrow(metric)} · diagnostic" if metric.diagnostic else arrow(metric),
                cell(row, metric, theme, CellLook(short=True)),
            )  # fmt: skip
        )
    return html("{}<table class='narrow'><tbody>{}</tbody></table>", in_theme(CSS, theme), joined(body))
