"""Nearest training images of each synthetic one, against held-out patients."""

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, evaluate, evaluation


def test_neighbours(study: Workspace):
    with pytest.raises(NotPossible, match="Evaluate it first"):
        api.neighbours("copies", "train", ENCODER)
    evaluate(evaluation("copies"))
    frame = api.neighbours("copies", "train", ENCODER, k=3, real="real")
    assert len(frame) == 60 * 3
    nearest = frame[frame["rank"] == 1]
    assert (nearest["distance"] == 0).all()
    assert (nearest["image_id"].to_numpy() == nearest["train_image_id"].to_numpy()).all()
    assert (nearest["ratio"] == 0).all()
    assert (nearest["held_out_share"] == 0).all()
    assert (frame["ratio"] >= 0).all()
    ratios = api.held_out("train", "real", ENCODER)
    assert ratios.shape == (40,)
    assert (ratios > 0).all()
    features = study.features.read(card_key(encoder_card(study.config, ENCODER)), api.find_set("train").table["digest"].tolist())
    row = frame[(frame["rank"] == 2)].iloc[0]
    others = {i: j for j, i in enumerate(api.find_set("train").table["image_id"])}
    expected = np.linalg.norm(features[others[row["image_id"]]] - features[others[row["train_image_id"]]])
    assert row["distance"] == pytest.approx(expected, rel=1e-4)
    with pytest.raises(InputError):
        api.neighbours("copies", "train", ENCODER, k=0)
