"""Features: shapes, ranges, independence of the batch, and a tiny CLIP through its card."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import encoders
from bench_core.cards import EncoderCard, encoder_cards, read_card
from bench_core.encoders import open_encoder
from bench_core.encoders.backend import prepare
from bench_core.errors import MissingWeights, UnknownName

IMAGES = [np.random.default_rng(i).integers(0, 256, shape, dtype=np.uint8) for i, shape in enumerate([(64, 64), (80, 64), (64, 64, 3)])]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> EncoderCard:
    """A CLIP of random weights with its card."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    from bench_core.training.text import LENGTH, train_tokenizer

    torch.set_num_threads(1)
    torch.manual_seed(0)
    tokenizer = train_tokenizer(["left effusion"], merges=10)
    tower = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "projection_dim": 8}
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    text = {**tower, **ends, "vocab_size": len(tokenizer), "max_position_embeddings": LENGTH}
    vision = {**tower, "image_size": 32, "patch_size": 16, "num_channels": 1}
    folder = tmp_path_factory.mktemp("encoders")
    CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=8)).half().save_pretrained(str(folder / "tiny"))
    tokenizer.save_pretrained(str(folder / "tiny"))
    card = folder / "small.toml"
    card.write_text('title = "Small"\nbackend = "clip"\npath = "tiny"\nimage_size = 32\nreads_text = true\ndimensions = 8\n')
    return read_card(card, EncoderCard)


def test_pixels_are_area_averages() -> None:
    encoder = open_encoder(encoder_cards()["pixels"])
    values = encoder.encode(IMAGES)
    assert values.shape == (3, 1024) and values.dtype == np.float32
    assert np.allclose(values[0].reshape(32, 32), IMAGES[0].reshape(32, 2, 32, 2).mean((1, 3)) / 255, atol=1e-5)
    assert values.min() >= 0 and values.max() <= 1
    assert encoder.encode_text(["x"]) is None


def test_preprocessing_takes_the_middle_square() -> None:
    card = encoder_cards()["phantom-clip"]
    wide = np.zeros((64, 128), np.uint8)
    wide[:, 32:96] = 255
    ready = prepare(wide, card)
    assert ready.shape == (192, 192) and np.allclose(ready, 1)


def test_clip_features_do_not_depend_on_the_batch(tiny: EncoderCard) -> None:
    encoder = open_encoder(tiny)
    together = encoder.encode(IMAGES)
    assert together.shape == (3, 8) and together.dtype == np.float32
    assert np.allclose(together[1], encoder.encode(IMAGES[1:2])[0], atol=1e-5)
    read = encoder.encode_text(["left effusion", "a much longer text " * 50])
    assert read is not None and read.shape == (2, 8)
    assert np.allclose(read[0], encoder.encode_text(["left effusion"])[0], atol=1e-5)  # type: ignore[index]
    assert encoder.missing(tiny) is None


def test_training_and_encoder_prepare_alike() -> None:
    """What the tower was trained on is what the encoder shows it, up to the two libraries' bicubic kernels."""
    from bench_core.training.clip import resize

    smooth = np.kron(np.random.default_rng(0).integers(30, 220, (16, 16)), np.ones((16, 16))).astype(np.uint8)
    trained = resize(smooth[None], "cpu")[0, 0].numpy()
    assert np.abs(trained - prepare(smooth, encoder_cards()["phantom-clip"])).max() < 0.02


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


def test_weights_folder_and_remote_code_are_settings(tmp_path: Path) -> None:
    from bench_core.config import Config
    from bench_core.engine.catalogue import encoder_card, encoder_missing
    from bench_core.errors import InputError

    (tmp_path / "cards" / "encoders").mkdir(parents=True)
    text = f'title = "x"\nbackend = "transformers_vision"\nrepo_id = "nobody/none"\nrevision = "{"a" * 40}"\ntrust_remote_code = true\n'
    (tmp_path / "cards" / "encoders" / "asks.toml").write_text(text)
    given = {"BENCH_HOME": str(tmp_path / "home"), "BENCH_CARDS": str(tmp_path / "cards")}
    plain = Config.from_environment(given)
    assert plain.weights_folder() == tmp_path / "home" / "weights" and not plain.remote_code
    assert "BENCH_TRUST_REMOTE_CODE=1" in str(encoder_missing(plain, "asks"))
    allowed = Config.from_environment({**given, "BENCH_TRUST_REMOTE_CODE": "1", "BENCH_WEIGHTS": str(tmp_path / "w")})
    assert "hf download nobody/none" in str(encoder_missing(allowed, "asks"))
    (tmp_path / "w" / "asks").mkdir(parents=True)
    assert encoder_card(allowed, "asks").folder == tmp_path / "w" / "asks"
    with pytest.raises(InputError, match="BENCH_TRUST_REMOTE_CODE is 'yes'"):
        Config.from_environment({**given, "BENCH_TRUST_REMOTE_CODE": "yes"})
