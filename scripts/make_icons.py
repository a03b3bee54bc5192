"""Make ``pages/components/site/icons.woff2`` (and ``icons.json``, its list) of the icons that are used, from Streamlit's font of icons.

Used are those that pages and Streamlit's scripts ask for by name, and every word in the code of the pages that is the name of an icon: a
page may put ``:material/`` before it later.

Development only: ``pip install fonttools brotli``, then ``PYTHONPATH=. python scripts/make_icons.py``. Material Symbols, of which this is a
part, is under the Apache License 2.0.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from pages.components.site.icons import HERE, streamlits_font, used

PAGES = HERE.parents[1]
PLAIN = re.compile("[a-z0-9_]*[a-z][a-z0-9_]*")


def ligatures(font: Any) -> Iterator[Any]:
    """The tables of ligatures."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if hasattr(table, "ligatures"):
                yield table


def words(folder: Path) -> set[str]:
    """All strings in the code of the pages that may be the name of an icon."""
    nodes = (node for path in folder.rglob("*.py") for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant) and PLAIN.fullmatch(str(node.value))}


def main() -> None:
    """Writes both files and says which icons that are asked for the font does not have."""
    source = streamlits_font()
    if source is None:
        raise SystemExit("Streamlit has no font of icons any more.")
    font = TTFont(source)
    letters = font.getBestCmap()
    made = {(first, *one.Component): one.LigGlyph for table in ligatures(font) for first, many in table.ligatures.items() for one in many}
    asked, others = used(PAGES), words(PAGES)
    glyphs = {name: made.get(tuple(letters.get(ord(letter)) for letter in name)) for name in asked | others}
    kept = {name: glyph for name, glyph in glyphs.items() if glyph}
    for table in ligatures(font):
        wanted = {first: [one for one in many if one.LigGlyph in kept.values()] for first, many in table.ligatures.items()}
        table.ligatures = {first: many for first, many in wanted.items() if many}
    options = Options()
    options.flavor, options.layout_features, options.glyph_names = "woff2", ["*"], False
    subset = Subsetter(options)
    subset.populate(glyphs=[*kept.values(), *(letters[ord(c)] for c in "abcdefghijklmnopqrstuvwxyz0123456789_")])
    subset.subset(font)
    font.flavor = "woff2"
    font.save(HERE / "icons.woff2")
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    (HERE / "icons.json").write_text(json.dumps({"source": digest, "names": sorted(kept)}, indent=0) + "\n", encoding="utf-8")
    print(f"{len(kept)} icons, {(HERE / 'icons.woff2').stat().st_size:,} bytes; not in the font: {sorted(asked - kept.keys())}")


if __name__ == "__main__":
    main()
