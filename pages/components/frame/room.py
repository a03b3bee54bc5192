"""Room in narrow windows: what cannot stand side by side stands one below the other, and a figure that needs width is scrolled sideways.

A window of 1440 pixels at 200 % zoom is one of 720. Streamlit stacks columns below 640 pixels only, and squeezes figures without end.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

STACKED = 1150
"""Widths of the window, in CSS pixels, up to which a figure and its panel stand one below the other."""
LEAST = 640
"""CSS pixels that a figure of many cells needs for its numbers."""
CSS = f"""
@media (max-width: {STACKED}px) {{
  [class*=st-key-beside-] > [data-testid=stLayoutWrapper] > [data-testid=stHorizontalBlock],
  [class*=st-key-beside-] > [data-testid=stHorizontalBlock] {{ flex-direction: column; }}
  [class*=st-key-beside-] > * > [data-testid=stHorizontalBlock] > [data-testid=stColumn],
  [class*=st-key-beside-] > [data-testid=stHorizontalBlock] > [data-testid=stColumn] {{ width: 100%; min-width: 100%; flex: 1 1 auto; }}
}}
[class*=st-key-wide-] {{ overflow-x: auto; }}
[class*=st-key-wide-] > * {{ min-width: {LEAST}px; }}
"""


def beside(widths: Sequence[float], name: str) -> Sequence[DeltaGenerator]:
    """Columns of these widths where the window has room for them, else one below the other."""
    return st.container(key=f"beside-{name}").columns(widths, gap="medium")


def wide(name: str) -> DeltaGenerator:
    """A container in which a figure keeps the width that its numbers need; it is scrolled where the window has less."""
    return st.container(key=f"wide-{name}")
