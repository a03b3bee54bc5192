"""Where images lie: nearest training images, the map."""

from typing import Any

import numpy as np
import pandas as pd

from bench_core import api
from bench_core.errors import NotPossible
from bench_core.frames import NEIGHBOURS, NEIGHBOURS_AND_HELD_OUT, PROJECTION
from bench_core.metrics.held_out import chance_of, most_by_chance, rank_of
from tests.pages.fake.catalogue import COPYING, SKILL
from tests.pages.fake.state import State


class Maps(State):
    """The functions of the facade about distances between images."""

    def neighbours(self, synthetic: str, reference: api.Reference, k: int = 5) -> pd.DataFrame:
        if synthetic not in [row["id"] for row in self.judged()]:
            raise NotPossible("The features are not there.", "Evaluate the set first.")
        rng = np.random.default_rng(3)
        ids = self.tables[synthetic]["image_id"].to_numpy()
        copying = COPYING.get(synthetic.removeprefix("id-"), 0.0)
        first = np.where(rng.random(len(ids)) < copying, rng.gamma(6, 0.05, len(ids)), rng.normal(1.0, 0.12, len(ids)))
        ratios = first[:, None] + np.cumsum(rng.gamma(2, 0.03, (len(ids), k)), axis=1)
        near = self.tables[str(reference.train)]["image_id"].to_numpy()
        near = near[rng.integers(0, len(near), (len(ids), k))]
        frame = pd.DataFrame(
            {
                "image_id": np.repeat(ids, k),
                "rank": np.tile(np.arange(1, k + 1), len(ids)),
                "train_image_id": near.ravel(),
                "distance": ratios.ravel() * 3,
                "ratio": ratios.ravel(),
                "held_out_share": np.clip(np.repeat(first - 0.7, k), 0, 1),
                "patients_as_near": np.clip(np.repeat(first - 0.7, k) * self.count, 0, self.count).astype(int),
                "p_value": (1 + np.clip(np.repeat(first - 0.7, k) * self.count, 0, self.count).astype(int)) / (1 + self.count),
            }
        )
        return (NEIGHBOURS_AND_HELD_OUT if reference.real else NEIGHBOURS).of(frame)

    def held_out(self, reference: api.Reference) -> np.ndarray:
        return np.random.default_rng(4).normal(1.05, 0.12, 2 * self.count).astype(np.float32)

    def copies_found(self, synthetic: str, reference: api.Reference, share: float = 0.001) -> api.CopyCount:
        near, held_out = self.neighbours(synthetic, reference), np.sort(self.held_out(reference))
        ratios, people = near[near["rank"] == 1]["ratio"].to_numpy(), len(held_out)
        rank = rank_of(share, people)
        found, images = int((ratios < held_out[rank - 1]).sum()), len(ratios)
        return api.CopyCount(
            found=found, images=images, asked=share, share=rank / (people + 1), patients=people, prompts=images,
            cut=float(held_out[rank - 1]),
            most=most_by_chance(images, people, rank), chance=chance_of(found, images, people, rank),
        )  # fmt: skip

    def likeness(self, synthetic: str, image_id: str, train: str, train_image_id: str) -> api.PairLikeness:
        return api.PairLikeness(share=0.94, template=0.12 if image_id.endswith("3") else None, mirrored=False)

    def extraction(self, synthetic: str, reference: api.Reference, least: int = 10, share: float = 0.0001) -> api.Extraction:
        if synthetic not in self.extracted:
            raise NotPossible("The set was not searched.", "Ask for it.")
        ids, film = self.tables[synthetic]["image_id"].tolist(), self.tables[str(reference.train)].iloc[4]
        about = {"prompt": "No *acute* process.", "prompt_images": 15, "image_id": ids[1], "train_image_id": film["image_id"]}
        clique = api.ExtractedClique(
            **about, image_ids=tuple(ids[1:48:4]), patient=film["subject_id"], ratio=0.3, p_value=1 / 61, same_patient=11, extracted=True
        )
        return api.Extraction(cliques=(clique,), prompts=4, images=60, least=10, share=0.0001)

    def stored_projection(self, set_ids: Any, encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame | None:
        return self.projection(set_ids, encoder) if self.projected else None

    def projection(self, set_ids: Any, encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame:
        rng = np.random.default_rng(5)
        parts = []
        for set_id in set_ids:
            row = next(r for r in self.set_rows if r["id"] == set_id)
            table = self.tables[set_id]
            far = 3 * SKILL.get(row["generator"], 0.0)
            part = pd.DataFrame(
                {
                    "x": rng.normal(far, 1.5, len(table)),
                    "y": rng.normal(0, 1, len(table)),
                    "set_id": set_id,
                    "set_name": row["name"],
                    "kind": row["kind"],
                    "generator": row["generator"],
                    "image_id": table["image_id"],
                    "prompt": table["prompt"],
                    "placed": "fitted",
                }
            )
            parts.append(pd.concat([part, table[list(api.FINDINGS)]], axis=1))
        return PROJECTION.of(pd.concat(parts, ignore_index=True))
