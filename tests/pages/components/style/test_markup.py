"""The door for HTML: what is put into a template is text, unless it was made here."""

import pytest
from markupsafe import Markup
from streamlit.testing.v1 import AppTest

from pages.components.style.markup import draw, html, joined, style_sheet

NAME = "<img src='http://a.example/x.png'> & \"q\" {0} {name}"
TEXT = "&lt;img src=&#39;http://a.example/x.png&#39;&gt; &amp; &#34;q&#34; {0} {name}"


def test_what_is_put_in_is_text_and_markup_is_not_escaped_twice() -> None:
    inner = html("<b title='{}'>{name}</b>", NAME, name=NAME)
    assert inner == f"<b title='{TEXT}'>{TEXT}</b>"
    assert html("<p>{}</p>", inner) == f"<p>{inner}</p>" and isinstance(html("<p>{}</p>", inner), Markup)
    assert joined([inner, NAME], "<br>") == f"{inner}<br>{TEXT}"
    assert html("<td>{}</td>", 3) == "<td>3</td>" and html("<td>{}</td>", None) == "<td>None</td>"


def test_text_is_not_drawn() -> None:
    with pytest.raises(TypeError, match="Only markup is drawn"):
        draw("<b>text</b>")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no tag"):
        style_sheet("a {} </style><img src='http://a.example'>")


def test_markup_is_drawn() -> None:
    def page() -> None:
        from pages.components.style.markup import draw, html

        draw(html("<b>{}</b>", "<i>"))

    at = AppTest.from_function(page).run()
    assert not at.exception and at.get("html")[0].proto.body == "<b>&lt;i&gt;</b>"
