"""Two images side by side with their difference and a blend slider; the slider works in the browser, without a rerun."""

import streamlit as st

from pages.components.images.grids import data_uri, difference_picture
from pages.components.style.palette import EDGES

CSS = """
.row { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 10px; }
figure { margin: 0; min-width: 0; }
.box { position: relative; background: #000; border: 2px solid var(--edge); border-radius: 4px; aspect-ratio: 1; overflow: hidden; }
.box img { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
.word { position: absolute; left: 0; bottom: 0; background: rgba(0,0,0,.78); color: #fff; font: 600 11px/1 var(--st-font);
  padding: 4px 7px 5px;
  border-top-right-radius: 4px; }
figcaption { font: 400 12.5px/1.35 var(--st-font); color: var(--st-text-color); opacity: .85; margin-top: 5px; overflow: hidden;
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; }
.tools { display: flex; align-items: center; gap: 8px; margin-top: 5px; font: 400 12.5px var(--st-font); color: var(--st-text-color); }
.tools button { all: unset; cursor: pointer; padding: 2px 8px; border: 1px solid var(--st-border-color); border-radius: 4px; }
.tools button[aria-pressed="true"] { background: var(--st-primary-color); color: #fff; border-color: var(--st-primary-color); }
.tools button:focus-visible { outline: 2px solid var(--st-text-color); }
.tools input { flex: 1; min-width: 40px; accent-color: var(--st-primary-color); }
"""

HTML = """
<div class="row">
  <figure><div class="box a"><img class="first"><span class="word"></span></div><figcaption class="cap-a"></figcaption></figure>
  <figure><div class="box b"><img class="second"><span class="word"></span></div><figcaption class="cap-b"></figcaption></figure>
  <figure><div class="box c"><img class="under"><img class="over"><img class="delta"><span class="word"></span></div>
    <div class="tools"><button type="button" class="m-delta">Difference</button><button type="button" class="m-blend">Blend</button>
    <input type="range" min="0" max="100" value="50" aria-label="Blend from training image to synthetic image"></div></figure>
</div>
"""

JS = """
export default function ({ data, parentElement }) {
  const $ = (s) => parentElement.querySelector(s)
  const put = (s, src, alt) => { const i = $(s); if (i.getAttribute("src") !== src) i.src = src; i.alt = alt }
  put(".first", data.first, data.first_alt); put(".second", data.second, data.second_alt); put(".delta", data.delta, "Difference image")
  put(".under", data.second, ""); put(".over", data.first, "")
  $(".a").style.setProperty("--edge", data.first_edge); $(".b").style.setProperty("--edge", data.second_edge)
  $(".c").style.setProperty("--edge", "#555")
  $(".a .word").textContent = data.first_word; $(".b .word").textContent = data.second_word
  $(".cap-a").textContent = data.first_caption; $(".cap-b").textContent = data.second_caption
  $(".cap-a").title = data.first_caption; $(".cap-b").title = data.second_caption
  const slider = $("input")
  const show = (mode) => {
    const blend = mode === "blend"
    $(".delta").style.display = blend ? "none" : ""
    $(".m-delta").setAttribute("aria-pressed", !blend); $(".m-blend").setAttribute("aria-pressed", blend)
    slider.style.visibility = blend ? "visible" : "hidden"
    $(".over").style.opacity = slider.value / 100
    const share = slider.value + " % synthetic"
    $(".c .word").textContent = blend ? share : "orange: synthetic brighter · blue: training brighter"
    parentElement.__mode = mode
  }
  $(".m-delta").onclick = () => show("delta")
  $(".m-blend").onclick = () => show("blend")
  slider.oninput = () => show("blend")
  show(parentElement.__mode || "delta")
}
"""

_COMPARE = st.components.v2.component("image_compare", html=HTML, css=CSS, js=JS)


@st.cache_data(max_entries=200, show_spinner=False)
def _difference(first: bytes, second: bytes) -> bytes:
    return difference_picture(first, second)


def compare(first: bytes, second: bytes, first_caption: str, second_caption: str, key: str) -> None:
    """A synthetic image, a training image and their difference or blend."""
    _COMPARE(
        key=key,
        data={
            "first": data_uri(first),
            "second": data_uri(second),
            "delta": data_uri(_difference(first, second)),
            "first_caption": first_caption,
            "second_caption": second_caption,
            "first_word": "Synthetic",
            "second_word": "Training",
            "first_alt": f"Synthetic chest X-ray. {first_caption}",
            "second_alt": f"Training chest X-ray. {second_caption}",
            "first_edge": EDGES["synthetic"],
            "second_edge": EDGES["train"],
        },
    )
