"""A card beside the pointer with the image of the point under it; a click on the point opens the image.

Plotly's own labels hold no pictures, and Streamlit tells of no click while the lasso is in hand: this listens to the figure itself.
"""

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from pages.components import read
from pages.components.images.grids import caption, data_uri
from pages.components.style.palette import EDGES, WORDS

CSS = """
.card { position: fixed; z-index: 1000; width: 190px; background: var(--st-background-color); color: var(--st-text-color);
  border: 1px solid var(--st-border-color); border-radius: 6px; box-shadow: 0 3px 14px rgba(0,0,0,.4); padding: 8px; pointer-events: none;
  font: 400 12px/1.35 var(--st-font); }
.card[hidden] { display: none; }
.card img { display: block; width: 128px; height: 128px; object-fit: contain; background: #000; border: 2px solid var(--edge);
  border-radius: 4px; margin: 0 auto 6px; }
.card b { font-weight: 600; display: block; overflow-wrap: anywhere; }
.card p { margin: 2px 0 0; display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; }
"""
HTML = '<div class="card" role="status" hidden><img alt="No image yet"><b></b><p></p></div>'
JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const card = parentElement.querySelector(".card"), here = parentElement
  here.tell = setTriggerValue
  here.cards = here.of === data.of ? here.cards || new Map() : new Map()
  here.of = data.of
  if (data.card) here.cards.set(data.card.row, data.card)
  const put = () => {
    const found = here.cards.get(here.row)
    card.hidden = !found
    if (!found) return
    const image = card.querySelector("img")
    image.src = found.src; image.alt = found.alt
    card.style.setProperty("--edge", found.edge)
    card.querySelector("b").textContent = found.title; card.querySelector("p").textContent = found.text
    const [x, y] = here.at, box = card.getBoundingClientRect()
    card.style.left = (x + 18 + box.width > innerWidth ? x - 18 - box.width : x + 18) + "px"
    card.style.top = Math.max(8, Math.min(y - box.height / 2, innerHeight - box.height - 8)) + "px"
  }
  const rowOf = (event) => event.points?.find((p) => Number.isInteger(p.customdata))?.customdata
  const listen = (chart) => {
    if (!chart || !chart.on || chart.card === here) return
    chart.card = here
    chart.on("plotly_hover", (event) => {
      const row = rowOf(event)
      if (row === undefined) return
      here.row = row; here.at = [event.event.clientX, event.event.clientY]
      clearTimeout(here.waiting)
      if (here.cards.has(row)) here.put()
      else { card.hidden = true; here.waiting = setTimeout(() => here.tell("hovered", row), 140) }
    })
    chart.on("plotly_unhover", () => { here.row = null; clearTimeout(here.waiting); card.hidden = true })
    chart.on("plotly_click", (event) => {
      const row = rowOf(event)
      if (row !== undefined) { card.hidden = true; here.tell("opened", row) }
    })
    chart.on("plotly_deselect", () => here.tell("cleared", Date.now()))
  }
  here.put = put
  if (here.row !== null && here.row !== undefined) put()
  clearInterval(here.looking)
  here.looking = setInterval(() => listen(document.querySelector(data.chart + " .js-plotly-plot")), 300)
  return () => { clearInterval(here.looking); card.hidden = true }
}
"""
_CARD = st.components.v2.component("point_card", html=HTML, css=CSS, js=JS)


@st.fragment
def point_card(chart: str, points: pd.DataFrame, of: str, on_open: Callable[[int], None], on_clear: Callable[[], None]) -> None:
    """Listens to the figure with that key, whose points have their row of `points` as `customdata`.

    Args:
        of: names the map; cards of another one are forgotten.
        on_open: is told the row of the point that was clicked, before the page runs again.
        on_clear: the selection was taken back with a double click.
    """
    key = f"card-{chart}"

    def opened() -> None:
        row = _asked(key, "opened")
        if row is not None:
            on_open(row)
            st.session_state["_map_changed"] = True

    def cleared() -> None:
        if _asked(key, "cleared") is not None:
            on_clear()
            st.session_state["_map_changed"] = True

    if st.session_state.pop("_map_changed", False):
        st.rerun()
    row = _asked(key, "hovered")
    card = _card(points.iloc[row].to_dict(), row) if row is not None and row < len(points) else None
    _CARD(
        key=key,
        data={"chart": f".st-key-{chart}", "of": of, "card": card},
        on_hovered_change=lambda: None,
        on_opened_change=opened,
        on_cleared_change=cleared,
    )


def _asked(key: str, trigger: str) -> int | None:
    found = (st.session_state.get(key) or {}).get(trigger)
    return None if found is None else int(found)


def _card(point: dict[str, Any], row: int) -> dict[str, Any]:
    """What the browser draws: the picture of the point, its set, what was asked for."""
    word = WORDS[point["kind"]]
    return {
        "row": row,
        "src": data_uri(read.thumbnail(point["set_id"], point["image_id"])),
        "edge": EDGES[point["kind"]],
        "alt": f"{word} chest X-ray. {caption(point, point['set_name'])}",
        "title": f"{word} · {point['set_name']}",
        "text": str(point.get("prompt") or ""),
    }
