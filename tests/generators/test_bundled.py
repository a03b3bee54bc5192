"""The bundled models: complete, small enough, and each committed study image can be made again from its seed."""

import json

import numpy as np
import pandas as pd
import pytest

from bench_core.cards import encoder_cards, find_card, generator_cards
from bench_core.data import Prompt
from bench_core.encoders import stored_features, stored_text_features
from bench_core.generators import backend_of, open_generator
from bench_core.training import demo_images
from bench_core.training.recipe import BUNDLED

LIMIT_WEIGHTS, LIMIT_FEATURES, LIMIT_IMAGES = 60e6, 8e6, 35e6


@pytest.mark.parametrize("name", demo_images.LEARNED)
def test_study_image_is_made_again(name: str) -> None:
    card = find_card("generator", generator_cards(), name)
    assert backend_of(card).missing(card) is None
    stored = demo_images.images(name)
    assert stored is not None and len(stored) == demo_images.REPORTS * demo_images.COUNT
    table = pd.read_csv(demo_images.FOLDER / name / "table.csv", dtype={"image_id": str})
    row = 5
    generator = open_generator(card)
    prompt = Prompt("p", table["prompt"][row], json.loads(table["labels"][row]))
    made = generator.batch([prompt], [int(table["seed"][row])], generator.settings())[0]
    assert made.shape == (256, 256)
    assert np.abs(made.astype(int) - stored[row]).max() <= 2
    assert len({image.tobytes() for image in stored}) == len(stored)


def test_prompts_are_held_out_and_varied() -> None:
    prompts = demo_images.prompts()
    assert len(prompts) == demo_images.REPORTS == len({p.text for p in prompts})
    assert all(p.source_image_id is not None and p.source_image_id.startswith("p12-") for p in prompts)
    effusion = sum(p.labels["Pleural Effusion"] for p in prompts)
    assert 20 <= effusion <= 60
    assert prompts == demo_images.prompts()


def test_sizes_are_within_the_budget() -> None:
    encoders = demo_images.PROJECT / "bench_core" / "encoders" / "weights"
    files = [p for folder in (BUNDLED, encoders) for p in folder.rglob("*") if p.is_file()]
    features = sum(p.stat().st_size for p in files if p.name == "cohort_features.npz")
    assert features < LIMIT_FEATURES
    assert sum(p.stat().st_size for p in files) - features < LIMIT_WEIGHTS
    assert sum(p.stat().st_size for p in demo_images.FOLDER.rglob("*.webp")) < LIMIT_IMAGES
    bad = [p for folder in (BUNDLED, encoders) for p in folder.rglob("*") if p.suffix in (".bin", ".pt", ".pth", ".ckpt", ".pkl")]
    assert not bad


def test_committed_features_are_those_of_the_encoder() -> None:
    from bench_core import phantom
    from bench_core.encoders import open_encoder

    seen, read = stored_features("phantom-eye"), stored_text_features("phantom-eye")
    assert seen is not None and read is not None
    assert seen["train"][1].shape == (phantom.TRAIN_FILMS, 128) and seen["real"][1].shape == (phantom.REAL_FILMS, 128)
    encoder = open_encoder(encoder_cards()["phantom-eye"])
    table = phantom.cohort_table(phantom.REAL_SEED, films=3)
    assert seen["real"][0][:3] == table["image_id"].tolist()
    values = encoder.encode([phantom.render(i).image for i in table["image_id"]])
    assert np.allclose(values, seen["real"][1][:3], atol=0.03 * np.abs(values).max())
    texts = encoder.encode_text(table["prompt"].tolist())
    assert texts is not None and np.allclose(texts, read["real"][1][:3], atol=0.03 * np.abs(texts).max())


def test_the_model_follows_the_side_of_an_effusion() -> None:
    """Large effusions on one side: that lower half of the film is brighter than the same seed's with the other side asked for."""
    generator = open_generator(generator_cards()["phantom-ldm"])
    settings = generator.settings()
    seeds = list(range(4))
    left = generator.batch([Prompt("l", "Large left pleural effusion.")] * 4, seeds, settings)
    right = generator.batch([Prompt("r", "Large right pleural effusion.")] * 4, seeds, settings)
    difference = np.mean(np.stack(left).astype(float), 0) - np.mean(np.stack(right).astype(float), 0)
    # The patient's left is on the right of the image.
    assert difference[130:200, 150:215].mean() > difference[130:200, 40:105].mean()
