"""What the parts of the fake share: its sets, runs and numbers, and what was asked of it."""

from typing import Any

import pandas as pd

from bench_core import api


class State:
    """A workspace in memory, empty at first."""

    def __init__(self, filled: bool, count: int) -> None:
        self.filled, self.count = filled, count
        self.submitted: list[Any] = []
        self.cancelled: list[str] = []
        self.deleted: list[str] = []
        self.added: list[tuple[Any, ...]] = []
        self.imported: list[tuple[Any, ...]] = []
        self.projected = True
        self.powers: tuple[int, ...] = (200,)
        self.planted, self.searched = ["planted copies"], True
        self.attacked: tuple[str, ...] = ("id-phantom-gan", "id-phantom-ldm-overfit")
        self.at_risk = True
        self.asked_models: tuple[str, ...] = ("phantom-ldm-overfit",)
        self.numbers: list[dict[str, Any]] = []
        self.modes = ["corrected"]
        self.run_rows: list[dict[str, Any]] = []
        self.tables: dict[str, pd.DataFrame] = {}
        self.set_rows: list[dict[str, Any]] = []
        self.sources: list[api.PromptSource] = []
        self.guests: dict[str, str] = {}
        self.extracted: list[str] = []
        self.said: list[tuple[str, ...]] = []
        self.demo_started = False
        self.held: str | None = None
        self.by_finding: tuple[str, ...] = ("copycat", "phantom-ldm", "phantom-gan")
        self.without_draws: tuple[str, ...] = ()
        self.lacking: dict[str, tuple[str, ...]] = {}

    def judged(self) -> list[dict[str, Any]]:
        """The rows of the synthetic sets that were evaluated."""
        done = {r["set_id"] for r in self.run_rows if r["kind"] == "evaluate" and r["status"] == "done"}
        return [row for row in self.set_rows if row["kind"] == "synthetic" and row["id"] in done]
