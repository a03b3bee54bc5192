"""The study in use: which real set, training set and encoder numbers are read against. Chosen once, kept in the address."""

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import address

OWN = "Own choice"
NONE = "none"


@dataclass(frozen=True)
class InUse:
    """The study that every page reads. Ids and names of the sets; `train` may be missing."""

    real: str
    real_name: str
    train: str | None
    train_name: str | None
    encoder: str
    encoder_title: str
    simulated: bool
    n_real: int
    n_train: int

    def evaluation(self, set_id: str, mode: Literal["corrected", "compatible"] = "corrected") -> api.EvaluateSpec:
        """The request that judges a synthetic set in this study."""
        return api.EvaluateSpec(synthetic=set_id, real=self.real, train=self.train, encoders=[self.encoder], mode=mode)


def _names(kind: str) -> dict[str, str]:
    frame = read.sets(kind)
    return dict(zip(frame["name"], frame["id"], strict=True))


def choose_study() -> InUse | None:
    """Draws the selector in the sidebar; None where there is no real set yet."""
    real_sets, train_sets = _names("real"), _names("train")
    if not real_sets:
        return None
    known: dict[str, api.Study] = {}
    for study in api.studies():
        if (study.real, study.train) not in [(s.real, s.train) for s in known.values()]:
            known[study.name.removesuffix(f" · {study.encoder}")] = study
    with st.sidebar:
        label = address.one(
            st.selectbox,
            "Study",
            [*known, OWN],
            next(iter(known), OWN),
            key="study",
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
    return _describe(real, train, encoder, cards[encoder].title)


def _describe(real: str, train: str | None, encoder: str, encoder_title: str) -> InUse:
    frame = read.sets().set_index("id")
    simulated = bool(frame["simulated"].get(real, False))
    n_real, n_train = int(frame["images"].get(real, 0)), int(frame["images"].get(train, 0)) if train else 0
    n_sets = int((frame["kind"] == "synthetic").sum())
    counts = f"real {n_real:,} · train {n_train:,} · {n_sets} synthetic set{'' if n_sets == 1 else 's'}"
    with st.sidebar:
        st.caption(counts)
        if simulated:
            st.caption(":material/science: Simulated patients, no clinical meaning")
    return InUse(
        real,
        str(frame["name"].get(real, real)),
        train,
        str(frame["name"].get(train, "")) if train else None,
        encoder,
        encoder_title,
        simulated,
        n_real,
        n_train,
    )
