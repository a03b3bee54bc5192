"""Evaluations that are lacking: which sets have no numbers yet, how long these take, the button that asks for them, and their progress.

Every page that shows numbers offers them by this one component, for the reference in use.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components import read
from pages.components.frame import who
from pages.components.frame.problems import attempt, go_button, show_error
from pages.components.frame.reference import ReferenceInUse
from pages.components.runs.status import ACTIVE, running_now, show_progress, why_stopped
from pages.components.style.numbers import counted, duration
from pages.components.style.words import plain


@dataclass(frozen=True)
class Evaluations:
    """What is to be computed: numbers of these sets against a reference.

    Attributes:
        sets: the sets that lack them, name to id.
        subgroup: also by finding, or by view.
    """

    reference: ReferenceInUse
    sets: Mapping[str, str]
    mode: Literal["corrected", "compatible"] = "corrected"
    subgroup: Literal["finding", "view"] | None = None

    def specs(self) -> list[api.EvaluateSpec]:
        """The requests, one a set."""
        asked = [self.reference.evaluation(set_id, self.mode) for set_id in self.sets.values()]
        return [spec.model_copy(update={"subgroup": self.subgroup}) for spec in asked] if self.subgroup else asked

    def of(self, names: Sequence[str]) -> "Evaluations":
        """The same of some of the sets."""
        return replace(self, sets={n: i for n, i in self.sets.items() if n in names})

    def submit(self) -> None:
        """Queues them for whoever uses the page."""
        for spec in self.specs():
            attempt(who.submit, spec)

    def time(self) -> str:
        """How long they will take and how that is known, in words."""
        seconds, basis = self._time()
        return f"an unknown time: {basis}" if seconds is None else f"about {duration(seconds)}, {basis}"

    def title(self, what: str = "") -> str:
        """As Markdown: `Evaluate my-set`, `Evaluate 3 sets`; with the time, where it is known. `what`: words in the place of the names."""
        names = list(self.sets)
        label = f"Evaluate {what or (plain(names[0]) if len(names) == 1 else counted(len(names), 'set'))}"
        seconds, _ = self._time()
        by = f" by {self.subgroup}" if self.subgroup else ""
        by += " in compatible mode" if self.mode == "compatible" else ""
        return label + by + ("" if seconds is None else f" · about {duration(seconds)}")

    def _time(self) -> tuple[float | None, str]:
        return read.time_of_evaluations([spec.model_dump_json() for spec in self.specs()])

    def under_way(self) -> dict[str, str]:
        """Those that are queued or running already: name to the id of the run."""
        runs = api.runs(100)
        runs = runs[(runs["kind"] == "evaluate") & runs["status"].isin(ACTIVE) & runs["set_id"].isin(list(self.sets.values()))]
        names = {set_id: name for name, set_id in self.sets.items()}
        return {names[str(i)]: str(run_id) for run_id, i in zip(runs["id"], runs["set_id"], strict=True) if self._asks(str(run_id))}

    def _asks(self, run_id: str) -> bool:
        """Whether a run computes numbers of this reference, mode and grouping."""
        spec, mine = api.run(run_id).spec, self.reference
        if not isinstance(spec, api.EvaluateSpec):
            return False
        same = (spec.real, spec.train, spec.mode) == (mine.real, mine.train, self.mode) and mine.encoder in spec.encoders
        return same and self.subgroup in (None, spec.subgroup)


def whole_sets() -> dict[str, str]:
    """Synthetic sets of which all images are there, name to id, newest first; of several names of one set the first."""
    sets = read.sets("synthetic")
    sets = sets[sets["complete"]].drop_duplicates("id")
    return dict(zip(sets["name"], sets["id"], strict=True))


def lacking(results: pd.DataFrame) -> dict[str, str]:
    """Those of them of which there is no number in `results`."""
    judged = set(results["synthetic"])
    return {name: set_id for name, set_id in whole_sets().items() if set_id not in judged}


def against(reference: ReferenceInUse) -> str:
    """What sets are judged against, in words."""
    train = f"training set {reference.train_name} ({reference.n_train:,})" if reference.train else "no training set"
    return f"{reference.real_name} ({reference.n_real:,} held-out images), {train}, {reference.encoder_title}"


def offer(wanted: Evaluations, title: str, text: str) -> None:
    """Fills a page that has nothing to show: says what would be here, and makes the numbers with one click; follows them then.

    Where the encoder cannot run here it says what is missing; where there is no synthetic set, how to get one.
    """
    reference = wanted.reference
    missing = read.missing("encoder", reference.encoder)
    if not wanted.sets:
        return _offer_images(title, text)
    if missing:
        return _offer_other_encoder(reference, title, missing)
    running = wanted.under_way()
    rest = wanted.of([n for n in wanted.sets if n not in running])
    follow_evaluations(running)
    show_failure(rest)
    if rest.sets:
        judged = f"Judged against **{plain(against(reference))}**; the sidebar changes that."
        with _box(title, f"{text} {judged}", "analytics"):
            _ask(rest)
    return None


def offer_rest(wanted: Evaluations) -> None:
    """Lines on a page that has numbers: what is being made, and of which sets there are none, with the button that makes them."""
    running = wanted.under_way() if wanted.sets else {}
    rest = wanted.of([n for n in wanted.sets if n not in running])
    if running:
        follow_evaluations(running)
    else:
        running_now()
    show_failure(rest)
    if rest.sets and read.missing("encoder", wanted.reference.encoder) is None:
        by = f" by {wanted.subgroup}" if wanted.subgroup else ""
        by += " in compatible mode" if wanted.mode == "compatible" else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f":material/info: No numbers{by} yet of {_listed(list(rest.sets))}.", width="content")
            show_button(rest, f"rest-{rest.mode}-{rest.subgroup}")


@contextmanager
def _box(title: str, text: str, icon: str) -> Iterator[None]:
    """The frame of an empty page: an icon with a title, a text, and what the caller draws below."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.space("small")
        st.markdown(f"### :material/{icon}: {title}", text_alignment="center", width=640)
        st.markdown(text, text_alignment="center", width=640)
        yield
        st.space("small")


