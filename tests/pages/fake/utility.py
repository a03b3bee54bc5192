"""What synthetic images are worth for training, in the fake."""

from typing import Any

import numpy as np
import pandas as pd

from bench_core import api, registry
from bench_core.frames import UTILITY, UTILITY_CURVES, UTILITY_GAINS
from tests.pages.fake.state import State

GAINS = {
    "synthetic_only": -0.06,
    "mixed": -0.01,
    "augmented": 0.03,
    "pretrained": 0.02,
    "duplicates": 0.0,
    "altered": 0.01,
    "more_real": 0.04,
}
MEASURES = ("auroc", "auprc")
FINDINGS = ("Edema", "Fracture", "all", "common", "rare")
SHARES = {0.01: 90, 1.0: 9000}
REFUSED = "phantom-real was imported, so the autoencoder of its generator is not here."


class Utility(State):
    """The functions of the facade about utility."""

    studied: tuple[str, ...] = ("phantom-ldm", "copycat")

    def utility(self, reference: api.Reference, classifier: str | None = None) -> pd.DataFrame:
        known = self.studied if self.filled and classifier in (None, "linear") and reference.train else ()
        return UTILITY.of([row for place, name in enumerate(known) for row in _rows(name, 0.01 * place)])

    def utility_curves(self, reference: api.Reference, set_name: str, classifier: str, protocol: str = "corrected") -> pd.DataFrame:
        grid = np.linspace(0, 1, 11)
        where = {"set_name": set_name, "classifier": classifier, "protocol": protocol, "share": 1.0, "ratio": np.nan, "count": 5}
        return UTILITY_CURVES.of(
            [
                {**where, "arm": arm, "curve": curve, "finding": "all", "x": x, "y": x**0.5 if curve == "roc" else x}
                for arm in ("real_only", *GAINS) for curve in ("roc", "calibration") for x in grid
            ]
        )  # fmt: skip

    def utility_gains(self, reference: api.Reference) -> pd.DataFrame:
        known = self.studied if self.filled and reference.train else ()
        where = {"classifier": "linear", "share": 0.01, "n_real": 90, "n_added": 200, "value": 0.03, "low": 0.02, "high": 0.04}
        null = {"null": 0.05, "null_low": 0.04, "null_high": 0.06}
        return UTILITY_GAINS.of([{"metric": "low_data_gain", "set_name": name, **where, **null} for name in known])

    def expected_utility(self, spec: api.UtilitySpec) -> float | None:
        return 300.0


def _rows(name: str, more: float) -> list[dict[str, Any]]:
    found = []
    for share, count in SHARES.items():
        where = {
            "set_name": name,
            "classifier": "linear",
            "protocol": "corrected",
            "tested_on": "",
            "share": share,
            "ratio": np.nan,
            "n_real": count,
            "n_test": 2000,
        }
        for arm in registry.arms():
            if arm == "reconstructed":
                found.append({**where, "arm": arm, "measure": "", "finding": "", "n_added": 200, "trainings": 0, "message": REFUSED})
                continue
            gain = 0.0 if arm == "real_only" else (GAINS[arm] + more) * (1 - share)
            for measure in MEASURES:
                for finding in FINDINGS:
                    value = 0.9 + 0.07 * share + gain
                    row = {"measure": measure, "finding": finding, "value": value, "low": value - 0.01, "high": value + 0.01}
                    gains = {"gain": gain, "gain_low": gain - 0.008, "gain_high": gain + 0.008} if arm != "real_only" else {}
                    added = 0 if arm == "real_only" else 200
                    more_of = {"n_added": added, "trainings": 5, "kept_at": 100.0, "message": ""}
                    found.append({**where, "arm": arm, **row, **gains, **more_of})
    return found
