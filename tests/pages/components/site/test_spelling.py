"""Which page an address means."""

import pytest

from pages.components.site.spelling import Meant, address, meant, pages


@pytest.mark.parametrize("name", list(pages()))
def test_every_page_has_one_address_and_its_spellings_lead_there(name: str):
    page = "" if name == "overview" else name
    assert meant(f"/{page}") == Meant(page, exact=True)
    for other in (f"/{name}/", f"/{name.upper()}", f"/{name.replace('_', '-')}.py", f"/{pages()[name]}", f"/pages/{name}"):
        found = meant(other)
        assert (found.page, found.unknown) == (page, "") or other == f"/{page}", other
        assert found.exact == (other == f"/{page}")


@pytest.mark.parametrize(
    ("path", "page", "unknown"),
    [
        ("/nonsense", "", "nonsense"),
        ("/trade_off", "trade_offs", "trade_off"),
        ("/trade_offs/foo", "trade_offs", "trade_offs/foo"),
        ("/sets/data", "data", "sets/data"),
        ("/a/b/c", "", "a/b/c"),
        ("//overview", "", ""),
        ("/index.html", "", ""),
    ],
)
def test_a_page_that_does_not_exist_is_said(path: str, page: str, unknown: str):
    assert meant(path) == Meant(page, unknown=unknown)


def test_addresses_are_relative_and_keep_the_choices():
    assert address(Meant(""), 0, "x=1&y=a%20b") == "./?x=1&y=a+b"
    assert address(Meant("trade_offs"), 1, "") == "../trade_offs"
    assert address(Meant("", unknown="a/b"), 1, "no_page=old&set=") == "../?set=&no_page=a%2Fb"
