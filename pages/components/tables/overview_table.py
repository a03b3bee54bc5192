"""The table of the overview: a row a set with three of its images, a column a family, and what real images score above them all."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pandas as pd
import streamlit as st

from bench_core.api import Metric
from pages.components.images.grids import data_uri
from pages.components.style.markup import Markup, html, joined
from pages.components.style.numbers import arrow, counted, interval, number, places_of, side
from pages.components.style.palette import EDGES, Style, Theme
from pages.components.tables.blind_spots import spots_html
from pages.components.tables.definitions import kind_of, linked
from pages.components.tables.glance import BETTER, WORSE, CellLook, cell, headline_metrics, in_theme, swatch
from pages.components.tables.verdicts import Family, Verdicts

CSS = """
.wide { container-type: inline-size; overflow-x: auto; font-family: var(--st-font); line-height: 1.45; }
.glance { border-collapse: collapse; width: 100%; font-size: .93rem; color: INK; }
.glance small { color: GREY; font-size: .78rem; font-weight: 400; }
.glance th, .glance td { text-align: left; padding: 5px 12px 5px 0; font-weight: 400; vertical-align: middle;
  border-bottom: 1px solid rgba(138,148,158,.28); }
.glance thead th { font-weight: 600; vertical-align: bottom; }
.glance tbody th { font-weight: 600; min-width: 150px; max-width: 230px; }
.glance td { line-height: 1.35; }
.glance td small { white-space: nowrap; }
.glance b { font-weight: 600; font-size: 1.05rem; }
.glance a { color: inherit; }
.glance .name { text-decoration: none; overflow-wrap: anywhere; }
.glance .name:hover, .glance tr[data-set]:hover .name { text-decoration: underline; text-underline-offset: 3px; }
.glance tr[data-set] { cursor: pointer; }
.glance tr[data-set]:hover { background: rgba(138,148,158,.1); }
.glance .who { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; }
.glance .entry { text-decoration: underline dotted; text-underline-offset: 3px; }
.glance .films { white-space: nowrap; }
.glance button { all: unset; cursor: zoom-in; display: inline-block; margin-right: 4px; border-radius: 3px; line-height: 0; }
.glance button:focus-visible, .glance a:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.glance .films img { width: 54px; height: 54px; background: #000; border: 1px solid EDGE; border-radius: 3px; object-fit: contain; }
.glance .real .films img { border-color: REAL; }
.glance .none { opacity: .8; }
@container (max-width: 1000px) { .glance .films button:nth-child(n+2) { display: none; } .glance { font-size: .86rem; }
  .glance th, .glance td { padding-right: 8px; } .glance tbody th { min-width: 120px; } }
@container (min-width: 641px) and (max-width: 820px) { .glance .films, .glance thead th:nth-child(2) { display: none; }
  .glance td small { white-space: normal; } .glance tbody th { min-width: 110px; } }
@container (max-width: 640px) {
  .glance, .glance tbody { display: block; } .glance thead { display: none; }
  .glance tr { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 14px; padding: 12px 0;
    border-bottom: 1px solid rgba(138,148,158,.28); }
  .glance th, .glance td { display: block; border: 0; padding: 0; max-width: none; }
  .glance tbody th, .glance .films { grid-column: 1 / -1; max-width: none; }
  .glance .films button:nth-child(n+2) { display: inline-block; }
  .glance td[data-label]::before { content: attr(data-label); display: block; color: GREY; font-size: .78rem; } }
"""
JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  root.innerHTML = data.html
  root.onclick = (e) => {
    const picture = e.target.closest("button[data-image]"), row = e.target.closest("tr[data-set]")
    if (picture) return setTriggerValue("opened", JSON.parse(picture.dataset.image))
    if (!row || e.target.closest("a.entry") || e.ctrlKey || e.metaKey || e.shiftKey) return
    e.preventDefault()
    setTriggerValue("chosen", row.dataset.set)
  }
}
"""
_TABLE = st.components.v2.component("overview_table", html="<div class='root'></div>\n", css="", js=JS)


@dataclass(frozen=True)
class SetRow:
    """One row of the table.

    Attributes:
        name: of the set. who: what made it, in a sentence.
        films: id and picture of some of its images.
    """

    name: str
    set_id: str
    who: str
    style: Style
    films: Sequence[tuple[str, bytes]]


@dataclass(frozen=True)
class Remarks:
    """What is said of the numbers: which stand out, and by metric what it does not see at these sizes."""

    verdicts: Verdicts
    blind: Mapping[str, Sequence[str]] = field(default_factory=dict)


def overview_html(
    results: pd.DataFrame, metrics: Mapping[str, Metric], rows: Sequence[SetRow], real: SetRow, theme: Theme, remarks: Remarks
) -> Markup:
    """The whole table; `results` are rows of one reference, `real` the set that others are judged against."""
    verdicts = remarks.verdicts
    chosen = headline_metrics(results, metrics)
    overall = results[results["subgroup"] == "all"]
    head = joined(
        html(
            "<th scope='col' title='{}'>{}<br><small>{} · {}</small>{}</th>",
            metrics[m].summary,
            linked(metrics[m]),
            kind_of(metrics[m]),
            arrow(metrics[m]),
            spots_html(remarks.blind.get(m, ()), m),
        )  # fmt: skip
        for family, m in chosen.items()
    )
    body = [_real_row(overall, metrics, chosen, real, theme)]
    for row in rows:
        mine = overall[overall["set_name"] == row.name]
        by_metric = {r["metric"]: (i, r) for i, r in zip(mine.index, mine.to_dict("records"), strict=True)}
        cells = []
        for family, metric in chosen.items():
            at, number_row = by_metric.get(metric, (None, None))
            coloured = at is not None and bool(verdicts.coloured.get(at, False))
            decisive = mine[mine.index.isin(verdicts.judged)]
            more = _family_line(verdicts.families.get((row.name, family)), decisive, metrics, family, theme)
            look = CellLook(coloured, True, more, f"{metrics[metric].title} · {family}")
            cells.append(cell(number_row, metrics[metric], theme, look))
        images = counted(int(mine["n_synthetic"].max()), "image") if mine["n_synthetic"].notna().any() else ""
        body.append(html("<tr data-set='{}'>{}{}</tr>", row.name, _first_cells(row, images, theme), joined(cells)))
    css = in_theme(CSS.replace("REAL", EDGES["real"]), theme)
    return html(
        "{}<div class='wide'><table class='glance'><thead><tr><th scope='col'>Generator</th><th scope='col'>Images</th>{}</tr>"
        "</thead><tbody>{}</tbody></table></div>",
        css, head, joined(body),
    )  # fmt: skip


def _first_cells(row: SetRow, images: str, theme: Theme, link: bool = True) -> Markup:
    """The name with what made it, and some images."""
    named = html("<a class='name' href='trade_offs?set={}'>{}</a>", quote(row.name, safe=""), row.name) if link else row.name
    mark = html("{} ", swatch(row.style, theme)) if link else ""
    who = html("<small class='who' title='{who}'>{who}</small>", who=row.who) if row.who else ""
    word = "Synthetic" if link else "Real"
    films = joined(
        html(
            "<button type='button' data-image='{}' aria-label='Open image {}'><img src='{}' alt='{} chest X-ray of {}'></button>",
            json.dumps([row.set_id, i]),
            i,
            data_uri(p),
            word,
            row.name,
        )  # fmt: skip
        for i, p in row.films
    )
    return html("<th scope='row'>{}{} <small>{}</small>{}</th><td class='films'>{}</td>", mark, named, images, who, films)


def _real_row(overall: pd.DataFrame, metrics: Mapping[str, Metric], chosen: Mapping[str, str], real: SetRow, theme: Theme) -> Markup:
    """What real images score against other real images, at the sizes of most sets: the null of each column with its range."""
    cells = []
    for family, metric in chosen.items():
        rows = overall[(overall["metric"] == metric) & (overall["status"] == "ok") & overall["null"].notna()]
        label = f"{metrics[metric].title} · {family}"
        if rows.empty:
            cells.append(cell(None, metrics[metric], theme, CellLook(label=label)))
            continue
        size = rows["n_synthetic"].mode().iloc[0]
        row = rows[rows["n_synthetic"] == size].iloc[-1]
        places = places_of(row["null"])
        ends = interval({"low": row["null_low"], "high": row["null_high"]}, places)
        cells.append(html("<td data-label='{}'><b>{}</b> <small>{}</small></td>", label, number(row["null"], places), ends))
    return html("<tr class='real'>{}{}</tr>", _first_cells(real, "", theme, link=False), joined(cells))


def _family_line(family: Family | None, mine: pd.DataFrame, metrics: Mapping[str, Metric], name: str, theme: Theme) -> Markup:
    """How many metrics of the family lie outside their range; in the colour of the side on which they do, where they stand out."""
    if family is None:
        return html("")
    text = f"{family.outside} of {family.known} outside"
    if not family.coloured:
        return html("<small>{}</small>", text)
    rows = mine[(mine["family"] == name) & (mine["status"] == "ok")].to_dict("records")
    worse = any(side(r, metrics[r["metric"]]) == "worse" for r in rows if r["metric"] in metrics)
    return html("<small style='color:{};font-weight:600'>● {}</small>", (WORSE if worse else BETTER)[theme], text)


def overview_table(table: Markup, key: str, on_row: Callable[[str], None], on_image: Callable[[str, str], None]) -> None:
    """Draws it. A click on a row calls `on_row(name)`, one on an image `on_image(set_id, image_id)`, before the page runs again."""

    def chosen() -> None:
        name = _of(key, "chosen")
        if name:
            on_row(str(name))

    def opened() -> None:
        image = _of(key, "opened")
        if image:
            on_image(*image)

    _TABLE(key=key, data={"html": str(table)}, on_chosen_change=chosen, on_opened_change=opened)


def _of(key: str, trigger: str) -> Any:
    return st.session_state[key].get(trigger)
