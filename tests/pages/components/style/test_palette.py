"""Every generator keeps its colour and its marker."""

from itertools import combinations

from bench_core.cards import generator_cards
from pages.components.figures.charts import FINDING_COLOURS
from pages.components.style.palette import COLOURS, EDGES, INK, MARKERS, PAPER, Style, styles


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast ratio as WCAG 2 defines it."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_cards_get_the_index_they_ask_for() -> None:
    found = styles({"b": 0, "a": 3, "c": None, "d": None})
    assert {n: s.index for n, s in found.items()} == {"b": 0, "a": 3, "c": 1, "d": 2}


def test_two_cards_never_share_an_index() -> None:
    found = styles({"a": 1, "b": 1, "c": None})
    assert len({s.index for s in found.values()}) == 3
    assert found["a"].index == 1


def test_an_imported_set_moves_no_generator() -> None:
    before = styles({"a": None, "z": None})
    after = styles({"a": None, "z": None}, extra=["mine", "a"])
    assert {n: after[n] for n in before} == before
    assert after["mine"].index == 2


def test_a_newer_import_changes_no_other() -> None:
    """They come in the order in which they were imported, whatever their names."""
    before = styles({"a": None}, extra=["zoo"])
    after = styles({"a": None}, extra=["zoo", "apes"])
    assert before["zoo"] == after["zoo"] != after["apes"]


def test_a_set_has_the_style_of_its_generator_or_one_of_its_own() -> None:
    look = styles({"a": 0, "b": 1}, extra=["mine"])
    assert look.of("anything", "b") == look["b"]
    assert look.of("mine", None) == look["mine"] == look.of("mine", "a-card-that-is-gone")
    assert look.of("unheard-of", None).index == 3


def test_colour_and_marker_together_tell_many_generators_apart() -> None:
    seen = {(Style(i).colour("dark"), Style(i).marker) for i in range(40)}
    assert len(seen) == 40
    assert len({Style(i).colour("light") for i in range(7)}) == 7
    assert len({Style(i).marker for i in range(7)}) == 7
    assert set(MARKERS) >= {Style(i).marker for i in range(100)}


def test_every_built_in_generator_is_told_apart() -> None:
    cards = generator_cards()
    found = styles({name: card.color for name, card in cards.items()}, extra=["my-set"])
    assert len(cards) >= 20 and all(found[name].index == card.color for name, card in cards.items())
    for theme in COLOURS:
        assert len({(style.colour(theme), style.marker) for style in found.values()}) == len(cards) + 1


def test_points_stand_out_from_both_themes() -> None:
    for theme, colours in COLOURS.items():
        assert all(contrast(c, PAPER[theme]) >= 3.0 for c in colours), theme
        assert contrast(INK[theme], PAPER[theme]) >= 7.0


def test_generator_colours_are_never_used_for_findings_or_edges() -> None:
    generators = {c for colours in COLOURS.values() for c in colours}
    others = {c for states in FINDING_COLOURS.values() for c in states.values()} | set(EDGES.values())
    assert not generators & others


def test_edges_stand_out_from_black_and_from_each_other() -> None:
    assert all(contrast(edge, "#000000") >= 4.5 for edge in EDGES.values())
    assert all(a != b for a, b in combinations(EDGES.values(), 2))
