"""A screen that anybody may use (`BENCH_KIOSK_SECONDS`): each visit is somebody of its own, and after idling everything is as before it.

The browser notices that nobody is there, shows a countdown, tells the server and loads the first page anew: choices, tabs, prompts and
names live in the session, which ends with it. What the visit made is deleted by the engine (`engine.requests.kiosk`), there and, where a
browser was closed, when the next visit begins.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from bench_core import api
from pages.components.frame import who

COUNTDOWN = 10
JS = """
export default function ({ data, setTriggerValue }) {
  const kiosk = (window.triadKiosk ??= { last: Date.now(), used: false })
  kiosk.tell = () => setTriggerValue("idle", true)
  kiosk.seconds = data.seconds
  if (kiosk.timer) return
  const box = document.createElement("div")
  box.setAttribute("role", "status")
  Object.assign(box.style, { position: "fixed", inset: "auto 0 2rem 0", margin: "auto", width: "max-content", maxWidth: "90vw",
    padding: ".8rem 1.2rem", borderRadius: "8px", background: "#1B2127", color: "#fff",
    font: "16px sans-serif", zIndex: 1e6, display: "none" })
  document.body.append(box)
  const here = (used) => () => { kiosk.last = Date.now(); kiosk.used ||= used; box.style.display = "none" }
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) addEventListener(kind, here(true), { capture: true, passive: true })
  addEventListener("pointermove", here(false), { capture: true, passive: true })
  kiosk.timer = setInterval(() => {
    const left = kiosk.seconds - (Date.now() - kiosk.last) / 1000
    if (!kiosk.used || left > data.countdown) return
    box.textContent = `Nobody there? This starts over in ${Math.max(0, Math.ceil(left))} s. Touch anything to go on.`
    box.style.display = "block"
    if (left > 0) return
    clearInterval(kiosk.timer)
    kiosk.tell()
    const root = window.__streamlit?.MAIN_PAGE_BASE_URL || location.origin
    setTimeout(() => location.replace(root.replace(/\\/+$/, "") + "/"), 2000)
  }, 1000)
}
"""
_KIOSK = st.components.v2.component("kiosk", js=JS)


def keep_kiosk() -> None:
    """To be called on every page: notes that the visit goes on, and watches for its end. Nothing where this is no kiosk."""
    seconds = api.kiosk_seconds()
    if seconds is None or who.signed_in():
        return
    guest = who.guest()
    api.kiosk_visit(guest)
    with st.container(key="kiosk-watch"):
        _KIOSK(key="kiosk", data={"seconds": seconds, "countdown": COUNTDOWN}, on_idle_change=lambda: api.kiosk_reset(guest))


@contextmanager
def of_visit(name: str) -> Iterator[None]:
    """A set that is imported within it goes with the visit; where a set of that name is there already, it stays."""
    counts = api.kiosk_seconds() is not None and not who.signed_in() and name not in api.sets()["name"].tolist()
    try:
        yield
    finally:  # a page that goes on elsewhere ends the block by an exception
        if counts and name in api.sets()["name"].tolist():
            api.kiosk_made(who.guest(), name)