def _listed(names: Sequence[str], most: int = 3) -> str:
    """Names as people list them; of many the first ones."""
    shown = [f"**{plain(n)}**" for n in names[:most]]
    return ", ".join(shown) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def _ask(wanted: Evaluations) -> None:
    """Which of the sets, the button, and how long it takes."""
    names = list(wanted.sets)
    if len(names) > 1:
        key = f"lacking-{read.digest(names, wanted.mode, wanted.subgroup)}"
        wanted = wanted.of(st.multiselect("Sets", names, names, key=key, width=640))
    if wanted.sets:
        show_button(wanted, f"evaluate-{wanted.mode}-{wanted.subgroup}", kind="primary")
        reason = why_stopped()
        waits = f" It will wait: {reason}." if reason else ""
        st.caption(f"Takes {wanted.time()}.{waits}", text_alignment="center")


def show_button(
    wanted: Evaluations,
    key: str,
    *,
    kind: Literal["primary", "secondary"] = "secondary",
    what: str = "",
    before: Callable[[], None] | None = None,
) -> None:
    """The button that queues them, with the time that they take; `before` is called first when it is pressed."""

    def pressed() -> None:
        if before:
            before()
        wanted.submit()

    st.button(wanted.title(what), type=kind, icon=":material/analytics:", key=key, on_click=pressed, help=f"Takes {wanted.time()}.")


def _offer_images(title: str, text: str) -> None:
    """There is no synthetic set at all: make one, or bring one."""
    with (
        _box(title, f"{text} There are no synthetic images yet: make some, or bring your own.", "inbox"),
        st.container(horizontal=True, horizontal_alignment="center"),
    ):
        go_button("Generate images", "generate", key="no-sets-generate", kind="primary", icon=":material/auto_awesome:")
        go_button("Import my own", "data", key="no-sets-import", icon=":material/upload:", state={"tab": "Import"})


def _offer_other_encoder(reference: ReferenceInUse, title: str, missing: str) -> None:
    """The encoder in use cannot run here: what it lacks, and one that can."""
    usable = next((e for e in api.encoders() if read.missing("encoder", e) is None), None)
    lacks = plain(re.split(r" (?=hf download|curl|pip install|python -m|1\. )", missing)[0])
    with (
        _box(title, f"{plain(reference.encoder_title)} cannot run here: {lacks} The Catalog has the steps.", "warning"),
        st.container(horizontal=True, horizontal_alignment="center"),
    ):
        if usable:
            use = lambda: st.session_state.update(encoder=usable)
            st.button(f"Use {plain(usable)} instead", type="primary", key="other-encoder", on_click=use)
        go_button("Open the Catalog", "catalog", key="to-encoders", state={"kind": "encoders"})


def follow_evaluations(running: Mapping[str, str]) -> None:
    """How far evaluations are, live; the page is drawn again whenever one of them ends. `running`: name to the id of the run."""
    ids = list(running.values())
    if not ids:
        return

    @st.fragment(run_every=2.0)
    def live() -> None:
        runs = [api.run(run_id) for run_id in ids]
        active = [run for run in runs if run.status in ACTIVE]
        if len(active) < len(runs):
            st.rerun()
        first = next((run for run in active if run.status == "running"), active[0])
        behind = f" · {len(active) - 1} more" if len(active) > 1 else ""
        show_progress(first, f"**Evaluating {plain(first.name)}** · ", behind)

    live()


def show_failure(wanted: Evaluations) -> None:
    """Why there are still no numbers, where the newest evaluation of one of these sets failed."""
    runs = api.runs(100)
    runs = runs[(runs["kind"] == "evaluate") & runs["set_id"].isin(list(wanted.sets.values()))].drop_duplicates("set_id")
    for row in runs[runs["status"] == "failed"].head(3).to_dict("records"):
        show_error(f"The last evaluation of {plain(row['name'])} failed: {row['error']}", str(row["hint"] or ""))
