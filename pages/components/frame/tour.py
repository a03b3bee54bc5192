"""A tour of five stops that a speaker runs through in five minutes: each is a link, one sentence, and the way on.

The stop stands in the address (`?tour=2`), so that a slide can lead to it. Whoever opens another page from the menu has left it, and can
come back; whoever leaves it sees nothing of it any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from pages.components.frame.menu import MENU, page_path

KEY = "tour"
"""The stop in the address, from 1."""
_AT = "_tour"
_ARRIVED = "_tour_arrived"


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        page: where it is.
        title: a word or two.
        sentence: what is to be seen there.
        choices: what is chosen there, as in the address.
        further: what is filled in besides, which no address holds.
    """

    page: str
    title: str
    sentence: str
    choices: Mapping[str, str] = field(default_factory=dict)
    further: Mapping[str, Any] = field(default_factory=dict)


OVERFIT = "phantom-ldm-overfit"
PLACES = {page: title for group in MENU.values() for page, title, *_ in group}
"""Titles of the pages that the menu has."""
STOPS = (
    Stop(
        "generate", "Generate", "Type what a radiologist would write, press Generate: a small diffusion model draws it, here and now.",
        {"models": "phantom-ldm"}, {"prompt": "Large left pleural effusion. No pneumothorax.", "count": 4},
    ),
    Stop(
        "trade_offs", "Trade-off", "Each point is a generator, the bands are a perfect one. Copycat looks best, and copies patients.",
        {"x": "frechet_distance", "y": "copies_found", "set": "copycat"},
    ),
    Stop(
        "memorization", "Memorization", "Each synthetic film beside its nearest training film, likeliest copy first: a new patient?",
        {"set": OVERFIT},
    ),
    Stop(
        "what_if", "What if", "Move the threshold: the filter takes near copies out, and the figure shows the price.", {"set": OVERFIT}
    ),
    Stop("reading_room", "Reading room", "People have the last word: blinded readers say what is real, by keyboard."),
)  # fmt: skip


def address_of(number: int) -> str:
    """The address of a stop, from the root of the site; a slide may hold it."""
    from urllib.parse import urlencode

    stop = STOPS[number - 1]
    return f"{stop.page}?{urlencode({KEY: number, **stop.choices})}"


def go(number: int) -> None:
    """Opens a stop; what was chosen there before gives way to what the stop shows."""
    stop = STOPS[number - 1]
    lists = {"models"}
    chosen: dict[str, Any] = {k: v.split(",") if k in lists else v for k, v in stop.choices.items()}
    st.session_state.update({_AT: number, _ARRIVED: number, "_carry": {**chosen, **stop.further}})
    st.switch_page(page_path(stop.page), query_params={KEY: str(number)})


def leave() -> None:
    """Ends the tour."""
    st.session_state.pop(_AT, None)
    st.session_state.pop(_ARRIVED, None)
    st.query_params.pop(KEY, None)


def show(title: str) -> None:
    """The stop in one row above the page of this title; where it is another page's, only the way back; without a tour, nothing."""
    asked = st.query_params.get(KEY)
    if asked is not None and asked.isdigit() and 1 <= int(asked) <= len(STOPS):
        st.session_state[_AT] = int(asked)
    elif asked is not None:
        st.query_params.pop(KEY, None)
        st.warning(f"The tour has stops 1 to {len(STOPS)}.", icon=":material/wrong_location:")
    number = st.session_state.get(_AT)
    if number is None:
        return
    stop = STOPS[number - 1]
    if PLACES[stop.page] != title:
        st.query_params.pop(KEY, None)
        _offer_return(number)
        return
    st.query_params[KEY] = str(number)
    if st.session_state.get(_ARRIVED) != number:  # by its address
        st.session_state[_ARRIVED] = number
        for key, value in stop.further.items():
            st.session_state.setdefault(key, value)
    _show_stop(number, stop)


def _show_stop(number: int, stop: Stop) -> None:
    last = number == len(STOPS)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", border=True, key="tour-stop"):
        st.markdown(f"**{number} of {len(STOPS)} · {stop.title}** {stop.sentence}", width="stretch")
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            if st.button("Previous", key="tour-back", disabled=number == 1):
                go(number - 1)
            if not last and st.button("Next", key="tour-on", type="primary", help=f"{STOPS[number].title}"):
                go(number + 1)
            st.button("Done" if last else "Leave", key="tour-leave", type="primary" if last else "tertiary", on_click=leave)


def _offer_return(number: int) -> None:
    with st.container(horizontal=True, gap="small", key="tour-stop"):
        if st.button(f"Back to the tour, {number} of {len(STOPS)}", key="tour-return", type="tertiary", icon=":material/replay:"):
            go(number)
        st.button("Leave it", key="tour-leave", type="tertiary", on_click=leave)
