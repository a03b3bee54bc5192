"""Two images side by side with their difference and a blend slider; all of it works in the browser, without a rerun."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from pages.components.images.grids import data_uri
from pages.components.style.palette import EDGES

CSS = """
.row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
figure { margin: 0; min-width: 0; }
.box { all: unset; box-sizing: border-box; display: block; width: 100%; position: relative; background: #000; border: 2px solid var(--edge);
  border-radius: 4px; aspect-ratio: 1; overflow: hidden; }
button.box { cursor: zoom-in; }
button.box:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
.box img, .box canvas { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.word { position: absolute; left: 0; bottom: 0; background: rgba(0,0,0,.78); color: #fff; font: 600 11px/1 var(--st-font);
  padding: 4px 7px 5px;
  border-top-right-radius: 4px; }
figcaption { font: 400 12.5px/1.35 var(--st-font); color: var(--st-text-color); margin-top: 5px; overflow: hidden;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
.tools { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 5px; font: 400 12.5px var(--st-font);
  color: var(--st-text-color); }
.tools button { all: unset; cursor: pointer; padding: 2px 8px; border: 1px solid var(--st-border-color); border-radius: 4px; }
.tools button[aria-pressed="true"] { background: var(--st-primary-color); color: #fff; border-color: var(--st-primary-color); }
.tools button:focus-visible { outline: 2px solid var(--st-text-color); }
.tools label { display: flex; flex: 1 1 120px; gap: 6px; align-items: center; min-width: 0; }
.tools input { flex: 1; min-width: 40px; accent-color: var(--st-primary-color); }
.tools output { min-width: 2.4em; text-align: right; font-variant-numeric: tabular-nums; }
"""

HTML = """
<div class="row">
  <figure><button type="button" class="box a"><img class="first" alt=""><span class="word"></span></button>
    <figcaption class="cap-a"></figcaption></figure>
  <figure><button type="button" class="box b"><img class="second" alt=""><span class="word"></span></button>
    <figcaption class="cap-b"></figcaption></figure>
  <figure><div class="box c" role="img"><canvas></canvas><span class="word"></span></div>
    <div class="tools"><button type="button" class="m-delta">Difference</button><button type="button" class="m-blend">Blend</button>
    <label><span class="of"></span><input type="range"><output></output></label></div></figure>
</div>
"""

JS = """
const MODES = {
  delta: { of: "Gain", min: 0, max: 5, step: 0.5, value: 0, says: (v) => "× " + (2 ** v).toFixed(v % 1 ? 1 : 0) },
  blend: { of: "Blend", min: 0, max: 100, step: 1, value: 50, says: (v) => v + " %" },
}
const FULL = 96  // grey levels of difference that are full colour at gain 1

export default function ({ data, parentElement, setTriggerValue }) {
  const $ = (s) => parentElement.querySelector(s), here = parentElement
  const put = (s, src, alt) => { const i = $(s); if (i.getAttribute("src") !== src) i.src = src; i.alt = alt; return i }
  const first = put(".first", data.first, data.first_alt), second = put(".second", data.second, data.second_alt)
  $(".a").style.setProperty("--edge", data.first_edge); $(".b").style.setProperty("--edge", data.second_edge)
  $(".c").style.setProperty("--edge", "#555")
  $(".a .word").textContent = data.first_word; $(".b .word").textContent = data.second_word
  $(".cap-a").textContent = data.first_caption; $(".cap-b").textContent = data.second_caption
  $(".cap-a").title = data.first_caption; $(".cap-b").title = data.second_caption
  $(".a").onclick = () => setTriggerValue("opened", "first"); $(".b").onclick = () => setTriggerValue("opened", "second")
  const slider = $(".tools input"), canvas = $("canvas")
  here.values = here.values || { delta: MODES.delta.value, blend: MODES.blend.value }
  const greys = (image, width, height) => {  // the second image is brought to the size of the first
    const sheet = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true })
    sheet.drawImage(image, 0, 0, width, height)
    return sheet.getImageData(0, 0, width, height).data
  }
  const draw = () => {
    const mode = here.shown, value = here.values[mode], width = first.naturalWidth, height = first.naturalHeight
    if (!mode || !width || !second.naturalWidth) return
    canvas.width = width; canvas.height = height
    const a = greys(first, width, height), b = greys(second, width, height), sheet = canvas.getContext("2d")
    const out = sheet.createImageData(width, height), gain = 2 ** value, share = value / 100
    for (let i = 0; i < a.length; i += 4) {
      out.data[i + 3] = 255
      if (mode === "blend") { out.data[i] = out.data[i + 1] = out.data[i + 2] = share * a[i] + (1 - share) * b[i]; continue }
      const delta = Math.max(-1, Math.min(1, gain * (a[i] - b[i]) / FULL)), size = Math.abs(delta)
      const tone = delta > 0 ? [255, 140, 40] : [70, 150, 255]
      for (let c = 0; c < 3; c++) out.data[i + c] = size * tone[c]
    }
    sheet.putImageData(out, 0, 0)
    const full = Math.max(1, Math.round(FULL / gain))
    const words = mode === "blend" ? value + " % synthetic" : "orange: synthetic brighter · blue: training brighter"
    $(".c .word").textContent = words
    $(".c").title = mode === "blend" ? "" : `Full colour is a difference of ${full} of 255 grey levels`
    $(".c").setAttribute("aria-label", (mode === "blend" ? "Blend of both images, " : "Difference of both images, ") + words)
    $("output").textContent = MODES[mode].says(value)
  }
  const show = (mode) => {
    here.shown = mode
    const how = MODES[mode]
    slider.min = how.min; slider.max = how.max; slider.step = how.step; slider.value = here.values[mode]
    $(".of").textContent = how.of
    slider.setAttribute("aria-label", mode === "delta" ? "Gain of the difference" : "Share of the synthetic image in the blend")
    $(".m-delta").setAttribute("aria-pressed", mode === "delta"); $(".m-blend").setAttribute("aria-pressed", mode === "blend")
    draw()
  }
  $(".m-delta").onclick = () => show("delta")
  $(".m-blend").onclick = () => show("blend")
  slider.oninput = () => { here.values[here.shown] = Number(slider.value); draw() }
  first.onload = second.onload = draw
  show(here.shown || "delta")
}
"""

_COMPARE = st.components.v2.component("image_compare", html=HTML, css=CSS, js=JS)


@dataclass(frozen=True)
class Side:
    """One of the two images: a PNG, what stands below it, and what a click on it does."""

    picture: bytes
    caption: str
    on_open: Callable[[], None]


def compare(synthetic: Side, training: Side, key: str) -> None:
    """A synthetic image, a training image and their difference or blend."""

    def opened() -> None:
        which = (st.session_state.get(key) or {}).get("opened")
        if which:
            {"first": synthetic, "second": training}[which].on_open()

    data = {}
    for name, side, word, kind in (("first", synthetic, "Synthetic", "synthetic"), ("second", training, "Training", "train")):
        data |= {
            name: data_uri(side.picture),
            f"{name}_caption": side.caption,
            f"{name}_word": word,
            f"{name}_alt": f"{word} chest X-ray. {side.caption}",
            f"{name}_edge": EDGES[kind],
        }
    _COMPARE(key=key, data=data, on_opened_change=opened)
