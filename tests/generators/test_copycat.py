"""The copycat: training images, as different from the original as the settings say."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core.cards import find_card, generator_cards
from bench_core.data import FINDINGS, ImageSet, Prompt
from bench_core.errors import SettingError
from bench_core.generators import open_generator


@pytest.fixture
def train(tmp_path: Path) -> ImageSet:
    """Eight noise images; the last four show effusion."""
    rng = np.random.default_rng(0)
    for row in range(8):
        Image.fromarray(rng.integers(20, 230, (32, 32), dtype=np.uint8)).save(tmp_path / f"{row}.png")
    table = pd.DataFrame({"image_id": [str(r) for r in range(8)], "path": [f"{r}.png" for r in range(8)]})
    for name in FINDINGS:
        table[name] = 0.0
    table["Pleural Effusion"] = [0.0] * 4 + [1.0] * 4
    return ImageSet("t", "train", "train", tmp_path, table)


def test_copycat_copies(train: ImageSet) -> None:
    generator = open_generator(find_card("generator", generator_cards(), "copycat"), train=train)
    originals = np.stack(list(train.images())).astype(int)
    prompts = [Prompt("a", "x", labels={"Pleural Effusion": 1})] * 6
    exact = generator.batch(prompts, list(range(6)), generator.settings(noise=0))
    for image in exact:
        assert np.abs(originals - image).max((1, 2)).min() == 0
    noisy = generator.batch(prompts, list(range(6)), generator.settings(noise=5))
    for image, copy in zip(noisy, exact, strict=True):
        assert 3.5 < (image.astype(int) - copy).std() < 6
    again = generator.batch(prompts[:1], [3], generator.settings(noise=5))[0]
    assert np.array_equal(again, noisy[3])
    mirrored = generator.batch(prompts[:1], [0], generator.settings(noise=0, flip=1))[0]
    assert np.abs(originals[:, :, ::-1] - mirrored).max((1, 2)).min() == 0
    shifted = generator.batch(prompts[:1], [0], generator.settings(noise=0, shift=3))[0]
    assert shifted.shape == (32, 32)


def test_copycat_heeds_the_prompt(train: ImageSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench_core.generators.copycat.POOL", 4)
    generator = open_generator(find_card("generator", generator_cards(), "copycat"), train=train)
    originals = np.stack(list(train.images())).astype(int)
    made = generator.batch([Prompt("a", "Large right pleural effusion.")] * 8, list(range(8)), generator.settings(noise=0))
    assert all(np.abs(originals[4:] - image).max((1, 2)).min() == 0 for image in made)


def test_copycat_needs_train_and_checks_settings(train: ImageSet) -> None:
    card = find_card("generator", generator_cards(), "copycat")
    with pytest.raises(SettingError, match="training images"):
        open_generator(card).batch([Prompt("a", "x")], [0], open_generator(card).settings())
    with pytest.raises(SettingError, match="noise"):
        open_generator(card, train=train).settings(noise=-1)
