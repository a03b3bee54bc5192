"""One fixed colour and marker shape per generator, on every page; an edge and a word for real, training and synthetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import streamlit as st

Theme = Literal["dark", "light"]

# Okabe & Ito (2008), safe for colour-blind readers. On light, darker tones of the same hues: its yellow vanishes there.
COLOURS: Mapping[Theme, tuple[str, ...]] = {
    "dark": ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00", "#3D8FD1"),
    "light": ("#2E8BC0", "#B87400", "#007A59", "#A8507F", "#857A00", "#B54A00", "#0A4F80"),
}
MARKERS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "star",
    "x",
    "triangle-down",
    "cross",
    "pentagon",
    "hexagon",
    "hourglass",
)
GREY: Mapping[Theme, str] = {"dark": "#8F99A3", "light": "#66707A"}
INK: Mapping[Theme, str] = {"dark": "#E6E9EC", "light": "#1B2127"}
PAPER: Mapping[Theme, str] = {"dark": "#11151A", "light": "#FFFFFF"}

WORDS = {"synthetic": "Synthetic", "real": "Real", "train": "Training"}
EDGES = {"synthetic": "#2FA99A", "real": "#9AA4AE", "train": "#C08A2B"}
"""Edges of images. Images stand on black in both themes, so one tone serves both; generator colours are never used here."""


@dataclass(frozen=True)
class Style:
    """How a generator is drawn: `index` decides colour and marker, the theme decides the tone."""

    index: int

    def colour(self, theme: Theme) -> str:
        """The hex colour on that theme."""
        return COLOURS[theme][self.index % len(COLOURS[theme])]

    @property
    def marker(self) -> str:
        """The Plotly marker symbol; differs from that of the generator that shares the colour."""
        return MARKERS[(self.index + self.index // len(COLOURS["dark"])) % len(MARKERS)]


class Look(dict[str, Style]):
    """The styles of all generators by id, and of the sets that none of them made by name."""

    def of(self, name: str, generator: str | None) -> Style:
        """How a set is drawn: as its generator, or in its own way where it was imported or the card of its generator is gone.

        A set that nobody knew of yet comes after all others; nothing is left undrawn for want of a style.
        """
        return self.get(generator or "") or self.get(name) or Style(len(self))


def styles(wanted: Mapping[str, int | None], extra: Iterable[str] = ()) -> Look:
    """Assigns styles: first the indices that cards ask for, then free ones by name, so that adding one moves no other card.

    Args:
        wanted: generator id to the `color` of its card, None where it has none.
        extra: names that have no card (imported synthetic sets), in their order; they come after all cards.
    """
    taken: dict[str, int] = {}
    for name in sorted(wanted):
        index = wanted[name]
        if index is not None and index not in taken.values():
            taken[name] = index
    free = (i for i in range(10_000) if i not in set(taken.values()))
    for name in [*sorted(set(wanted) - set(taken)), *dict.fromkeys(n for n in extra if n not in wanted)]:
        taken[name] = next(free)
    return Look({name: Style(index) for name, index in taken.items()})


def theme() -> Theme:
    """The theme that the browser shows."""
    return "light" if st.context.theme.type == "light" else "dark"
