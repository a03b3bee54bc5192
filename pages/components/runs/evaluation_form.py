"""The form that judges sets against whatever one chooses: after an import, and beside any set on the Data page."""

from collections.abc import Mapping

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame.problems import go_button
from pages.components.frame.reference import NONE, OWN, ReferenceInUse, describe, encoder_states, names_of
from pages.components.runs.evaluations import Evaluations, follow_evaluations, show_button, show_failure
from pages.components.style.numbers import counted
from pages.components.style.words import plain

NEW = "_new_set"
"""Where the session keeps the id of the set that was imported last, until it is put away."""


def offer_new_set(reference: ReferenceInUse | None) -> None:
    """After an import: the set that came, and what it can be judged against or with, at once; nothing where none came."""
    sets = read.sets().drop_duplicates("id").set_index("id")
    set_id = st.session_state.get(NEW)
    if set_id not in sets.index:
        return
    name, kind, images = sets.loc[set_id, ["name", "kind", "images"]]
    others = names_of("synthetic")
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f":material/check_circle: **{plain(name)}** is here: {counted(int(images), f'{_word(kind)} image')}.", width="stretch"
            )
            st.button(
                "Put away", icon=":material/close:", type="tertiary", key="put-away", on_click=lambda: st.session_state.pop(NEW, None)
            )
        if kind == "synthetic":
            evaluation_form("new", {name: set_id}, reference)
        elif not others:
            st.markdown("Import or generate synthetic images next: they are judged against it.")
        else:
            chosen = st.multiselect("Judge these sets", list(others), list(others), key="new-sets")
            start = describe(api.Reference(set_id, None, "", "")) if kind == "real" else reference
            evaluation_form("new", {n: others[n] for n in chosen}, start, train_id=set_id if kind == "train" else None)


def _word(kind: str) -> str:
    return {"real": "real", "train": "training", "synthetic": "synthetic"}[kind]


def evaluation_form(key: str, sets: Mapping[str, str], reference: ReferenceInUse | None, train_id: str | None = None) -> None:
    """What to judge these sets by (real set, training set or none, encoder), the time, the button; then the progress and ways on.

    Args:
        sets: name to id.
        reference: what is chosen at first.
        train_id: the training set that is chosen at first, where it is not that of the reference.
    """
    real_sets, train_sets = names_of("real"), {NONE: None, **names_of("train")}
    if not real_sets:
        st.markdown("There are no real images to judge it against yet: import held-out real ones below, as “real, held out”.")
        return
    real_first = _name(real_sets, reference.real if reference else None) or next(iter(real_sets))
    train_first = _name(train_sets, train_id or (reference.train if reference else None)) or NONE
    a, b, c = st.columns(3)
    real_name = a.selectbox("Evaluate against (real, held out)", list(real_sets), _at(real_sets, real_first), key=f"{key}-real")
    train_name = b.selectbox(
        "Training set, if known", list(train_sets), _at(train_sets, train_first), key=f"{key}-train",
        help="What the generator learned from. Without it there are no numbers on privacy and copies; all others need none.",
    )  # fmt: skip
    real, train = real_sets[real_name], train_sets[train_name]
    states = encoder_states(real, train)
    if f"{key}-encoder" in st.session_state:  # written anew: what stands behind its name changes once there are numbers
        st.session_state[f"{key}-encoder"] = st.session_state[f"{key}-encoder"]
    encoder = c.selectbox(
        "Encoder", list(states), key=f"{key}-encoder", format_func=lambda e: f"{e} · {states[e]}", help="The feature space of the numbers."
    )
    wanted = Evaluations(describe(api.Reference(real, train, encoder)), sets)
    _act(key, wanted)


def _act(key: str, wanted: Evaluations) -> None:
    """What can be done with the choice: ask, wait, or look."""
    reference = wanted.reference
    missing = read.missing("encoder", reference.encoder)
    if not wanted.sets:
        return
    if missing:
        st.warning(f"{plain(reference.encoder_title)} cannot run here: {plain(missing)}", icon=":material/warning:")
        return
    judged = set(read.results(reference)["synthetic"])
    rest = wanted.of([n for n, i in wanted.sets.items() if i not in judged])
    running = rest.under_way()
    rest = rest.of([n for n in rest.sets if n not in running])
    follow_evaluations(running)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if rest.sets:
            show_button(rest, f"{key}-go", kind="primary", before=lambda: _use(reference))
            st.caption(f"Takes {rest.time()}.", width="stretch")
        elif not running:
            st.markdown(":material/check: Evaluated.", width="content")
            state = _choice(reference) | {"set": next(iter(wanted.sets))}
            for label, page, icon in (("Overview", "overview", "dashboard"), ("Trade-offs", "trade_offs", "bubble_chart")):
                go_button(label, page, key=f"{key}-{page}", icon=f":material/{icon}:", state=state)
    show_failure(rest)


def _choice(reference: ReferenceInUse) -> dict[str, object]:
    """The sidebar's own words for a reference."""
    return {"reference": OWN, "real": reference.real_name, "train": reference.train_name or NONE, "encoder": reference.encoder}


def _use(reference: ReferenceInUse) -> None:
    """Makes a reference the one in use on all pages; for use in callbacks."""
    st.session_state.update(_choice(reference))


def _name(sets: Mapping[str, str | None], set_id: str | None) -> str | None:
    return next((name for name, i in sets.items() if i == set_id and i), None)


def _at(sets: Mapping[str, str | None], name: str) -> int:
    return list(sets).index(name)
