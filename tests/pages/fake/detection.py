"""How many planted copies are found."""

from collections.abc import Mapping

import pandas as pd

from bench_core import api
from bench_core.frames import PLANTED_RECALL
from bench_core.memorization.plants import PLANTINGS, Planting
from bench_core.memorization.recall import SHARES, exact_interval
from tests.pages.fake.state import State

COPIES = 20


class Detection(State):
    """The functions of the facade about planted copies; a filled workspace has one set with some, in which copies were looked for."""

    def planted_sets(self) -> list[str]:
        return self.planted if self.filled else []

    def plantings(self) -> Mapping[str, Planting]:
        return PLANTINGS

    def detection_spec(self, synthetic: str, reference: api.Reference) -> api.DetectSpec:
        return api.DetectSpec(synthetic=synthetic, train=str(reference.train), real=reference.real, encoder=reference.encoder)

    def planted_recall(self, planted: str, reference: api.Reference) -> pd.DataFrame:
        if not self.searched:
            raise api.NotPossible("Copies were not looked for yet.", "Submit a DetectSpec.")
        rows = []
        for share in SHARES:
            for detector in ("copy", "features", "pixels", "vote"):
                for way in PLANTINGS.values():
                    for place, strength in enumerate(way.strengths):
                        found = 0 if detector == "features" else COPIES - 4 * place * (way.id == "blend")
                        rows.append(_row((way.truth(strength), way.id, strength), detector, share, found, COPIES))
                rows.append(_row(("unrelated", "", 0.0), detector, share, round(100 * share), 100))
        return PLANTED_RECALL.of(rows)

    def planted_f1(self, planted: str, reference: api.Reference) -> tuple[float, pd.DataFrame]:
        names = ["exact", "near", "unrelated"]
        return 0.923, pd.DataFrame([[380, 20, 0], [10, 80, 10], [0, 1, 99]], names, names)


def _row(what: tuple[str, str, float], detector: str, share: float, found: int, films: int) -> dict[str, object]:
    low, high = exact_interval(found, films)
    return {
        **dict(zip(("truth", "planting", "strength"), what, strict=True)), "detector": detector, "share": share, "films": films,
        "found": found, "recall": found / films, "low": low, "high": high,
    }  # fmt: skip
