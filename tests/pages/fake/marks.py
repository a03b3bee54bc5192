"""What people and detectors say of pairs."""

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.frames import DETECTIONS, MARKS
from tests.pages.fake.maps import Maps


class Marks(Maps):
    """The functions of the facade about marks; a filled workspace has one, of a pair that the facade would not refuse."""

    def mark(self, synthetic: str, image_id: str, train: str, train_image_id: str, mark: str | None, author: str | None = None) -> None:
        pair = (synthetic, image_id, train, train_image_id)
        self.said.append((*pair, mark or "", author or "local"))

    def marks(self, synthetic: str | None = None, train: str | None = None, history: bool = False) -> pd.DataFrame:
        said = [s for s in self.said if synthetic in (None, s[0]) and train in (None, s[2])]
        last = {s[:4]: i for i, s in enumerate(said)}
        rows = [
            {
                "set_name": s[0].removeprefix("id-"), "image_id": s[1], "train_name": s[2].removeprefix("id-"), "train_image_id": s[3],
                "mark": s[4], "author": s[5], "created": pd.Timestamp("2026-11-20 12:00", tz="UTC"), "stands": last[s[:4]] == i,
            }
            for i, s in enumerate(said)
        ]  # fmt: skip
        return MARKS.of([row for row in rows if history or (row["stands"] and row["mark"])])

    def detections(self, synthetic: str, reference: api.Reference) -> pd.DataFrame:
        """Two detectors, without a copy encoder; of each image the training images that are nearest."""
        near = self.neighbours(synthetic, reference)
        still = {"down": 0.0, "right": 0.0, "angle": 0.0, "scale": 1.0, "mirrored": False, "words": "near", "train_subject_id": None}
        asked = {
            "features": -near["ratio"],
            "pixels": 0.5,
            "fine": 0.3,
            "outside": 0.6,
            "whole": 0.4,
            "p_features": near["p_value"],
            "p_pixels": 0.3,
            "p": near["p_value"],
        }
        return DETECTIONS.of(near.assign(copy=np.nan, p_copy=np.nan, **asked, **still))

    def template_copies(self, synthetic: str, reference: api.Reference, share: float) -> api.TemplateCopies:
        """Of copycat two images that show one training image outside of one region; nobody looked at other sets."""
        if synthetic != "id-copycat":
            raise api.NotPossible("Copies were not looked for yet.", "Submit a DetectSpec.")
        ids, train = self.tables[synthetic]["image_id"], self.tables[str(reference.train)]["image_id"]
        found = [api.TemplateCopy(str(i), str(train.iloc[0]), None, 0.97, 0.4, (0.25, 0.25, 0.75, 0.5)) for i in ids.iloc[:2]]
        count = api.CopyCount(2, len(ids), share, share, 999, len(ids), -0.9, 1, 0.004)
        return api.TemplateCopies(count, tuple(found))
