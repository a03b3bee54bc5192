"""One image, large, with everything known of it. Opened by a click on any image."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.forms.settings import label_of
from pages.components.frame.problems import go_button, guard
from pages.components.images.grids import data_uri
from pages.components.style.palette import EDGES, WORDS

CSS = """
.stage { background: #000; border: 2px solid var(--edge); border-radius: 4px; aspect-ratio: 1; overflow: hidden; position: relative;
  touch-action: none; cursor: grab; }
img { width: 100%; height: 100%; object-fit: contain; transform-origin: 0 0; user-select: none;
  -webkit-user-drag: none; }
.bar { display: flex; gap: 10px; align-items: center; margin-top: 8px; flex-wrap: wrap; color: var(--st-text-color);
  font: 400 12.5px var(--st-font); }
.bar label { display: flex; gap: 6px; align-items: center; flex: 1 1 150px; }
.bar input[type=range] { flex: 1; min-width: 60px; accent-color: var(--st-primary-color); }
.bar button { all: unset; cursor: pointer; border: 1px solid var(--st-border-color); border-radius: 4px; padding: 3px 9px; }
.bar button:focus-visible { outline: 2px solid var(--st-primary-color); }
"""
HTML = """
<div class="stage" tabindex="0"><img></div>
<div class="bar"><label>Brightness <input class="level" type="range" min="-100" max="100" value="0"></label>
<label>Contrast <input class="width" type="range" min="-100" max="100" value="0"></label>
<button type="button" class="invert">Invert</button><button type="button" class="reset">Reset</button></div>
"""
JS = """
export default function ({ data, parentElement }) {
  const $ = (s) => parentElement.querySelector(s)
  const stage = $(".stage"), image = $("img")
  stage.style.setProperty("--edge", data.edge)
  image.alt = data.alt
  if (image.getAttribute("src") !== data.src) { image.src = data.src }
  let zoom = 1, x = 0, y = 0, inverted = false, from = null
  const draw = () => {
    const edge = stage.clientWidth * (zoom - 1)
    x = Math.min(0, Math.max(-edge, x)); y = Math.min(0, Math.max(-edge, y))
    image.style.transform = `translate(${x}px, ${y}px) scale(${zoom})`
    // Enlarged pixels stay squares; a film that is larger than the pane is averaged, for nearest pixels drop thin lines.
    const shown = stage.clientWidth * zoom * devicePixelRatio / Math.max(image.naturalWidth, image.naturalHeight, 1)
    image.style.imageRendering = shown < 1 ? "auto" : "pixelated"
    const level = 1 + $(".level").value / 100, width = Math.pow(4, $(".width").value / 100)
    image.style.filter = `brightness(${level}) contrast(${width}) invert(${inverted ? 1 : 0})`
  }
  image.onload = draw
  if (!stage.__watched) { stage.__watched = new ResizeObserver(() => stage.__draw()); stage.__watched.observe(stage) }
  stage.__draw = draw
  const at = (factor, px, py) => {
    const next = Math.min(12, Math.max(1, zoom * factor)), f = next / zoom
    x = px - (px - x) * f; y = py - (py - y) * f; zoom = next; draw()
  }
  stage.onwheel = (e) => { e.preventDefault(); at(e.deltaY < 0 ? 1.2 : 1 / 1.2, e.offsetX, e.offsetY) }
  stage.onpointerdown = (e) => { from = [e.clientX - x, e.clientY - y]; stage.setPointerCapture(e.pointerId) }
  stage.onpointermove = (e) => { if (from) { x = e.clientX - from[0]; y = e.clientY - from[1]; draw() } }
  stage.onpointerup = () => { from = null }
  stage.onkeydown = (e) => {
    const half = stage.clientWidth / 2
    if (e.key === "+" || e.key === "=") at(1.2, half, half)
    else if (e.key === "-") at(1 / 1.2, half, half)
    else if (e.key.startsWith("Arrow") && zoom > 1) {
      x += { ArrowLeft: 40, ArrowRight: -40 }[e.key] || 0; y += { ArrowUp: 40, ArrowDown: -40 }[e.key] || 0; draw(); e.preventDefault()
    }
  }
  $(".level").oninput = draw; $(".width").oninput = draw
  $(".invert").onclick = () => { inverted = !inverted; draw() }
  $(".reset").onclick = () => { zoom = 1; x = y = 0; inverted = false; $(".level").value = 0; $(".width").value = 0; draw() }
}
"""
_STAGE = st.components.v2.component("image_stage", html=HTML, css=CSS, js=JS)


def ask_open(set_id: str, image_id: str) -> None:
    """Asks that the image be opened at the end of this run; for use in callbacks."""
    st.session_state["_open"] = (set_id, image_id)


def open_if_asked() -> None:
    """Opens the dialog for the image that a click asked for."""
    asked = st.session_state.pop("_open", None)
    if asked:
        show_image(*asked)


def read_of_prompt(row: Mapping[str, Any]) -> str:
    """Where the prompt of an image was cut; empty where the model read all of it, or where that is unknown."""
    tokens, read_tokens, kept = (row.get(name) for name in ("prompt_tokens", "prompt_tokens_read", "prompt_read"))
    if tokens is None or read_tokens is None or not tokens > read_tokens:
        return ""
    return f"{int(read_tokens)} of {int(tokens)} tokens, up to “…{str(kept or '')[-60:]}”"


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
def show_image(set_id: str, image_id: str) -> None:
    """The image with zoom, brightness and contrast; its facts; downloads and ways on."""
    with guard("open this image"):
        images = api.find_set(set_id)
        row = read.row(set_id, image_id)
        picture = read.picture(set_id, image_id)
        left, right = st.columns([3, 2], gap="medium")
        with left:
            word = WORDS[images.kind]
            _STAGE(key=f"stage-{image_id}", data={"src": data_uri(picture), "edge": EDGES[images.kind], "alt": f"{word} chest X-ray"})
            st.caption("Wheel or + and − to zoom, drag to move. Grey levels as stored.")
        with right:
            simulated = " · simulated" if read.is_simulated(set_id) else ""
            st.markdown(f"**{word}**{simulated}")
            st.table(facts(row, images.meta, images.name), border="horizontal")
            st.download_button(
                "PNG",
                lambda: api.export_png(set_id, image_id),
                file_name=f"{images.name}-{image_id}.png",
                mime="image/png",
                icon=":material/download:",
                key=f"png-{image_id}",
                on_click="ignore",
                width="stretch",
            )
            state = {"set": images.name}
            if images.kind == "synthetic":
                go_button(
                    "Nearest training images",
                    "memorization",
                    key="to-neighbours",
                    icon=":material/fingerprint:",
                    width="stretch",
                    state=state | {"_image": image_id},
                )
            go_button(
                "Find it on the map",
                "embeddings",
                key="to-map",
                icon=":material/scatter_plot:",
                width="stretch",
                state={"_found": (set_id, image_id)},
            )
