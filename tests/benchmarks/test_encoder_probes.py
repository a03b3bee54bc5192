"""The probes of an encoder, on features whose answers are known and on films of noise."""

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.training.films import Films
from benchmarks import encoder_probes


class Grey:
    """Mean, spread and the mean difference of neighbours: sees noise and blur, no shift."""

    def encode(self, images: list[np.ndarray]) -> np.ndarray:
        """Three numbers a film."""
        films = np.stack(images).astype(np.float32)
        return np.stack([films.mean((1, 2)), films.std((1, 2)), np.abs(np.diff(films, axis=1)).mean((1, 2))], 1)


def films(count: int = 80) -> Films:
    """Films of coloured noise, two a patient."""
    rng = np.random.default_rng(0)
    images = np.clip(rng.normal(120, 2, (count, 1, 1)) + rng.normal(0, 8, (count, 32, 32)), 0, 255).astype(np.uint8)
    table = pd.DataFrame({"subject_id": [f"p{row // 2}" for row in range(count)]})
    for finding in FINDINGS:
        table[finding] = (rng.random(count) < 0.3).astype(int)
    return Films(table, images, np.zeros((count, 14, 1, 1), np.uint8))


def test_patients_are_found_where_their_films_are_neighbours() -> None:
    centres = np.random.default_rng(0).normal(size=(20, 4)) * 10
    features = np.repeat(centres, 2, axis=0) + np.random.default_rng(1).normal(size=(40, 4)) * 0.01
    subjects = np.repeat(np.arange(20), 2)
    assert encoder_probes.rank_one(features, subjects) == (1.0, 40)
    assert encoder_probes.rank_one(features, np.r_[subjects[:-1], 99]) == (1.0, 38)


def test_copies_are_flagged_and_strangers_are_not() -> None:
    rng = np.random.default_rng(0)
    train, real = rng.normal(size=(300, 16)).astype(np.float32), rng.normal(size=(400, 16)).astype(np.float32)
    table = pd.DataFrame({"subject_id": [f"p{row}" for row in range(300)]})
    assert encoder_probes.copies(train, table, real, 200, 0.3)["authenticity"] > 0.95
    assert encoder_probes.copies(train, table, real, 200, 0.0)["authenticity"] < 0.1


def test_faults_are_seen_by_an_encoder_that_sees_them(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(encoder_probes, "DRAWS", 20)
    real = films()
    rows = {row["fault"]: row for row in encoder_probes.faults(Grey(), real, Grey().encode(list(real.images)), (20,))}
    assert rows["blur 1.2 px"]["flagged 20"] == 1 and rows["blur 1.2 px"]["ratio 20"] > 5
    assert rows["shift by 2 px (should not matter)"]["flagged 20"] < 0.3


def test_a_probe_finds_what_is_there() -> None:
    rng = np.random.default_rng(0)
    labels = (rng.random((200, len(encoder_probes.TARGETS))) < 0.3).astype(np.float32)
    labels[:, 3] = 0  # never shown: left out
    found = encoder_probes.probes(labels[:100], labels[:100], labels[100:], labels[100:])
    assert len(found) == len(encoder_probes.TARGETS) - 1 and min(found.values()) > 0.99
