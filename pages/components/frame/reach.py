"""What keyboards and screen readers need and Streamlit leaves out: readable captions, the way back from a dialog."""

import streamlit as st

from pages.components.style.markup import draw, style_sheet

CSS = """
.stMainBlockContainer { padding-left: 2.4rem; padding-right: 2.4rem; }
[data-testid="stCaptionContainer"] { opacity: 1; color: color-mix(in srgb, currentColor 74%, transparent); }
[data-testid="stButtonGroup"] [data-selected="true"] p, [data-testid="stTab"][aria-selected="true"] p,
[data-testid="stSliderThumbValue"] p {
  color: light-dark(#1F766B, #5CC4B5); }
.st-key-reach, .st-key-kiosk-watch { position: absolute; height: 0; overflow: hidden; }
"""
"""Streamlit leaves 5 rem at both sides, which a figure beside a panel cannot spare, and draws captions, with the links in them, at an
opacity of 0.6: 4.3 to 1 on white, links 2.6. On dark no single tone is readable both as a word and behind a white one; its theme has one
for both."""

JS = """
export default function () {
  if (window.triadReach) return
  window.triadReach = true
  const dialog = () => document.querySelector("[role=dialog]")
  let from = null, open = Boolean(dialog())
  const note = (event) => {
    if (dialog()) return
    const element = event.composedPath()[0], host = event.target.closest?.("[class*=st-key-]")
    const key = [...(host?.classList || [])].find((name) => name.startsWith("st-key-"))
    from = { element, key, id: element.closest?.("[data-id]")?.dataset.id }
  }
  addEventListener("pointerdown", note, true)
  addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") note(event) }, true)
  const inside = (root, selector) => {  // shadow trees too: our components draw into them
    const found = root.querySelector(selector)
    if (found) return found
    for (const element of root.querySelectorAll("*")) {
      const deeper = element.shadowRoot && inside(element.shadowRoot, selector)
      if (deeper) return deeper
    }
    return null
  }
  const focusable = "button, a[href], input, select, textarea, [tabindex]"
  const back = () => {
    if (!from || dialog()) return
    const area = from.key && document.querySelector("." + CSS.escape(from.key))
    const same = from.element.isConnected ? from.element.closest(focusable) : null
    const anew = area && from.id !== undefined ? inside(area, `[data-id="${CSS.escape(from.id)}"]`) : null
    const target = same || anew || (area && inside(area, focusable))
    target?.focus({ preventScroll: true })
  }
  const look = () => {
    const now = Boolean(dialog())
    if (open && !now) setTimeout(back, 60)
    open = now
  }
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true })
}
"""
_REACH = st.components.v2.component("reach", js=JS)


def within_reach() -> None:
    """Puts all of that into the page."""
    draw(style_sheet(CSS))
    with st.container(key="reach"):
        _REACH(key="reach-script")
