"""Grids of images: black ground, a coloured edge and a word for what they are, one short caption, click to open."""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from pages.components.style.palette import EDGES, WORDS

CSS = """
.grid { display: grid; gap: 10px; grid-template-columns: repeat(auto-fill, minmax(min(var(--side), calc((100% - 20px) / 3)), 1fr)); }
.strip { display: flex; gap: 10px; }
.strip > * { flex: 0 1 var(--side); min-width: 0; }
figure { margin: 0; min-width: 0; container-type: inline-size; }
button, .plain { all: unset; box-sizing: border-box; display: block; width: 100%; background: #000; border-radius: 4px; overflow: hidden;
  border: 2px solid var(--edge); position: relative; aspect-ratio: 1; }
button { cursor: zoom-in; }
button:hover { filter: brightness(1.12); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
button[aria-pressed="true"] { outline: 3px solid var(--st-text-color); outline-offset: 1px; }
img { display: block; width: 100%; height: 100%; object-fit: contain; background: #000; }
.word { position: absolute; left: 0; bottom: 0; background: rgba(0,0,0,.78); color: #fff; font: 600 10.5px/1 var(--st-font);
  padding: 3px 6px 4px; border-top-right-radius: 4px; border-top: 2px solid var(--edge); border-right: 2px solid var(--edge); }
@container (max-width: 70px) { .word { font-size: 8.5px; padding: 2px 3px 3px; } }
figcaption { font: 400 12px/1.35 var(--st-font); color: var(--st-text-color); opacity: .82; margin-top: 4px; overflow: hidden;
  display: -webkit-box; -webkit-line-clamp: var(--lines); -webkit-box-orient: vertical; overflow-wrap: anywhere; }
.wait { display: grid; place-items: center; color: #9aa4ae; font: 400 12px var(--st-font); border-style: dashed; opacity: .75; }
"""

JS = """
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root")
  root.className = "root " + (data.strip ? "strip" : "grid")
  root.style.setProperty("--side", data.side + "px")
  root.style.setProperty("--lines", data.lines)
  root.replaceChildren(...data.items.map((item) => {
    const figure = document.createElement("figure")
    const box = document.createElement(item.src && data.clickable ? "button" : "div")
    if (box.tagName === "DIV") box.className = item.src ? "plain" : "plain wait"
    else { box.type = "button"; box.onclick = () => setTriggerValue("clicked", item.id) }
    box.style.setProperty("--edge", item.edge)
    box.dataset.id = item.id
    if (item.pressed) box.setAttribute("aria-pressed", "true")
    if (item.src) {
      const image = document.createElement("img")
      image.src = item.src; image.alt = item.alt; image.decoding = "async"
      box.append(image)
    } else box.textContent = item.alt
    if (item.word) {
      const word = document.createElement("span")
      word.className = "word"; word.textContent = item.word
      box.append(word)
    }
    figure.append(box)
    figure.title = item.title || ""
    if (item.caption) {
      const caption = document.createElement("figcaption")
      caption.textContent = item.caption
      figure.append(caption)
    }
    return figure
  }))
}
"""

_GRID = st.components.v2.component("image_grid", html="<div class='root'></div>\n", css=CSS, js=JS)


@dataclass(frozen=True)
class Tile:
    """One image of a grid. `picture` is PNG, JPEG or WebP bytes; None draws a waiting box with `alt` in it."""

    id: str
    picture: bytes | None
    kind: str = "synthetic"
    caption: str = ""
    alt: str = ""
    title: str = ""
    word: str | None = None

    def item(self, pressed: bool = False) -> dict[str, Any]:
        """The tile as the browser wants it."""
        word = WORDS.get(self.kind, "") if self.word is None else self.word
        return {
            "id": self.id,
            "src": data_uri(self.picture),
            "edge": EDGES.get(self.kind, "#555"),
            "word": word,
            "caption": self.caption,
            "alt": self.alt or f"{WORDS.get(self.kind, '')} chest X-ray. {self.title or self.caption}".strip(),
            "title": self.title or self.caption,
            "pressed": pressed,
        }


def data_uri(picture: bytes | None) -> str:
    """The bytes of an image file as a `data:` address; empty for None."""
    if picture is None:
        return ""
    kinds = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"RIFF": "webp"}
    kind = next((k for head, k in kinds.items() if picture.startswith(head)), "png")
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode()}"


def image_grid(
    tiles: Sequence[Tile],
    key: str,
    *,
    side: int = 96,
    selected: str | None = None,
    strip: bool = False,
    lines: int = 2,
    on_click: Callable[[str], None] | None = None,
) -> None:
    """Draws the tiles. A click calls `on_click(id)` before the page runs again, so it may write session state."""

    def clicked() -> None:
        chosen = st.session_state[key].get("clicked")
        if chosen and on_click:
            on_click(chosen)

    items = [tile.item(tile.id == selected) for tile in tiles]
    data = {"items": items, "side": side, "strip": strip, "lines": lines, "clickable": on_click is not None}
    _GRID(key=key, data=data, on_clicked_change=clicked)


def mean_tile(picture: bytes, images: int, kind: str = "synthetic", caption: str = "") -> Tile:
    """The mean image of a set: the sharper it is, the more alike the images are."""
    return Tile(
        "mean", picture, kind=kind, word="mean", caption=caption, alt="Mean of the images of the set",
        title=f"Mean of {min(images, 2_000):,} images. The sharper it is, the more alike they are; size of the mean image measures that.",
    )  # fmt: skip


def caption(row: Mapping[str, Any], source: str) -> str:
    """The caption that an image has everywhere: generator or set, prompt, seed."""
    prompt = str(row.get("prompt") or "").strip()
    seed = row.get("seed")
    parts = [source, f"“{prompt}”" if prompt else "", "" if pd.isna(seed) or seed == "" else f"seed {int(seed)}"]
    return " · ".join(part for part in parts if part)
