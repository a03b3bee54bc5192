"""What attacks found, in the fake: one finds a leak, one nothing, one fails its control, one cannot run."""

from typing import Any

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.frames import ATTACK_ROC, ATTACKED_PATIENTS, ATTACKS
from tests.pages.fake.state import State

SAID = {
    "domias": (0.507, "nothing found", "Did not tell members from others; it sees 20 % of the members released unchanged."),
    "gan_leaks": (
        0.571,
        "leak",
        "Tells members from others: AUC 0.571; 40 of 900 training patients above all but 1 % of others.",
    ),
    "gan_leaks_by_generator": (None, "not possible", "There is no other to read."),
    "monte_carlo": (0.6, "control failed", "No verdict: it tells a perfect generator apart, too (AUC 0.580)."),
}


class Attacks(State):
    """The functions of the facade about attacks."""

    def attacks(self, reference: api.Reference, synthetic: str | None) -> pd.DataFrame:
        return ATTACKS.of([_row(name, *SAID[name]) for name in SAID] if self.filled and synthetic in self.attacked else [])

    def attack_roc(self, scores: str) -> pd.DataFrame:
        fpr = np.geomspace(0.001, 1, 40)
        return ATTACK_ROC.of(pd.DataFrame({"fpr": np.r_[0, fpr], "tpr": np.r_[0, fpr**0.7]}))

    def attacked_patients(self, reference: api.Reference, scores: str) -> pd.DataFrame:
        rows = [
            {
                "patient": f"p{i}", "member": i != 3, "score": 1 - i / 20, "mean": 0.9 - i / 20, "images": 2,
                "image_id": f"phantom-{'r' if i == 3 else 't'}-{i:05d}", "above": i / 300,
            }
            for i in range(12)
        ]  # fmt: skip
        return ATTACKED_PATIENTS.of(rows)

    def expected_attacks(self, spec: api.AttackSpec) -> float | None:
        return 90.0


def _row(name: str, auc: float | None, verdict: str, message: str) -> dict[str, Any]:
    ends = {"auc": auc, "auc_low": auc and auc - 0.02, "auc_high": auc and auc + 0.02}
    rate = {"fpr": 0.01, "tpr": 0.044, "low": 0.032, "high": 0.06, "hits": 40, "n": 900, "others": 500, "message": ""}
    refused = {"fpr": 0.001, "tpr": None, "message": "TPR at 0.1 % needs 1,000 held-out patients; there are 500."}
    planted = [
        {"dose": dose, "patients": 9 * dose, "of": 900, "images": 12 * dose, "seen": dose >= 20, **ends, "auc": 0.5 + dose / 200}
        for dose in (1, 5, 20, 100)
    ]
    control = {"passed": verdict != "control failed", "auc": 0.503, "auc_low": 0.48, "auc_high": 0.53}
    none = {"perfect": None, "members": None, "planted": [], "generated": None}
    return {
        "attack": name, "target": "released images", **ends, "p_value": None if auc is None else 0.001,
        "tpr_at": {} if auc is None else {"0.01": rate, "0.001": refused},
        "controls": none if auc is None else {"perfect": control, "members": control, "planted": planted, "generated": None},
        "set_attack": None, "verdict": verdict, "message": message, "n_members": 1500, "n_others": 800, "n_reference": 400,
        "n_released": 60, "patients_members": 900, "patients_others": 500, "settings": {}, "seed": 0, "other": None, "generator": None,
        "scores": None if auc is None else f"scores-{name}", "seconds": 3.0,
    }  # fmt: skip
