"""What the field has found, and metrics beside utility, in the fake."""

import pandas as pd

from bench_core import api
from bench_core.engine.answers.metric_worth import reading
from bench_core.frames import METRIC_WORTH
from tests.pages.fake.state import State


class Field(State):
    """The functions of the facade about findings of the field."""

    worth_known = True

    def worth_figures(self, reference: api.Reference) -> list[api.WorthFigure]:
        measures = ("auroc", "auprc") if self.filled and self.worth_known else ()
        return [api.WorthFigure("linear", "augmented", 0.01, measure) for measure in measures]

    def metric_worth(self, reference: api.Reference, figure: api.WorthFigure) -> pd.DataFrame:
        where = {**figure._asdict(), "n": 7}
        rows = [
            {**where, "metric": "frechet_distance", "rho": 0.8, "low": 0.3, "high": 1.0, "left_low": 0.6, "left_high": 0.9},
            {**where, "metric": "coverage", "rho": -0.1, "low": -0.8, "high": 0.7, "left_low": -0.5, "left_high": 0.4},
        ]
        return METRIC_WORTH.of(rows)

    def reading_of_worth(self, rows: pd.DataFrame) -> str:
        return reading(rows, {})

    def field_findings(self, reference: api.Reference) -> list[api.FieldFinding]:
        sets = pd.DataFrame({"label": ["phantom-ldm", "phantom-gan"], "x": [-40.0, -60.0], "y": [0.5, 0.6], "error": [0.1, 0.1]})
        bars = pd.DataFrame({"label": ["frechet_distance"], "x": [0.5], "y": ["a"], "low": [-0.2], "high": [0.9]})
        more = {"claim": "Somebody: it is so.", "source": "arXiv 0000.00000 abstract", "command": "python -m bench_core study chexgenbench"}
        make = lambda letter, state, points, kind: api.FieldFinding(
            letter, f"Sentence {letter}.", state, "Found here.", points, ("x", "y"), "t", kind, **more
        )
        return [
            make("a", "reproduced", sets, "points"), make("d", "not reproduced here", bars, "bars"),
            make("g", "not enough sets here", sets[:0], "differences"), make("h", "reproduced", sets, "differences"),
        ]  # fmt: skip
