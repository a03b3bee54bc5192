"""The rank of an image's own prompt among others."""

import numpy as np
import pytest

from bench_core.errors import InputError, NotPossible, TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.alignment import matched_prompt_rank as module
from bench_core.metrics.alignment.matched_prompt_rank import matched_prompt_rank


def pair(n: int, seed: int = 0, noise: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    text = rng.normal(size=(n, 8)).astype(np.float32)
    return (text + noise * rng.normal(size=(n, 8))).astype(np.float32), text


def slow(values: np.ndarray, text: np.ndarray) -> np.ndarray:
    """The definition, one image and one prompt at a time."""

    def cosine(a: np.ndarray, b: np.ndarray) -> float:
        return round(float(a @ b / np.linalg.norm(a) / np.linalg.norm(b)), 12)

    values, text = values.astype(float), text.astype(float)
    out = []
    for image, own in zip(values, text, strict=True):
        rivals = {tuple(t) for t in text} - {tuple(own)}
        wins = [(cosine(image, own) > c) + 0.5 * (cosine(image, own) == c) for c in (cosine(image, np.array(r)) for r in rivals)]
        out.append(np.mean(wins))
    return np.array(out)


@pytest.mark.parametrize("block", [1000, 7])
def test_it_is_the_definition(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK", block)
    values, text = pair(40)
    text[::4] = text[1]  # a prompt of several images
    found = matched_prompt_rank(FeatureSet(values, text=text))
    np.testing.assert_allclose(found.per_image, slow(values, text))
    assert found.value == pytest.approx(slow(values, text).mean())


def test_perfect_and_shuffled_prompts() -> None:
    values, text = pair(400, noise=0.1)
    assert matched_prompt_rank(FeatureSet(values, text=text)).value == 1
    shuffled = [matched_prompt_rank(FeatureSet(values, text=np.roll(text, by, axis=0))).value for by in range(1, 11)]
    assert np.mean(shuffled) == pytest.approx(0.5, abs=0.02)
    assert matched_prompt_rank(FeatureSet(-values, text=text)).value == 0


def test_ties_are_half_a_win() -> None:
    values, text = np.array([[1.0, 0], [1, 0]]), np.array([[0.0, 1], [0, -1]])  # both prompts at a right angle to both images
    assert matched_prompt_rank(FeatureSet(values, text=text)).per_image.tolist() == [0.5, 0.5]  # type: ignore[union-attr]
    assert matched_prompt_rank(FeatureSet(np.zeros((5, 3)), text=np.random.default_rng(0).normal(size=(5, 3)))).value == 0.5


def test_the_same_text_twice_is_no_rival() -> None:
    values, text = pair(30, noise=0.05)
    twice = matched_prompt_rank(FeatureSet(np.repeat(values, 2, axis=0), text=np.repeat(text, 2, axis=0)))
    assert twice.value == 1
    with pytest.raises(TooFewImages, match="n = 5 images of one prompt"):
        matched_prompt_rank(FeatureSet(values[:5], text=np.repeat(text[:1], 5, axis=0)))


def test_a_part_of_the_prompts_gives_about_the_same() -> None:
    values, text = pair(300, noise=2)
    every, some = (matched_prompt_rank(FeatureSet(values, text=text), others=count) for count in (1000, 60))
    assert some.value == pytest.approx(every.value, abs=0.05)
    assert some.value != every.value
    order = np.random.default_rng(1).permutation(300)
    turned = matched_prompt_rank(FeatureSet(values[order], text=text[order]), others=60)
    np.testing.assert_allclose(turned.per_image, some.per_image[order])  # type: ignore[index]


def test_what_it_refuses() -> None:
    values, text = pair(10)
    with pytest.raises(NotPossible, match="prompts"):
        matched_prompt_rank(FeatureSet(values))
    with pytest.raises(InputError, match="8 features an image and 3 a text"):
        matched_prompt_rank(FeatureSet(values, text=text[:, :3]))
