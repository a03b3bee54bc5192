"""Studies, in the fake."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from bench_core import api
from bench_core.engine.answers.studies import NUMBERS
from bench_core.errors import UnknownName
from bench_core.frames import STUDIES, STUDY_CELLS
from bench_core.studies.cells import cells_of
from tests.pages.fake.state import State

BEGUN = "sok-release"
REFUSED = "Drop near copies at 0.5 leaves none of the 60 images."


class Studies(State):
    """The functions of the facade about studies; one preset is half made."""

    studies_begun: tuple[str, ...] = (BEGUN,)
    study_runs = False
    started_studies: tuple[str, ...] = ()
    stopped_studies: tuple[str, ...] = ()

    def studies(self, reference: api.Reference) -> pd.DataFrame:
        known = self.studies_begun if self.filled and reference.train else ()
        rows = []
        for name in known:
            spec = api.read_study(api.study_presets()[name])
            rows.append(
                {
                    "key": f"key-{name}", "title": spec.title, "summary": spec.summary, "encoder": spec.encoder,
                    "toml": api.study_presets()[name], "created": 0.0, "done": 20, "total": 28, "message": "Attacks on copycat: 3 of 7",
                }
            )  # fmt: skip
        return STUDIES.of(rows)

    def study_cells(self, spec: api.StudySpec) -> pd.DataFrame:
        made = spec.title in [api.read_study(api.study_presets()[name]).title for name in self.studies_begun]
        return STUDY_CELLS.of([_row(place, cell, made and place < 20) for place, cell in enumerate(cells_of(spec))])

    def is_study_carried_out(self, key: str) -> bool:
        return self.study_runs

    def start_study(self, toml: str) -> str:
        self.started_studies = (*self.started_studies, toml)
        return "key-new"

    def stop_study(self, key: str) -> None:
        self.stopped_studies = (*self.stopped_studies, key)

    def expected_cells(self, spec: api.StudySpec) -> list[dict[str, Any]]:
        return [{"cell": cell.label, "state": "to be made", "message": ""} for cell in cells_of(spec)]

    def study_presets(self) -> Mapping[str, str]:
        from bench_core.studies.presets import presets

        return presets()

    def drawn_prompts(
        self, set_id: str, number: int | None = None, per_finding: int | None = None, seed: int = 0
    ) -> Sequence[api.PromptSpec]:
        raise UnknownName("set", set_id, ())


def _row(place: int, cell: Any, made: bool) -> dict[str, Any]:
    refused = made and cell.filter is not None and cell.name == "copycat"
    state = "not made yet" if not made else "could not be made" if refused else "made"
    row = {
        "source": cell.name, "filter": f"{cell.filter.id} {cell.threshold:g}" if cell.filter else "", "arm": cell.arm,
        "classifier": cell.classifier, "release": cell.release, "epsilon": cell.epsilon or float("nan"), "share": 1.0, "state": state,
        "set_name": cell.name if made else "", "synthetic": "", "images": 60, "attack": "gan_leaks" if state == "made" else "",
        "verdict": "nothing found" if state == "made" else "", "seconds": 10.0 + place, "message": REFUSED if refused else "",
        **dict.fromkeys(NUMBERS, float("nan")),
    }  # fmt: skip
    if state == "made":
        for name, value in (("utility", 0.8 + 0.005 * place), ("attack", 0.5 + 0.01 * (place % 7)), ("found", 0.01 * (place % 7))):
            column = "attack_auc" if name == "attack" else name
            row |= {column: value, f"{name}_low": value - 0.01, f"{name}_high": value + 0.01}
        row |= {"gain": -0.1, "gain_low": -0.12, "gain_high": -0.08}
    return row
