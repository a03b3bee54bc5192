"""The reference in use: which real set, training set and encoder numbers are read against. Chosen once, kept in the address."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address

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


def _names(kind: str) -> dict[str, str]:
    frame = read.sets(kind)
    return dict(zip(frame["name"], frame["id"], strict=True))


def choose_reference() -> ReferenceInUse | None:
    """Draws the selector in the sidebar; None where there is no real set yet."""
    real_sets, train_sets = _names("real"), _names("train")
    if not real_sets:
        return None
    known: dict[str, api.Reference] = {}
    for reference in api.references():
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
        cards = api.encoders()
        ids = list(cards)
        usual = next((i for i in ids if read.missing("encoder", i) is None), ids[0])
        usual = chosen.encoder if chosen is not None and chosen.encoder in cards else usual
        encoder = address.one(
            st.selectbox,
            "Encoder",
            ids,
            usual,
            key="encoder",
            help="The feature space in which images are compared. Numbers of two encoders never mix.",
        )
    return _describe(api.Reference(real, train, encoder, label), cards[encoder].title)


def _describe(reference: api.Reference, encoder_title: str) -> ReferenceInUse:
    real, train = reference.real, reference.train
    frame = read.sets().drop_duplicates("id").set_index("id")  # a set may have several names
    simulated = bool(frame["simulated"].get(real, False))
    n_real, n_train = int(frame["images"].get(real, 0)), int(frame["images"].get(train, 0)) if train else 0
    n_sets = int((frame["kind"] == "synthetic").sum())
    counts = f"real {n_real:,} · train {n_train:,} · {n_sets} synthetic set{'' if n_sets == 1 else 's'}"
    with st.sidebar:
        st.caption(counts)
        if simulated:
            st.caption(":material/science: Simulated patients, no clinical meaning")
    return ReferenceInUse(
        real,
        train,
        reference.encoder,
        reference.name,
        real_name=str(frame["name"].get(real, real)),
        train_name=str(frame["name"].get(train, "")) if train else None,
        encoder_title=encoder_title,
        simulated=simulated,
        n_real=n_real,
        n_train=n_train,
    )
