"""The examples of CONTRIBUTING.md are run, so that they stay true."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.data import Prompt
from bench_core.features import FeatureSet

PAGE = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")


def example(language: str, word: str) -> str:
    """The one code block of that language that has the word in it."""
    blocks = [block for block in re.findall(rf"```{language}\n(.*?)```", PAGE, flags=re.DOTALL) if word in block]
    assert len(blocks) == 1
    return blocks[0]


def run(source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> object:
    """The example as a module of that name."""
    (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return __import__(name)


def test_the_generator_card_is_a_card() -> None:
    card = GeneratorCard.model_validate({**tomllib.loads(example("toml", "diffusers")), "id": "mine"})
    assert card.settings["num_inference_steps"] == 50


def test_the_encoder_card_is_ten_lines_that_load(tmp_path: Path) -> None:
    """The card as it stands, on a tiny checkpoint in place of the hub's."""
    import torch
    from transformers import ViTConfig, ViTModel

    from bench_core.encoders import open_encoder

    lines = example("toml", "transformers_vision")
    assert len(lines.strip().splitlines()) == 10
    card = EncoderCard.model_validate({**tomllib.loads(lines), "id": "mine", "weights": tmp_path})
    torch.manual_seed(0)
    size = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1, "intermediate_size": 8, "patch_size": 56}
    ViTModel(ViTConfig(image_size=224, **size)).save_pretrained(str(tmp_path / "mine"))
    assert open_encoder(card).encode([np.zeros((300, 260), np.uint8)]).shape == (1, 8)


def test_the_generator_makes_the_same_image_alone_and_in_a_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", 'backend("noise")'), tmp_path, monkeypatch, "example_noise")
    noise = module.Noise(GeneratorCard(id="noise", title="Noise", backend="noise", settings={"spread": 10}))  # type: ignore[attr-defined]
    prompts, settings = [Prompt("a", "a"), Prompt("b", "b")], noise.settings()
    both, alone = noise.batch(prompts, [1, 2], settings), noise.batch(prompts[1:], [2], settings)
    assert settings.spread == 10
    np.testing.assert_array_equal(both[1], alone[0])


def test_the_encoder_encodes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", 'backend("histogram")'), tmp_path, monkeypatch, "example_histogram")
    encoder = module.Histogram(EncoderCard(id="histogram", title="Histogram", backend="histogram"))  # type: ignore[attr-defined]
    rows = encoder.encode([np.zeros((8, 8), np.uint8), np.full((4, 4), 255, np.uint8)])
    assert rows.shape == (2, 32) and rows[0, 0] == 1 and rows[1, -1] == 1


def test_the_metric_measures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = run(example("python", "def mean_distance"), tmp_path, monkeypatch, "example_metric")
    real, synthetic = FeatureSet(np.zeros((3, 2)), kind="real"), FeatureSet(np.array([[3.0, 4.0], [0.0, 1.0]]), kind="synthetic")
    assert module.mean_distance(real, synthetic).value == pytest.approx(3.0)  # type: ignore[attr-defined]
    assert module.mean_distance.plugin.family == "fidelity"  # type: ignore[attr-defined]
