"""What filters leave."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.frames import FILTER_LOG, WHAT_REMAINS
from tests.pages.fake.catalogue import REFERENCE
from tests.pages.fake.state import State

ABLE = ["frechet_distance", "coverage", "copy_share", "nearest_train_distance", "tstr_auroc"]


class Filters(State):
    """The functions of the facade about filters: an image goes at the threshold that is its place in the set."""

    def filter_log(self, name_or_id: str) -> pd.DataFrame:
        spec = api.FilterSpec(name="x", images="id-phantom-gan", filter=api.Choice(id="drop_near_copies"), encoder=REFERENCE.encoder)
        return self.what_goes(spec)

    def filter_steps(self, spec: api.FilterSpec) -> tuple[list[float], list[str]]:
        self._able(spec)
        return [0.1, 0.3, 0.5, 0.7, 0.9], ABLE

    def what_goes(self, spec: api.FilterSpec) -> pd.DataFrame:
        self._able(spec)
        ids = self.tables[spec.images]["image_id"]
        values = np.linspace(0, 1, len(ids))
        at = 0.5 if spec.threshold is None else spec.threshold
        return FILTER_LOG.of(
            pd.DataFrame({"image_id": ids, "kept": values >= at, "value": values, "threshold": at, "because": "t-1", "patient": None,
                          "reason": ["near" if v < at else "" for v in values]})
        )  # fmt: skip

    def what_remains(
        self,
        spec: api.FilterSpec,
        metrics: Sequence[str],
        thresholds: Sequence[float | None],
        beside_perfect: bool = False,
        on_progress: Any = None,
    ) -> pd.DataFrame:
        rows = []
        for at in thresholds:
            share = 1.0 if at is None else 1 - at
            for metric in metrics:
                told = {"value": 0.2 + share, "low": 0.1 + share, "high": 0.3 + share, "matched": share, "null": 0.5, "null_low": 0.4}
                place = {"metric": metric, "family": api.metrics()[metric].family, "threshold": np.nan if at is None else at}
                found = {**told, "null_high": 0.6} if beside_perfect else {**dict.fromkeys([*told, "null_high"]), "value": 0.2 + share}
                rows.append({**place, "kept": int(60 * share), "share": share, **found, "message": ""})
                if on_progress:
                    on_progress(0, 1, metric)
        return WHAT_REMAINS.of(rows)

    def _able(self, spec: api.FilterSpec) -> None:
        if spec.filter.id == "best_of_n":
            raise api.NotPossible("Best of n needs an encoder that reads text.", "Choose another one.")
        if spec.encoder == "rad-dino":
            raise api.NotPossible("It is not encoded.", "Evaluate it first.")
