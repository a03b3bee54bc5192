"""The link to what is seen, defaults included: whoever opens it sees the same, whatever they chose before."""

from collections.abc import Mapping

import streamlit as st

CSS = """
button { all: unset; cursor: pointer; font: 400 13px var(--st-font); color: var(--st-link-color); padding: 4px 2px; white-space: nowrap; }
button:hover { text-decoration: underline; }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; border-radius: 3px; }
"""
HTML = "<button type='button' aria-live='polite'>Copy link</button>"
JS = """
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector("button")
  button.onclick = async () => {
    const wanted = new URLSearchParams(data.chosen)
    for (const [name, text] of new URLSearchParams(location.search)) wanted.set(name, text)
    const address = location.origin + location.pathname + (wanted.size ? "?" + wanted : "")
    try { await navigator.clipboard.writeText(address); button.textContent = "Copied" }
    catch { window.prompt("Copy this link:", address) }
    setTimeout(() => { button.textContent = "Copy link" }, 2000)
  }
}
"""
_COPY = st.components.v2.component("copy_link", html=HTML, css=CSS, js=JS)


def copy_link(chosen: Mapping[str, str]) -> None:
    """The button that copies the address of this page with these choices, and with what the address says besides."""
    _COPY(key="copy-link", data={"chosen": dict(chosen)}, width="content")
