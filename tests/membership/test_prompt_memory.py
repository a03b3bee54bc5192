"""Prompts that a model knows by heart pull its first step."""

from collections.abc import Sequence

import numpy as np
import pytest

from bench_core.errors import InputError, NotPossible
from bench_core.membership.prompt_memory import pull, ranked_prompts, word_pulls
from tests.contract.asked_models import MadeDiffusion


class ByWords(MadeDiffusion):
    """Sees `strength[word]` more noise in every value for each word that it is told."""

    strength: dict[str, float] = {"left": 3.0, "effusion": 1.0, "no": -0.5}

    def noise(self, latents: np.ndarray, step: int, conditions: np.ndarray) -> np.ndarray:
        added = [sum(self.strength.get(word, 0.0) for word in text.split()) for text in conditions]
        return (latents * 0.5 + np.array(added)[:, None]).astype(np.float32)


def test_pull_is_the_length_of_what_the_words_change() -> None:
    found = pull(ByWords(), ["left effusion", "a lung", ""] * 40)
    np.testing.assert_allclose(found[:3], [4 * np.sqrt(16), 0, 0], atol=1e-4)
    assert len(found) == 120


def test_prompts_are_ranked_once_each() -> None:
    told: list[int] = []
    table = ranked_prompts(ByWords(), ["a lung", "left effusion", "effusion", "left effusion", " "], on_prompt=told.append)
    assert table["prompt"].tolist() == ["left effusion", "effusion", "a lung"] and table["rank"].tolist() == [1, 2, 3]
    assert table["against_usual"].iloc[1] == 0 and told == [3]


def test_words_are_weighed_by_leaving_each_out() -> None:
    table = word_pulls(ByWords(), "no left effusion here")
    assert table["word"].tolist() == ["no", "left", "effusion", "here"]
    np.testing.assert_allclose(table["adds"], [-0.5 / 3.5, 3 / 3.5, 1 / 3.5, 0], atol=1e-5)


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(NotPossible, match="made reads no text"):
        pull(MadeDiffusion(reads_text=False), ["a"])
    with pytest.raises(InputError, match="no prompt to rank"):
        ranked_prompts(ByWords(), ["", " "])
    with pytest.raises(InputError, match="empty"):
        word_pulls(ByWords(), " ")


def test_a_memorised_prompt_pulls_more_than_others() -> None:
    """Two different draws of noise agree on it, too."""

    class Memory(MadeDiffusion):
        def conditions(self, texts: Sequence[str]) -> np.ndarray:
            return np.array(list(texts), dtype=object)

    rng, model = np.random.default_rng(0), Memory()
    model.heart = {"known": rng.normal(size=16).astype(np.float32)}
    for seed in (0, 1):
        known, other = pull(model, ["known", "other"], seed=seed)
        assert known > 0.1 and other == 0
