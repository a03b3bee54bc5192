"""Segmentation, reports and retrieval, in the fake."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bench_core import api, registry
from bench_core.frames import READ_REPORTS, REPORT_SCORES, RETRIEVAL, ROUND_TRIP, TASKS
from tests.pages.fake.state import State

MEASURES = {"segmentation": ("segmentation_dice", "segmentation_surface_distance"), "reports": ("report_finding_f1", "report_bleu")}
PARTS = {"segmentation": ("all", "lungs", "heart"), "reports": ("all",)}
REFUSED = "Phantom LDM makes images and does not know where things are in them, so that none of them has masks."
UNREAD = "The set is not encoded with Phantom eye."


class Tasks(State):
    """The functions of the facade about tasks, reports read from images, and predictions."""

    learned: tuple[str, ...] = ("phantom-ldm",)
    unread: tuple[str, ...] = ()

    def tasks(self, reference: api.Reference, task: str) -> pd.DataFrame:
        names = self.learned if self.filled and reference.train else ()
        rows = []
        for name in names:
            for share in (0.1, 1.0):
                for arm in ("real_only", "synthetic_only", "augmented", "duplicates"):
                    where = {"set_name": name, "task": task, "arm": arm, "share": share, "n_real": 40, "n_added": 60, "n_test": 50}
                    empty = dict.fromkeys(("value", "low", "high", "gain", "gain_low", "gain_high"), np.nan)
                    if arm == "synthetic_only" and task == "segmentation":
                        rows.append({**where, **empty, "measure": "", "finding": "", "trainings": 0, "message": REFUSED})
                        continue
                    for measure in MEASURES[task]:
                        for part in PARTS[task]:
                            value = {"value": 0.8, "low": 0.7, "high": 0.9, "gain": 0.02, "gain_low": -0.01, "gain_high": 0.05}
                            gain = {} if arm != "real_only" else dict.fromkeys(("gain", "gain_low", "gain_high"), np.nan)
                            rows.append({**where, **value, **gain, "measure": measure, "finding": part, "trainings": 3, "message": ""})
        return TASKS.of(rows)

    def expected_task(self, spec: api.TaskSpec) -> float | None:
        return 300.0

    def round_trip(self, images: str, reference: api.Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
        if images in self.unread:
            raise api.NotPossible(UNREAD, "Evaluate it first.")
        counts = {"asked": 9, "read": 8, "hits": 6, "value": 0.7, "low": 0.6, "high": 0.8, "null": 0.9, "null_low": 0.85, "null_high": 0.95}
        found = [{"finding": f, "side": s, **counts} for f, s in (("all", ""), ("Pneumothorax", "left"), ("central line", "right"))]
        said = {
            "prompt": "Left pneumothorax.",
            "asked": "Pneumothorax left",
            "read": "",
            "missed": "Pneumothorax left",
            "invented": "",
            "f1": 0.0,
        }
        return ROUND_TRIP.of(found), READ_REPORTS.of([{"image_id": "one", **said}])

    def retrieval(self, images: str, encoder: str, real: str | None = None) -> pd.DataFrame:
        row = {
            "value": 0.5,
            "low": 0.4,
            "high": 0.6,
            "chance": 0.01,
            "null": 0.9,
            "null_low": 0.8,
            "null_high": 1.0,
            "images": 60,
            "reports": 30,
        }
        return RETRIEVAL.of([{"direction": d, "k": k, **row} for d in ("image_to_report", "report_to_image") for k in (1, 5, 10)])

    def report_scores_known(self) -> Mapping[str, api.ReportScore]:
        return registry.report_scores()

    def score_reports(
        self, predictions: Path | bytes, scores: Sequence[str] | None = None, *, name: str = "", seed: int = 0
    ) -> pd.DataFrame:
        if b"reference" not in bytes(predictions if isinstance(predictions, bytes) else b""):
            raise api.TableError(f"{name} line 1: there is no 'reference'.", ["line 1: there is no 'reference'"])
        row = {"score": "report_finding_f1", "title": "Finding F1", "value": 0.8, "low": 0.7, "high": 0.9, "chance": 0.4, "reports": 20}
        return REPORT_SCORES.of([{**row, "finding": "all"}, {**row, "finding": "Edema"}])
