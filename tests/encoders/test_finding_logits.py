"""A linear head on features."""

import numpy as np
import pytest

from bench_core.cards import encoder_cards
from bench_core.encoders import open_encoder
from bench_core.errors import MissingWeights


def test_logits_of_the_cohorts_follow_from_committed_features() -> None:
    """What is stored for a film is what the encoder gives for it, up to the rounding of the committed features."""
    from bench_core import phantom
    from bench_core.encoders import stored_features

    stored = stored_features("phantom-findings")
    assert stored is not None
    ids, values = stored["real"]
    assert values.shape == (phantom.REAL_FILMS, 14) and values.dtype == np.float32
    films = [film.image for film in phantom.render_many(ids[:2], 1)]
    assert np.allclose(open_encoder(encoder_cards()["phantom-findings"]).encode(films), values[:2], atol=0.03)
    assert stored_features("phantom-vqvae-top") is None


def test_finding_logits_are_a_linear_head(images: list[np.ndarray]) -> None:
    from safetensors.torch import load_file

    cards = encoder_cards()
    card = cards["phantom-findings"]
    assert card.logits and card.dimensions == 14 and not card.reads_text
    assert card.head_folder is not None and card.head_folder in card.folders()
    head = {k: v.float().numpy() for k, v in load_file(card.head_folder / "model.safetensors").items()}
    features = open_encoder(cards["phantom-eye"]).encode(images)
    logits = open_encoder(card).encode(images)
    assert logits.shape == (3, 14) and np.allclose(logits, features @ head["weight"].T + head["bias"], atol=1e-4)
    assert open_encoder(card).encode_text(["x"]) is None
    gone = card.model_copy(update={"head": "../weights/nowhere"})
    with pytest.raises(MissingWeights) as caught:
        open_encoder(gone).encode(images)
    assert caught.value.hint == "python -m bench_core train nowhere"
