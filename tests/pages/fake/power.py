"""What numbers can see of faults."""

from typing import Any

import pandas as pd

from bench_core import api, registry
from bench_core.engine.answers.power import described
from bench_core.frames import POWER
from tests.pages.fake.catalogue import METRICS
from tests.pages.fake.state import State

REPEATS = 12
SEES = {"fidelity": ("blur", "noise", "compression"), "variety": ("collapsed_modes",), "privacy": ("copies", "altered_copies")}
"""Families and the faults that their metrics see in the fake, from the second strength on."""


class Power(State):
    """The functions of the facade about power."""

    def power(self, reference: api.Reference) -> pd.DataFrame:
        known = registry.metrics()
        rows = [
            {"metric": metric, "version": known[metric].version, "n": n, "repeats": REPEATS, "against": 700, **row}
            for n in (self.powers if self.filled else ()) for metric in METRICS if metric != "trtr_auroc" for row in _cells(metric)
        ]  # fmt: skip
        return POWER.of(described(pd.DataFrame(rows)) if rows else [])

    def expected_power(self, spec: api.PowerSpec) -> float | None:
        if max(spec.n) > 800:
            raise api.InputError("phantom-real has 1108 patients: too few.", "Ask for at most n = 738.")
        return 480.0


def _cells(metric: str) -> list[dict[str, Any]]:
    family = METRICS[metric][1]
    found = [{"fault": "", "variant": "", "strength": 0.0, "worse": 0, "better": 1}]
    for fault in registry.faults().values():
        for variant in fault.variants[:3]:
            for place, strength in enumerate(fault.strengths):
                seen = place >= 1 and fault.id in SEES.get(family, ())
                better = metric == "density" and fault.id == "blur" and place >= 2
                counts = {"worse": 0 if better else REPEATS if seen else 1, "better": REPEATS if better else 0}
                found.append({"fault": fault.id, "variant": variant, "strength": strength, **counts})
    return found
