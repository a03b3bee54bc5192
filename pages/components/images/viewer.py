"""One image, large, with everything known of it. Opened by a click on any image."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms.settings import label_of
from pages.components.frame.problems import go_button, guard
from pages.components.images.grids import caption, data_uri
from pages.components.images.shrinking import SHRINKING
from pages.components.style.palette import EDGES, WORDS
from pages.components.style.words import plain

CSS = """
.stage { background: #000; border: 2px solid var(--edge); border-radius: 4px; aspect-ratio: 1; overflow: hidden; position: relative;
  touch-action: none; cursor: grab; }
.stage:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
img { width: 100%; height: 100%; object-fit: contain; transform-origin: 0 0; user-select: none;
  -webkit-user-drag: none; }
svg { position: absolute; width: 0; height: 0; }
.bar { display: flex; gap: 10px; align-items: center; margin-top: 8px; flex-wrap: wrap; color: var(--st-text-color);
  font: 400 12.5px var(--st-font); }
.bar label { display: flex; gap: 6px; align-items: center; flex: 1 1 150px; }
.bar output { min-width: 2.2em; font-variant-numeric: tabular-nums; }
.bar input[type=range] { flex: 1; min-width: 60px; accent-color: var(--st-primary-color); }
.bar button { all: unset; cursor: pointer; border: 1px solid var(--st-border-color); border-radius: 4px; padding: 3px 9px; }
.bar button:focus-visible { outline: 2px solid var(--st-primary-color); }
.bar button[aria-pressed="true"] { border-color: var(--st-text-color); }
"""
HTML = """
<svg aria-hidden="true"><filter id="grey" color-interpolation-filters="sRGB"><feComponentTransfer>
<feFuncR type="linear"/><feFuncG type="linear"/><feFuncB type="linear"/></feComponentTransfer></filter></svg>
<div class="stage" tabindex="0" role="group"><img alt=""></div>
<div class="bar"><label>Window <input class="window" type="range" min="2" max="255" value="255"><output class="w"></output></label>
<label>Level <input class="level" type="range" min="0" max="255" value="128"><output class="l"></output></label>
<button type="button" class="invert" aria-pressed="false">Invert</button><button type="button" class="reset">Reset</button></div>
"""
JS = (
    SHRINKING
    + """
