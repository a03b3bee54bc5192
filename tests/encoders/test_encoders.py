"""Opening an encoder, and committed features."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import encoders
from bench_core.cards import EncoderCard, read_card
from bench_core.encoders import open_encoder
from bench_core.errors import MissingWeights, UnknownName

IMAGES = [np.random.default_rng(i).integers(0, 256, shape, dtype=np.uint8) for i, shape in enumerate([(64, 64), (80, 64), (64, 64, 3)])]


def test_missing_weights_and_backends_are_named(tmp_path: Path) -> None:
    for text, command in (
        ('path = "nowhere"', "Put model.safetensors into that folder"),
        ('repo_id = "nobody/none"\nrevision = "abc"', "hf download nobody/none --revision abc"),
    ):
        (tmp_path / "gone.toml").write_text(f'title = "x"\nbackend = "clip"\n{text}\n')
        card = read_card(tmp_path / "gone.toml", EncoderCard)
        with pytest.raises(MissingWeights) as caught:
            open_encoder(card).encode(IMAGES)
        assert command in caught.value.hint
    with pytest.raises(UnknownName, match="clap"):
        open_encoder(card.model_copy(update={"backend": "clap"}))


def test_stored_features_belong_to_their_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoders, "__file__", str(tmp_path / "__init__.py"))
    assert encoders.stored_features("e") is None
    folder = tmp_path / "weights" / "e"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"one")
    arrays = {f"{role}_{what}": np.ones((2, 3), np.float16) for role in ("train", "real") for what in ("images", "texts")}
    ids = {f"{role}_ids": np.array(["a", "b"]) for role in ("train", "real")}
    np.savez(folder / "cohort_features.npz", weights=np.asarray(encoders.weights_digest(folder)), **arrays, **ids)
    found, texts = encoders.stored_features("e"), encoders.stored_text_features("e")
    assert found is not None and found["real"][0] == ["a", "b"] and found["train"][1].dtype == np.float32
    assert texts is not None and texts["train"][1].shape == (2, 3)
    (folder / "model.safetensors").write_bytes(b"two")
    assert encoders.stored_features("e") is None and encoders.stored_text_features("e") is None
