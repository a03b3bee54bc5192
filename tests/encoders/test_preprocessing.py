"""What cards pin: resizing and normalising as the libraries do that trained the models; old cards are as they were."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core.cards import EncoderCard, encoder_cards, read_card
from bench_core.cards.encoder import ADDED
from bench_core.encoders.backend import prepare
from bench_core.encoders.transformers_models import compare_preprocessing
from bench_core.errors import CardError

SHAPES = [(97, 131), (131, 97), (64, 64), (300, 260), (40, 50)]
RGB = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


def noise(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def card(**fields: Any) -> EncoderCard:
    return EncoderCard(id="x", title="x", backend="pixels", **fields)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["BitImageProcessorPil", "CLIPImageProcessorPil", "ViTImageProcessorPil"])
def test_pixels_equal_the_hub_processors(name: str, shape: tuple[int, int]) -> None:
    """To 1e-5 of a standard deviation: the same 8-bit pixels, then float32."""
    import transformers
    from PIL import Image

    image = noise(shape)
    normal = {"image_mean": list(RGB["mean"]), "image_std": list(RGB["std"])}
    if name.startswith("ViT"):
        processor = transformers.ViTImageProcessorPil(size={"height": 56, "width": 56}, resample=2, **normal)
        pinned = card(image_size=56, resize="squash", resample="bilinear", rounded=True, **RGB)
    else:
        sizes = {"size": {"shortest_edge": 64}, "crop_size": {"height": 56, "width": 56}}
        processor = getattr(transformers, name)(resample=3, **sizes, **normal)
        pinned = card(image_size=56, resize="short_side", resize_to=64, rounded=True, **RGB)
    theirs = processor(Image.fromarray(image).convert("RGB"), return_tensors="np").pixel_values[0]
    assert np.abs(prepare(image, pinned) - theirs).max() < 1e-5


def test_ranges_and_channels() -> None:
    image = noise((32, 32))
    wide = prepare(image, card(image_size=32, std=0.5 / 1024))
    assert wide.shape == (32, 32) and np.allclose(wide, (image / 255 * 2 - 1) * 1024, atol=1e-3)
    three = prepare(image, card(image_size=32, mean=(0.1, 0.2, 0.3), std=1.0))
    assert np.allclose(three[0] - three[2], 0.2)
    floats = prepare(noise((64, 64)), card(image_size=32, mean=0.0, std=1.0))
    rounded = prepare(noise((64, 64)), card(image_size=32, mean=0.0, std=1.0, rounded=True))
    assert np.abs(rounded * 255 - np.round(rounded * 255)).max() < 1e-4 < np.abs(floats * 255 - np.round(floats * 255)).max()
    assert np.abs(rounded - floats).max() < 1.01 / 255


def test_old_cards_keep_key_and_pixels() -> None:
    """The key under which features are stored does not move when a card says none of the new words."""
    known = {"phantom-clip": ("dfbcf880b444fa31", 192), "pixels": ("58b64d3bfd80f297", 32)}
    for name, (key, size) in known.items():
        old = encoder_cards()[name]
        assert old.image_size == size and not any(getattr(old, f) not in (None, False, "middle") for f in ADDED)
        if name == "pixels":
            assert old.key() == key
    plain, pooled = card(), card(pooling="mean")
    assert plain.key() == card(resize="middle", rounded=False).key() != pooled.key()
    assert plain.key() == card(weights=Path("/anywhere")).key()


def test_bad_fields_are_named(tmp_path: Path) -> None:
    head = 'title = "x"\nbackend = "transformers_vision"\nrepo_id = "a/b"\n'
    for text, word in (
        ("resize_to = 300", "resize_to"),
        ('resize = "short_side"\nresize_to = 20', "resize_to"),
        ("mean = [0.1, 0.2]", "mean"),
        ('pooling = "max"', "pooling"),
        ("trust_remote_code = true", "trust_remote_code"),
        ('revision = "main"\ntrust_remote_code = true', "trust_remote_code"),
    ):
        (tmp_path / "bad.toml").write_text(head + text + "\n")
        with pytest.raises(CardError, match=word):
            read_card(tmp_path / "bad.toml", EncoderCard)


def test_the_checkpoints_own_preprocessing_is_compared(tmp_path: Path) -> None:
    own = tmp_path / "preprocessor_config.json"
    fits = card(path=str(tmp_path), image_size=224, **RGB)
    compare_preprocessing(fits)
    own.write_text('{"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"height": 224, "width": 224}}')
    compare_preprocessing(fits)
    own.write_text('{"image_mean": 0.5, "size": {"shortest_edge": 256}, "crop_size": 224, "do_center_crop": true}')
    with pytest.raises(CardError, match="'mean'.*0.485.*0.5"):
        compare_preprocessing(fits)
    with pytest.raises(CardError, match="'image_size'.*518.*224"):
        compare_preprocessing(card(path=str(tmp_path), image_size=518))
    own.write_text('{"do_normalize": false, "image_mean": 0.5, "size": {"shortest_edge": 800, "longest_edge": 1333}}')
    compare_preprocessing(fits)


def test_every_card_says_paper_licence_and_size() -> None:
    cards = encoder_cards()
    for name in (
        "rad-dino",
        "dinov2-base",
        "clip-vit-l-14-336",
        "biovil-t",
        "inception-fid",
        "inception-logits",
        "sscd",
        "torchxrayvision-densenet",
    ):
        assert name in cards
    for name, one in cards.items():
        assert one.licence and one.dimensions and one.summary and one.trained_on, name
        assert one.paper or name == "pixels", name
        assert one.repo_id is None or len(one.revision or "") == 40, name
        assert str(one.image_size) in one.preprocessing
