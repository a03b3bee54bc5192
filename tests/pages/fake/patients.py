"""Whose film a synthetic image may be."""

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.errors import NotPossible
from bench_core.frames import MATCHES, PAIR_SCORES, PROMPT_SCORES
from tests.pages.fake.catalogue import COPYING
from tests.pages.fake.state import State


class Patients(State):
    """The functions of the facade about patients."""

    def reidentification(self, synthetic: str, reference: api.Reference, rate: float = 0.01) -> api.Reidentification:
        if synthetic not in [row["id"] for row in self.judged()]:
            raise NotPossible("The features are not there.", "Evaluate it first.")
        rng = np.random.default_rng(6)
        ids, near = self.tables[synthetic]["image_id"].to_numpy(), self.tables[str(reference.train)]["image_id"].to_numpy()
        copied = rng.random(len(ids)) < COPYING.get(synthetic.removeprefix("id-"), 0.0)
        scores = np.where(copied, rng.normal(-2, 0.3, len(ids)), rng.normal(-6, 0.6, len(ids)))
        held_out = np.sort(rng.normal(-6, 0.6, 2_000))[::-1]
        cut = float(held_out[int(rate * 2_001) - 1])
        found = int((scores > cut).sum())
        chance = 1e-9 if copied.any() else 0.4
        count = api.CopyCount(found, len(ids), rate, rate, 2_000, len(ids), -cut, 5, chance)
        columns = {"image_id": ids, "train_image_id": rng.choice(near, len(ids)), "score": scores}
        frame = pd.DataFrame({**columns, "chance": [(1 + (held_out >= score).sum()) / 2_001 for score in scores]})
        frame["subject_id"] = frame["train_image_id"].str.replace("i", "p")
        edges = np.linspace(-14, 0, 61)
        kinds = {"same": rng.normal(-3, 1, 400), "different": rng.normal(-9, 1.2, 50_000)}
        rows = [
            {"kind": kind, "low": low, "high": high, "count": count}
            for kind, values in kinds.items()
            for low, high, count in zip(edges, edges[1:], np.histogram(values, edges)[0], strict=False)
        ]
        worth = {"auroc": 0.991, "rank_one": 0.87, "same": 400.0, "different": 50_000.0}
        pairs = api.RealPairs(PAIR_SCORES.of(rows), np.sort(kinds["different"]), worth)
        matches = MATCHES.of(frame.sort_values("score", ascending=False, ignore_index=True))
        return api.Reidentification(matches, held_out, count, pairs, "distance")

    def paired_reidentification(self, synthetic: str, reference: api.Reference, delta: float = 0.5) -> api.PairedFigures:
        if synthetic != "id-copycat":
            raise NotPossible("No image was made for a training report.", "Generate from the reports of the training set.")
        rows = [{"prompt": f"r{i}", "train_image_id": f"i{i}", "images": 10, "mean": -5.0 - i, "max": -2.0 - i} for i in range(4)]
        return api.PairedFigures(PROMPT_SCORES.of(rows), -6.5, -3.5, sum(row["max"] > delta for row in rows), delta)
