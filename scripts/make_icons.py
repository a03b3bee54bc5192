"""Make ``pages/components/site/icons.woff2`` (and ``icons.json``, its list) of the icons that are used, from Streamlit's font of icons.

Used are those that pages and Streamlit's scripts ask for by name, and every string in the code of the pages, Python and JavaScript, that is
the name of an icon: it may become one where it is drawn.

Development only: ``pip install fonttools brotli``, then ``PYTHONPATH=. python scripts/make_icons.py [FOLDER ...]``; code in the folders
named counts too. Material Symbols, of which this is a
part, is under the Apache License 2.0.
"""

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from pages.components.site.icons import HERE, streamlits_font, used, words

PAGES = HERE.parents[1]


def ligatures(font: Any) -> Iterator[Any]:
    """The tables of ligatures."""
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            table = getattr(table, "ExtSubTable", table)
            if hasattr(table, "ligatures"):
                yield table


def main() -> None:
    """Writes both files and says which icons that are asked for the font does not have."""
    source = streamlits_font()
    if source is None:
        raise SystemExit("Streamlit has no font of icons any more.")
    font = TTFont(source)
    letters = font.getBestCmap()
    made = {(first, *one.Component): one.LigGlyph for table in ligatures(font) for first, many in table.ligatures.items() for one in many}
    spelled = {glyph: chr(code) for code, glyph in letters.items() if chr(code).isascii() and not chr(code).isupper()}
    known = {"".join(spelled.get(part, "") for part in parts): glyph for parts, glyph in made.items()}
    asked = used(PAGES).union(*(words(folder) for folder in (PAGES, *map(Path, sys.argv[1:]))))
    kept = {name: glyph for name, glyph in known.items() if name in asked}
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
    found = {"source": digest, "names": sorted(kept), "others": " ".join(sorted(known.keys() - kept.keys()))}
    (HERE / "icons.json").write_text(json.dumps(found, indent=0) + "\n", encoding="utf-8")
    print(f"{len(kept)} icons, {(HERE / 'icons.woff2').stat().st_size:,} bytes; not in the font: {sorted(used(PAGES) - kept.keys())}")


if __name__ == "__main__":
    main()
