"""The whole stand-in."""

import inspect
from typing import Any

from bench_core import api
from tests.pages.fake.attacks import Attacks
from tests.pages.fake.catalogue import GENERATORS, REFERENCE, Catalogue
from tests.pages.fake.detection import Detection
from tests.pages.fake.field import Field
from tests.pages.fake.filters import Filters
from tests.pages.fake.marks import Marks
from tests.pages.fake.membership import Membership
from tests.pages.fake.patients import Patients
from tests.pages.fake.power import Power
from tests.pages.fake.reading import Reading
from tests.pages.fake.results import Results
from tests.pages.fake.runs import Runs
from tests.pages.fake.studies import Studies
from tests.pages.fake.tasks import Tasks
from tests.pages.fake.utility import Utility


class Fake(
    Catalogue, Runs, Results, Marks, Patients, Power, Filters, Detection, Attacks, Utility, Tasks, Membership, Reading, Studies, Field
):
    """A workspace in memory. `filled=False` is what a newcomer sees before anything was made."""

    def __init__(self, filled: bool = True, count: int = 60) -> None:
        super().__init__(filled, count)
        if filled:
            self.fill()

    def fill(self) -> None:
        """Puts the embedded study there: two cohorts, seven synthetic sets, a run each, one failed."""
        for number, (name, kind) in enumerate((("phantom-train", "train"), ("phantom-real", "real"))):
            self.add_set(name, kind, self.count * 2, number)
        for number, generator in enumerate(GENERATORS):
            self.add_set(generator, "synthetic", self.count, 10 + number, generator)
            self.add_run(f"run-{generator}", "evaluate", generator, "done", f"id-{generator}")
        self.mark("id-phantom-gan", "phantom-g-00000", "id-phantom-train", "phantom-t-00000", "harmless", "bob")
        self.add_run(
            "run-broken",
            "generate",
            "broken-set",
            "failed",
            None,
            error="The weights of 'roentgen' are not here.",
            hint="Put them into the folder that its card names.",
        )

    def data_version(self) -> str:
        runs = [(r["id"], r["status"]) for r in self.run_rows]
        shown = (
            self.modes,
            self.by_finding,
            self.without_draws,
            self.lacking,
            self.powers,
            self.attacked,
            self.studied,
        )
        extra = f"{self.learned}-{self.unread}-{len(self.numbers)}-{shown}-{self.planted}-{self.searched}"
        return f"{id(self)}-{len(self.set_rows)}-{runs}-{self.projected}-{extra}"

    def references(self) -> list[api.Reference]:
        return [REFERENCE] if self.filled else []

    def demo_state(self) -> api.DemoState:
        return api.DemoState(self.filled, 9 if self.filled else 0, 9, "ready" if self.filled else "nothing made yet")

    def start_demo(self) -> None:
        self.demo_started = True

    def user_header(self) -> str:
        return ""

    def guest_cookie(self) -> str:
        return "triadcxr_fake"

    def guest_of(self, token: str) -> str | None:
        return token or None

    def new_guest(self) -> str:
        return "visitor"

    def guest_token(self, guest: str) -> str:
        return f"{guest}.signed"

    def guest_name(self, guest: str) -> str:
        return self.guests.get(guest, "ann")

    def rename_guest(self, guest: str, name: str) -> str:
        self.guests[guest] = name
        return name

    kiosk: int | None = None
    visits: tuple[tuple[str, str], ...] = ()

    def kiosk_seconds(self) -> int | None:
        return self.kiosk

    def kiosk_visit(self, guest: str) -> None:
        self.visits += (("visit", guest),)

    def kiosk_made(self, guest: str, set_name: str) -> None:
        self.visits += (("made", set_name),)

    def kiosk_reset(self, guest: str) -> list[str]:
        self.visits += (("reset", guest),)
        return []

    def functions(self) -> dict[str, Any]:
        """The functions of the facade that this stands in for."""
        own = ("fill", "add_set", "add_run", "judged", "functions", "install")
        return {n: f for n, f in inspect.getmembers(self, inspect.ismethod) if not n.startswith("_") and n not in own}

    def install(self, monkeypatch: Any) -> "Fake":
        """Puts the functions in the place of the real ones for one test."""
        import streamlit as st

        st.cache_data.clear()
        for name, function in self.functions().items():
            monkeypatch.setattr(api, name, function, raising=False)
        return self
