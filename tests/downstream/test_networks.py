"""Networks on pixels: they learn what films show, go on where they were stopped, and take any checkpoint of transformers."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.arms.materials import Stage
from bench_core.cards import EncoderCard
from bench_core.downstream.asked import Asked
from bench_core.downstream.checkpoint import Checkpoint
from bench_core.downstream.films import Films
from bench_core.downstream.loop import Examples, Trained, Training
from bench_core.downstream.measures import auroc
from bench_core.downstream.networks import Pixels
from bench_core.downstream.study import UtilityStudy
from bench_core.encoders import open_encoder
from bench_core.errors import Cancelled
from bench_core.features import FeatureSet

SIDE, COUNT = 32, 160
RNG = np.random.default_rng(0)
LABELS = np.stack([np.arange(COUNT) % 2, np.arange(COUNT) // 2 % 2], axis=1).astype(float)
HOW = Training("convnet", steps=24, batch=16, rate=4e-3, looks=4, warms=True)
ALL, STAGE = np.arange(COUNT), [Stage(np.arange(100))]


def film(row: int, start: int = 0, bright: float = 60) -> np.ndarray:
    """A small bright square for the first finding, at another place for the second."""
    grey = np.random.default_rng(start + row).normal(100, 25, (SIDE, SIDE))
    grey[6:14, 6:14] += bright * LABELS[row, 0]
    grey[18:26, 18:26] += bright * LABELS[row, 1]
    return np.clip(grey, 0, 255).astype(np.uint8)


FILMS = Films(COUNT, SIDE, film)


def trained(pixels: Pixels, told: Callable[[float], None] = lambda share: None) -> Trained:
    pool, validation = Examples(FILMS, LABELS), Examples(FILMS[np.arange(100, 120)], LABELS[100:120])
    return pixels.train(pool, STAGE, validation, FILMS[np.arange(120, COUNT)], 3, told)


def told_apart(found: Trained) -> float:
    """Mean AUROC of both findings."""
    ones = np.ones((1, COUNT - 120))
    return sum(float(auroc(found.test[:, i], LABELS[120:, i], ones)[0]) for i in range(2)) / 2


def test_the_small_network_learns_what_films_show_and_says_the_same_again() -> None:
    first, shares = trained(Pixels(HOW, SIDE)), []
    assert told_apart(first) > 0.95 and 0 < first.kept_at <= 24
    np.testing.assert_array_equal(first.test, trained(Pixels(HOW, SIDE), shares.append).test)
    assert shares == [0.25, 0.5, 0.75, 1.0]


def test_a_training_that_was_stopped_goes_on_and_ends_as_one_that_was_not(tmp_path: Path) -> None:
    def stop(share: float) -> None:
        if share == 0.5:
            raise Cancelled("Stopped.")

    pixels = Pixels(HOW, SIDE, checkpoint=Checkpoint(tmp_path / "kept" / "one.safetensors"))
    with pytest.raises(Cancelled):
        trained(pixels, stop)
    shares: list[float] = []
    again = trained(pixels, shares.append)
    assert shares == [0.75, 1.0]  # what was done is not done again
    np.testing.assert_allclose(again.test, trained(Pixels(HOW, SIDE)).test, atol=1e-6)
    other = replace(pixels, how=replace(HOW, steps=8))  # another training's checkpoint is not taken for its own
    assert trained(other).kept_at <= 8
    (tmp_path / "kept" / "one.safetensors").write_bytes(b"half a file")
    assert trained(other).kept_at <= 8


def test_the_arithmetic_is_measured_and_named() -> None:
    found = Pixels(replace(HOW, batch=4), SIDE).measured(2)
    assert found.way is not None and found.with_arithmetic(found.way.name).way == found.way


def test_mirroring_is_done_while_learning_only_and_keeps_the_picture() -> None:
    import torch

    torch.manual_seed(0)
    pixels, films = Pixels(HOW, SIDE, mirrors=True), FILMS[np.array([1, 3, 5, 7, 9, 11, 13, 15])]
    plain, changed = pixels._present(films, False)[:, 0].numpy(), pixels._present(films, True)[:, 0].numpy()
    np.testing.assert_allclose(plain, films / np.float32(255))
    right = changed[:, 4:16, 16:28].mean(axis=(1, 2)) > changed[:, 4:16, 4:16].mean(axis=(1, 2))  # the square changed sides
    assert 0 < right.sum() < 8


@pytest.mark.parametrize("kind", ["vit", "resnet"])
def test_a_checkpoint_of_transformers_is_trained_on_and_the_encoder_stays(kind: str, tmp_path: Path) -> None:
    import transformers as tf

    if kind == "vit":
        small = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
        tf.ViTForImageClassification(tf.ViTConfig(image_size=SIDE, patch_size=8, **small)).save_pretrained(str(tmp_path / kind))
    else:
        sizes = {"embedding_size": 8, "hidden_sizes": [8, 16], "depths": [1, 1], "layer_type": "basic"}
        tf.ResNetForImageClassification(tf.ResNetConfig(**sizes)).save_pretrained(str(tmp_path / kind))
    card = EncoderCard(
        id=kind, title=kind, backend="transformers_vision", path=str(tmp_path / kind), image_size=SIDE, resize="squash",
        mean=[0.5] * 3, std=[0.25] * 3, pooling="cls" if kind == "vit" else "pooler", source=tmp_path / f"{kind}.toml",
    )  # fmt: skip
    encoder = open_encoder(card)
    before = encoder.encode([film(1)])
    how = Training("fine_tuned", steps=48, batch=16, rate=5e-3, looks=3, warms=True)
    assert told_apart(trained(Pixels(how, SIDE, encoder.network))) > 0.7
    np.testing.assert_array_equal(before, encoder.encode([film(1)]))


@pytest.mark.parametrize("labels", ["right", "shuffled"])
def test_perfect_films_help_few_real_ones_and_those_with_shuffled_labels_do_not(labels: str) -> None:
    truth = pd.DataFrame(LABELS, columns=["Edema", "Fracture"])
    said = truth if labels == "right" else pd.DataFrame(np.random.default_rng(1).permutation(LABELS), columns=truth.columns)
    people = [f"p{i // 2}" for i in range(COUNT)]
    sets = {
        "train": FeatureSet(np.zeros((COUNT, 1)), labels=truth, subjects=people, kind="train"),
        "real": FeatureSet(np.zeros((80, 1)), labels=truth[:80], subjects=[f"r{i}" for i in range(80)], kind="real"),
        "synthetic": FeatureSet(np.zeros((COUNT, 1)), labels=said, kind="synthetic"),
    }
    starts = {"train": 0, "real": 1000, "synthetic": 2000}  # other noise, the same findings
    films = {role: Films(len(one), SIDE, lambda row, start=starts[role]: film(row, start, 20)) for role, one in sets.items()}
    asked = Asked(["augmented"], (0.1,), trainings=2, how=HOW)
    rows, points = UtilityStudy(sets, asked, pixels=Pixels(HOW, SIDE), films=films).carried_out()
    (gain,) = [r["gain"] for r in rows if (r["arm"], r["measure"], r["finding"]) == ("augmented", "auroc", "all")]
    assert gain > 0.05 if labels == "right" else gain <= 0
    assert {p["curve"] for p in points} == {"roc", "calibration"}
