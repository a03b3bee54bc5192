"""The reference in use: which real set, training set and encoder numbers are read against. Chosen once, kept in the address."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address
from pages.components.style.numbers import counted

OWN = "Own choice"
NONE = "none"


@dataclass(frozen=True, kw_only=True)
class ReferenceInUse(api.Reference):
    """The reference that every page reads against, by ids, with what is said of it. `train_name` is None without a training set."""

    real_name: str
    train_name: str | None
    encoder_title: str
    simulated: bool
    n_real: int
    n_train: int

    def evaluation(self, set_id: str, mode: Literal["corrected", "compatible"] = "corrected") -> api.EvaluateSpec:
        """The request that judges a synthetic set against this reference."""
        return api.EvaluateSpec(synthetic=set_id, real=self.real, train=self.train, encoders=[self.encoder], mode=mode)


def names_of(kind: str) -> dict[str, str]:
    """The whole sets of a kind, name to id, newest first."""
    frame = read.sets(kind)
    return dict(zip(frame["name"], frame["id"], strict=True))


def choose_reference() -> ReferenceInUse | None:
    """Draws the selector in the sidebar; None where there is no real set yet."""
    real_sets, train_sets = names_of("real"), names_of("train")
    if not real_sets:
        return None
    known: dict[str, api.Reference] = {}
    for reference in read.references():
        if (reference.real, reference.train) not in [(r.real, r.train) for r in known.values()]:
            known[reference.name.removesuffix(f" · {reference.encoder}")] = reference
    with st.sidebar:
        label = address.one(
            st.selectbox,
            "Reference",
            [*known, OWN],
            next(iter(known), OWN),
            key="reference",
            formerly="study",
            help="What synthetic images are judged against: held-out real images, and the images models learned from.",
        )
        chosen = known.get(label)
        if chosen is None:
            real_name = address.one(st.selectbox, "Real set (held out)", list(real_sets), next(iter(real_sets)), key="real")
            train_name = address.one(st.selectbox, "Training set", [*train_sets, NONE], next(iter(train_sets), NONE), key="train")
            real, train = real_sets[real_name], train_sets.get(train_name)
        else:
            real, train = chosen.real, chosen.train
        states = encoder_states(real, train)
        usual = chosen.encoder if chosen is not None and chosen.encoder in states else next(iter(states))
        encoder = address.one(
            st.selectbox,
            "Encoder",
            list(states),
            usual,
            key="encoder",
            format_func=lambda e: f"{e} · {states[e]}",
            help="The feature space in which images are compared; numbers of two encoders never mix. Those with numbers against this "
            "reference come first, then those that can make some, then those of which something is not on this machine.",
        )
    found = describe(api.Reference(real, train, encoder, label))
    _say(found)
    return found


HAS_NUMBERS, USABLE, NOT_HERE = "has numbers", "ready", "not here"


def encoder_states(real: str, train: str | None) -> dict[str, str]:
    """What each encoder is good for against these sets, the best first: HAS_NUMBERS, USABLE or NOT_HERE by its id."""
    have = {r.encoder for r in read.references() if r.real == real and train in (None, r.train)}

    def state(encoder: str) -> str:
        if encoder in have:
            return HAS_NUMBERS
        return USABLE if read.missing("encoder", encoder) is None else NOT_HERE

    states = {encoder: state(encoder) for encoder in api.encoders()}
    order = (HAS_NUMBERS, USABLE, NOT_HERE)
    return dict(sorted(states.items(), key=lambda item: order.index(item[1])))


def describe(reference: api.Reference) -> ReferenceInUse:
    """What can be said of a reference (sets by id): names, numbers of images, whether patients are simulated."""
    real, train, cards = reference.real, reference.train, api.encoders()
    frame = read.sets().drop_duplicates("id").set_index("id")
    return ReferenceInUse(
        real,
        train,
        reference.encoder,
        reference.name,
        real_name=str(frame["name"].get(real, real)),
        train_name=str(frame["name"].get(train, "")) if train else None,
        encoder_title=cards[reference.encoder].title if reference.encoder in cards else reference.encoder,
        simulated=bool(frame["simulated"].get(real, False)),
        n_real=int(frame["images"].get(real, 0)),
        n_train=int(frame["images"].get(train, 0)) if train else 0,
    )


def _say(reference: ReferenceInUse) -> None:
    """What the sidebar says of the reference."""
    synthetic = counted(len(read.sets("synthetic")), "synthetic set")
    train = f"train {reference.n_train:,}" if reference.train else "no training set"
    with st.sidebar:
        st.caption(f"real {reference.n_real:,} · {train} · {synthetic}")
        if reference.simulated:
            st.caption(":material/science: Simulated patients, no clinical meaning")
