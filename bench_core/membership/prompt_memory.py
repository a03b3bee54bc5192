"""Before an image exists: which prompts, and which words of them, make a diffusion model copy.

A prompt that a model learned by heart pulls the very first step towards its film: the noise that the model sees in pure noise differs much
from what it sees when it is told nothing (Wen 2024, arXiv:2407.21720, eq. 2, at the first step). No image is made.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bench_core.errors import InputError, NotPossible

SEEDS = 4
OnPrompt = Callable[[int], None]
BATCH = 64


def pull(model: Any, texts: Sequence[str], *, seeds: int = SEEDS, seed: int = 0, on_prompt: OnPrompt | None = None) -> np.ndarray:  # (N,)
    """Length of the difference between the noise that the model sees with and without a text, in pure noise, the mean over some draws.

    Args:
        model: a `membership.DiffusionModel` with the `shape` of its latents, and `reads_text`.
        on_prompt: told how many are done.

    Raises:
        NotPossible: the model reads no text.
    """
    if not model.reads_text:
        raise NotPossible(f"Generator {model.card} reads no text: no prompt can make it copy.", "Ask about a model that is prompted.")
    first = len(model.alphas) - 1
    noise = np.random.default_rng(seed).normal(size=(seeds, *model.shape)).astype(np.float32)
    untold = model.noise(noise, first, model.conditions([""] * seeds))
    out: list[np.ndarray] = []
    for start in range(0, len(texts), BATCH):
        told = model.conditions(list(texts[start : start + BATCH]))
        lengths = np.zeros(len(told))
        for draw, without in zip(noise, untold, strict=True):
            seen = model.noise(np.broadcast_to(draw, (len(told), *draw.shape)), first, told)
            lengths += np.sqrt(((seen - without).reshape(len(told), -1) ** 2).sum(axis=1, dtype=np.float64)) / seeds
        out.append(lengths)
        if on_prompt:
            on_prompt(min(start + BATCH, len(texts)))
    return np.concatenate(out)


def ranked_prompts(
    model: Any, texts: Sequence[str], *, seeds: int = SEEDS, seed: int = 0, on_prompt: OnPrompt | None = None
) -> pd.DataFrame:
    """The different prompts, strongest first: `rank`, `prompt`, `pull`, `against_usual` (in robust standard deviations over all of them).

    Raises:
        InputError: no prompt. NotPossible: the model reads no text.
    """
    different = list(dict.fromkeys(text for text in texts if text.strip()))
    if not different:
        raise InputError("There is no prompt to rank.", "Give a set with reports or prompts, or a table of prompts.")
    found = pull(model, different, seeds=seeds, seed=seed, on_prompt=on_prompt)
    middle = float(np.median(found))
    spread = max(1.4826 * float(np.median(np.abs(found - middle))), 1e-12)
    table = pd.DataFrame({"prompt": different, "pull": found, "against_usual": (found - middle) / spread})
    table = table.sort_values("pull", ascending=False, ignore_index=True, kind="stable")
    table.insert(0, "rank", np.arange(1, len(table) + 1))
    return table


def word_pulls(model: Any, text: str, *, seeds: int = SEEDS, seed: int = 0) -> pd.DataFrame:
    """What each word of a prompt adds: `word`, `adds`, the share of the prompt's pull that is gone when the word is left out.

    Below 0 the word holds the model back from copying.
    """
    words = text.split()
    if not words:
        raise InputError("The prompt is empty.", "Give one with words.")
    without = [" ".join(words[:place] + words[place + 1 :]) for place in range(len(words))]
    whole, *less = pull(model, [text, *without], seeds=seeds, seed=seed)
    return pd.DataFrame({"word": words, "adds": (whole - np.array(less)) / max(float(whole), 1e-12)})
