"""Nearest training images of each synthetic one, against held-out patients."""

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE, evaluate, evaluation


def test_neighbours(study: Workspace):
    with pytest.raises(NotPossible, match="Evaluate it first"):
        api.neighbours("copies", REFERENCE)
    evaluate(evaluation("copies"))
    frame = api.neighbours("copies", REFERENCE, k=3)
    assert "held_out_share" not in api.neighbours("copies", api.Reference("", "train", ENCODER))
    assert len(frame) == 60 * 3
    nearest = frame[frame["rank"] == 1]
    assert (nearest["distance"] == 0).all()
    assert (nearest["image_id"].to_numpy() == nearest["train_image_id"].to_numpy()).all()
    assert (nearest["ratio"] == 0).all()
    assert (nearest["held_out_share"] == 0).all()
    assert (nearest["patients_as_near"] == 0).all() and nearest["p_value"].unique().tolist() == [1 / 21]  # 20 patients, two images each
    assert (frame["ratio"] >= 0).all()
    ratios = api.held_out(REFERENCE)
    assert ratios.shape == (40,)
    assert (ratios > 0).all()
    least = [min(pair) for pair in ratios.reshape(20, 2)]
    for row in frame[frame["rank"] == 3].head(10).to_dict("records"):
        assert row["patients_as_near"] == sum(one <= row["ratio"] for one in least) == round(21 * row["p_value"]) - 1
    features = study.features.read(card_key(encoder_card(study.config, ENCODER)), api.find_set("train").table["digest"].tolist())
    row = frame[(frame["rank"] == 2)].iloc[0]
    others = {i: j for j, i in enumerate(api.find_set("train").table["image_id"])}
    expected = np.linalg.norm(features[others[row["image_id"]]] - features[others[row["train_image_id"]]])
    assert row["distance"] == pytest.approx(expected, rel=1e-4)
    with pytest.raises(InputError):
        api.neighbours("copies", REFERENCE, k=0)
    for ask in (lambda only: api.neighbours("copies", only), api.held_out):
        with pytest.raises(NotPossible, match="has none"):
            ask(api.Reference("real", None, ENCODER))