export default function ({ data, parentElement, setTriggerValue }) {
  const $ = (s) => parentElement.querySelector(s)
  const stage = $(".stage"), image = $("img"), width = $(".window"), level = $(".level")
  stage.style.setProperty("--edge", data.edge)
  stage.setAttribute("aria-label", data.alt + ". Plus and minus zoom, arrows move or lead to the next image.")
  image.alt = data.alt
  let zoom = 1, x = 0, y = 0, inverted = false, from = null
  stage.across = () => stage.clientWidth * zoom
  stage.fit ||= fitting(image, () => stage.across())
  stage.fit.show(data.src)
  const draw = () => {
    const edge = stage.clientWidth * (zoom - 1)
    x = Math.min(0, Math.max(-edge, x)); y = Math.min(0, Math.max(-edge, y))
    image.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`
    const slope = 255 / width.value, shift = 0.5 - slope * level.value / 255, sign = inverted ? -1 : 1
    for (const part of parentElement.querySelectorAll("feComponentTransfer > *")) {
      part.setAttribute("slope", sign * slope); part.setAttribute("intercept", inverted ? 1 - shift : shift)
    }
    const plain = width.value === "255" && level.value === "128" && !inverted
    image.style.filter = plain ? "" : "url(#grey)"
    $(".w").textContent = width.value; $(".l").textContent = level.value
    $(".invert").setAttribute("aria-pressed", inverted)
    stage.fit()
  }
  const at = (factor, px, py) => {
    const next = Math.min(12, Math.max(1, zoom * factor)), f = next / zoom
    x = px - (px - x) * f; y = py - (py - y) * f; zoom = next; draw()
  }
  stage.onwheel = (e) => { e.preventDefault(); at(e.deltaY < 0 ? 1.2 : 1 / 1.2, e.offsetX, e.offsetY) }
  stage.onpointerdown = (e) => {
    const grey = [e.clientX, e.clientY, +width.value, +level.value]
    from = e.shiftKey || e.button === 2 ? { grey } : { move: [e.clientX - x, e.clientY - y] }
    stage.setPointerCapture(e.pointerId)
  }
  stage.oncontextmenu = (e) => e.preventDefault()
  stage.onpointermove = (e) => {
    if (from?.move) { x = e.clientX - from.move[0]; y = e.clientY - from.move[1]; draw() }
    if (from?.grey) {
      width.value = from.grey[2] + (e.clientX - from.grey[0]) / 2; level.value = from.grey[3] + (e.clientY - from.grey[1]) / 2; draw()
    }
  }
  stage.onpointerup = () => { from = null }
  const pan = (e) => {
    x += { ArrowLeft: 40, ArrowRight: -40 }[e.key] || 0; y += { ArrowUp: 40, ArrowDown: -40 }[e.key] || 0; draw(); e.preventDefault()
  }
  const dialog = parentElement.getRootNode().host?.closest("[role=dialog]") || parentElement.closest?.("[role=dialog]") || document
  const pressed = (e) => {
    const target = e.composedPath()[0], half = stage.clientWidth / 2
    if (e.ctrlKey || e.metaKey || e.altKey || target.matches?.("input, textarea, select, [contenteditable]")) return
    if (e.key === "+" || e.key === "=") at(1.2, half, half)
    else if (e.key === "-") at(1 / 1.2, half, half)
    else if (e.key.startsWith("Arrow") && zoom > 1) pan(e)
    else if (e.key === "ArrowLeft" && data.previous) setTriggerValue("turned", -1)
    else if (e.key === "ArrowRight" && data.next) setTriggerValue("turned", 1)
  }
  parentElement.heard?.()
  dialog.addEventListener("keydown", pressed)
  parentElement.heard = () => dialog.removeEventListener("keydown", pressed)
  width.oninput = draw; level.oninput = draw
  $(".invert").onclick = () => { inverted = !inverted; draw() }
  $(".reset").onclick = () => { zoom = 1; x = y = 0; inverted = false; width.value = 255; level.value = 128; draw() }
  draw()
  return () => parentElement.heard?.()
}
"""
)
_STAGE = st.components.v2.component("image_stage", html=HTML, css=CSS, js=JS)


def ask_open(set_id: str, image_id: str, among: Sequence[str] = ()) -> None:
    """Asks that the image be opened at the end of this run; for use in callbacks. `among`: the images of the set to turn through."""
    st.session_state["_open"] = (set_id, image_id, list(among))


def open_if_asked() -> None:
    """Opens the dialog for the image that a click asked for."""
    asked = st.session_state.pop("_open", None)
    if asked:
        set_id, image_id, among = asked
        st.session_state["_viewed"] = image_id
        show_image(set_id, image_id, among)


def beside(among: Sequence[str], image_id: str) -> tuple[str | None, str | None]:
    """The image before and the one after, None at the ends."""
    if image_id not in among:
        return None, None
    place = list(among).index(image_id)
    return (among[place - 1] if place else None), (among[place + 1] if place + 1 < len(among) else None)


def read_of_prompt(row: Mapping[str, Any]) -> str:
    """Where the prompt of an image was cut; empty where the model read all of it, or where that is unknown."""
    tokens, read_tokens, kept = (row.get(name) for name in ("prompt_tokens", "prompt_tokens_read", "prompt_read"))
    if tokens is None or read_tokens is None or not tokens > read_tokens:
        return ""
    return f"{int(read_tokens)} of {int(tokens)} tokens, up to “…{' '.join(str(kept or '').split()[-8:])}”"


def facts(row: Mapping[str, Any], meta: Mapping[str, Any], name: str) -> dict[str, str]:
    """What is known of an image, as label and text; what is unknown is left out."""
    labels = [f for f in api.FINDINGS if row.get(f) == 1]
    unsure = [f for f in api.FINDINGS if row.get(f) == -1]
    found = {
        "Set": name,
        "Generator": meta.get("generator"),
        "Prompt": row.get("prompt"),
        "Read of it": read_of_prompt(row),
        "Seed": row.get("seed"),
        "Findings": ", ".join(labels),
        "Uncertain": ", ".join(unsure),
        "View": row.get("view"),
        "Patient": row.get("subject_id"),
        "Study": row.get("study_id"),
        "Image": row.get("image_id"),
    }
    found |= {label_of(str(k)): v for k, v in dict(meta.get("settings") or {}).items()}
    if meta.get("revision"):
        found["Revision"] = meta["revision"]

    def text(value: Any) -> str:
        if isinstance(value, float):
            return "" if value != value else f"{value:g}"
        return str(value)

    return {k: text(v) for k, v in found.items() if v is not None and text(v).strip() not in ("", "nan", "None", "<NA>")}


@st.dialog("Image", width="large")
def show_image(set_id: str, image_id: str, among: Sequence[str]) -> None:
    """The image with zoom, window and level; its facts; downloads and ways on; the images before and after it."""
    with guard("open this image"):
        image_id = st.session_state.get("_viewed", image_id)
        images = api.find_set(set_id)
        before, after = beside(among, image_id)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            _stage(images, image_id, before, after)
            if len(among) > 1:
                _turns(among, image_id, before, after)
            st.caption(
                "Wheel or + and − to zoom, drag to move, drag with Shift for window and level (of 8-bit grey levels, as stored)."
                + (" ← → turn pages." if len(among) > 1 else "")
            )
        with right:
            _about(images, image_id)


def _view(image_id: str | None) -> None:
    if image_id is not None:
        st.session_state["_viewed"] = image_id


def _stage(images: api.ImageSet, image_id: str, before: str | None, after: str | None) -> None:
    key = "stage"  # the same for all images, so that the keyboard stays where it is while one turns
    word = WORDS[images.kind]

    def turned() -> None:
        way = (st.session_state.get(key) or {}).get("turned")
        _view({-1: before, 1: after}.get(way))

    data = {
        "src": data_uri(read.picture(images.id, image_id)),
        "edge": EDGES[images.kind],
        "alt": f"{word} chest X-ray. {caption(read.row(images.id, image_id), images.name)}",
        "previous": before is not None,
        "next": after is not None,
    }
    _STAGE(key=key, data=data, on_turned_change=turned)


def _turns(among: Sequence[str], image_id: str, before: str | None, after: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="center"):
        for label, icon, target in (("Previous", ":material/chevron_left:", before), ("Next", ":material/chevron_right:", after)):
            st.button(label, icon=icon, key=f"turn-{label}", disabled=target is None, on_click=_view, args=(target,))
        st.caption(f"{list(among).index(image_id) + 1:,} of {len(among):,}", width="content")


def _about(images: api.ImageSet, image_id: str) -> None:
    """What is known of the image; downloads and ways on."""
    simulated = " · simulated" if read.is_simulated(images.id) else ""
    st.markdown(f"**{WORDS[images.kind]}**{simulated}")
    known = facts(read.row(images.id, image_id), images.meta, images.name)
    st.table({plain(k): plain(v) for k, v in known.items()}, border="horizontal")  # its cells are Markdown
    st.download_button(
        "PNG",
        lambda: api.export_png(images.id, image_id),
        file_name=f"{images.name}-{image_id}.png",
        mime="image/png",
        icon=":material/download:",
        key=f"png-{image_id}",
        on_click="ignore",
        width="stretch",
    )
    ways = [("Find it on the map", "embeddings", "to-map", ":material/scatter_plot:", {"_found": (images.id, image_id)})]
    if images.kind == "synthetic":
        state = {"set": images.name, "_image": image_id}
        ways.insert(0, ("Nearest training images", "memorization", "to-neighbours", ":material/fingerprint:", state))
    for label, page, key, icon, state in ways:
        go_button(label, page, key=key, icon=icon, width="stretch", state=state)
