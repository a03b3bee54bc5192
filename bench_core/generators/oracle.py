"""The perfect generator: draws fresh simulated patients who show what the prompt asks for. Needs no weights."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from bench_core import registry
from bench_core.data import FINDINGS, Prompt
from bench_core.generators.backend import Backend, OnStep
from bench_core.settings_model import Settings

if TYPE_CHECKING:
    from bench_core.phantom import Film


@registry.backend("oracle")
class Oracle(Backend):
    """Renders a new patient, in no cohort, from the text (and the prompt's labels, where it has them) and the seed."""

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (256, 256) uint8
        """One film per prompt."""
        images: list[np.ndarray] = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            images.append(_film(prompt, seed).image)
            if on_step:
                on_step(len(images), len(prompts), images[-1])
        return images

    def masks(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, of_train: Callable[[int], Mapping[str, np.ndarray]]
    ) -> list[Mapping[str, np.ndarray]]:  # each (256, 256) bool
        """Those of the simulator."""
        return [_film(prompt, seed).masks for prompt, seed in zip(prompts, seeds, strict=True)]


def _film(prompt: Prompt, seed: int) -> "Film":
    from bench_core import phantom

    labels = {name: int(prompt.labels[name]) for name in FINDINGS if prompt.labels.get(name) in (0, 1)}
    return phantom.render_prompt(prompt.text, seed, labels or None)
