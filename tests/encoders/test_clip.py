"""A tiny CLIP through its card."""

import numpy as np
import pytest

from bench_core.cards import EncoderCard, read_card
from bench_core.encoders import open_encoder

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


def test_clip_features_do_not_depend_on_the_batch(tiny: EncoderCard) -> None:
    encoder = open_encoder(tiny)
    together = encoder.encode(IMAGES)
    assert together.shape == (3, 8) and together.dtype == np.float32
    assert np.allclose(together[1], encoder.encode(IMAGES[1:2])[0], atol=1e-5)
    read = encoder.encode_text(["left effusion", "a much longer text " * 50])
    assert read is not None and read.shape == (2, 8)
    assert np.allclose(read[0], encoder.encode_text(["left effusion"])[0], atol=1e-5)  # type: ignore[index]
    assert encoder.missing(tiny) is None
