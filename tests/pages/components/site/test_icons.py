"""The small font of icons has every icon that is used, and stands in for that of this Streamlit only."""

import hashlib
import shutil

from pages.components.frame.menu import MENU
from pages.components.site.icons import HERE, listed, small_font, streamlits_font, used, words

PAGES = HERE.parents[1]
NOWHERE = {"star_filled"}
"""Streamlit asks for it, and its own font has none of that name."""


def test_every_icon_that_is_asked_for_is_in_the_font():
    icons = listed()
    assert used(PAGES) - NOWHERE <= icons.names, "PYTHONPATH=. python scripts/make_icons.py"
    assert not words(PAGES) & icons.others, "a string on the pages may be an icon: PYTHONPATH=. python scripts/make_icons.py"
    assert {icon for pages in MENU.values() for _, _, icon, _ in pages} <= icons.names


def test_it_was_made_of_the_font_of_this_streamlit():
    font = streamlits_font()
    assert font is not None and hashlib.sha256(font.read_bytes()).hexdigest() == listed().source
    small = small_font(f"static/media/{font.name}")
    assert small is not None and small[:4] == b"wOF2" and len(small) < 40_000 < font.stat().st_size


def test_another_font_is_left_alone(tmp_path):
    font = streamlits_font()
    assert font is not None
    (tmp_path / "static" / "media").mkdir(parents=True)
    shutil.copy(font, tmp_path / "static" / "media" / font.name)
    other = tmp_path / "static" / "media" / "MaterialSymbols-Outlined.x.woff2"
    other.write_bytes(b"wOF2")
    assert small_font(f"static/media/{font.name}", tmp_path) is not None
    assert small_font(f"static/media/{other.name}", tmp_path) is None
    newer = tmp_path / "newer"
    (newer / "static" / "media").mkdir(parents=True)
    (newer / "static" / "media" / font.name).write_bytes(b"wOF2 of another version")
    assert small_font(f"static/media/{font.name}", newer) is None
