"""HTML that a page draws: the one door. A template is written here in the code; what is put into it is text unless it is markup already.

`tests/architecture/markup.py` holds that no page draws or builds HTML by another way.
"""

from collections.abc import Iterable
from typing import Any, LiteralString

import streamlit as st
from markupsafe import Markup, escape


def html(template: LiteralString, *parts: object, **named: object) -> Markup:
    """The template with the parts in the places of `{}` and `{name}`: escaped, also for attributes in quotes, unless they are markup."""
    return Markup(template.format(*map(escape, parts), **{name: escape(part) for name, part in named.items()}))


def joined(parts: Iterable[object], between: LiteralString = "") -> Markup:
    """All of them in a row, escaped unless they are markup."""
    return Markup(between).join(parts)  # type: ignore[arg-type]


def made_elsewhere(text: str) -> Markup:
    """HTML that a library made, which escapes by itself (Plotly writes names as JSON without `<`)."""
    return Markup(text)


def style_sheet(css: str) -> Markup:
    """CSS of the pages' own as an element; it may hold no tag."""
    if "<" in css:
        raise ValueError("A style sheet holds no tag.")
    return Markup("<style>") + Markup(css) + Markup("</style>")


def draw(markup: Markup, **options: Any) -> None:
    """Draws it; options are those of `st.html`.

    Raises:
        TypeError: it is text, of which nobody knows whether it is safe.
    """
    if not isinstance(markup, Markup):
        raise TypeError("Only markup is drawn: make it with `html`, which escapes what it is given.")
    st.html(str(markup), **options)
