"""What attacks that query a diffusion model tell of the bundled ones: phantom-ldm-overfit knows 96 films by heart, phantom-ldm does not.

`PYTHONPATH=. python benchmarks/diffusion_attacks.py [--films 96 --draws 2]` prints a table: members are the first training films, others as
many held-out ones; each attack with its controls (two halves of the others, two halves of the members), and the pull of prompts.
"""

import argparse
import time

import numpy as np
import pandas as pd

from bench_core import phantom, registry
from bench_core.cards import generator_cards
from bench_core.data import FINDINGS, ImageSet
from bench_core.features import FeatureSet
from bench_core.generators import open_generator
from bench_core.membership import MembershipScores, auc_of, tail_test
from bench_core.membership.prompt_memory import pull

MODELS = ("phantom-ldm-overfit", "phantom-ldm")
SETTINGS = {"secmi": {"hops": 5}}


class Cohort(ImageSet):
    """Films that are rendered when they are read, and nowhere kept."""

    def read(self, row: int) -> np.ndarray:
        """The film."""
        return phantom.render(self.table["image_id"].iat[row]).image


def films(seed: int, count: int) -> FeatureSet:
    """The first films of a cohort; an attack that asks the model reads pictures and reports, not features."""
    from pathlib import Path

    table = phantom.cohort_table(seed, films=count)
    images = Cohort(f"cohort-{seed}", f"cohort {seed}", "real", Path(), table)
    values = np.arange(count)[:, None] + 1000 * seed
    return FeatureSet(values, subjects=table["subject_id"].to_numpy(), labels=table[list(FINDINGS)], images=images)


class Kept:
    """A model that encodes each set of records once."""

    def __init__(self, model: object) -> None:
        self._model, self._latents = model, {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._model, name)

    def latents(self, records: FeatureSet) -> np.ndarray:
        """See `membership.DiffusionModel`."""
        if records.key not in self._latents:
            self._latents[records.key] = self._model.latents(records)
        return self._latents[records.key]


def halves(scores: MembershipScores, member: bool) -> str:
    """A control: one half of the members, or of the others, against the other half; 99 %."""
    own = scores.take(np.flatnonzero(scores.member == member))
    known = np.random.default_rng(7).permutation(np.unique(own.patients))
    split = MembershipScores(own.values, np.isin(own.patients, known[: len(known) // 2]), own.patients)
    found = auc_of(split, level=0.99)
    return f"{found.auc:.2f} [{found.low:.2f}, {found.high:.2f}]"


def row_of(model: str, attack: str, scores: MembershipScores) -> dict[str, object]:
    """A row of the table."""
    found = auc_of(scores)
    return {
        "model": model, "attack": attack, "AUC": f"{found.auc:.3f} [{found.low:.3f}, {found.high:.3f}]",
        "above the highest other": int(tail_test(scores, 1e-9).hits), "of": int(scores.member.sum()),
        "halves of others": halves(scores, False), "halves of members": halves(scores, True),
    }  # fmt: skip


def main() -> None:
    """Prints the rows as they are found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--films", type=int, default=96)
    parser.add_argument("--draws", type=int, default=2)
    asked = parser.parse_args()
    sides = films(phantom.TRAIN_SEED, asked.films), films(phantom.REAL_SEED, asked.films)
    patients = np.unique(np.concatenate([side.subjects for side in sides]), return_inverse=True)[1]
    member = np.arange(2 * asked.films) < asked.films
    texts = [text for side in sides for text in side.images.table["prompt"]]
    rows = []
    for name in MODELS:
        model = Kept(open_generator(generator_cards()[name]).lend_denoiser())
        rows.append(row_of(name, "pull of the prompt", MembershipScores(pull(model, texts), member, patients)))
        print(pd.DataFrame(rows).to_string(index=False), flush=True)
        for attack in registry.attacks().values():
            if attack.target != "diffusion model" or "shadows" in attack.reads:
                continue
            settings = dict(SETTINGS.get(attack.id, {}))
            if "draws" in attack.settings.model_fields:
                settings["draws"] = asked.draws
            began = time.perf_counter()
            values = np.concatenate([attack.function(side, model, **settings) for side in sides])
            rows.append(row_of(name, attack.id, MembershipScores(values, member, patients)))
            print(f"{name} {attack.id}: {rows[-1]['AUC']}, {time.perf_counter() - began:.0f} s", flush=True)
    print(pd.DataFrame(rows).to_string(index=False))


if __name__ == "__main__":
    main()
