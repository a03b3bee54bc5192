"""A model that runs in its own code only: it has a card, a colour and a name in tables, and its images are imported."""

from collections.abc import Sequence

import numpy as np

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.data import Prompt
from bench_core.errors import NotPossible
from bench_core.generators.backend import Backend, OnStep
from bench_core.settings_model import Settings


@registry.backend("imported")
class ForeignModel(Backend):
    """Makes no images. A set that is imported under the card's id is drawn in its colour."""

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        """Always something: that it runs elsewhere, and what to do."""
        return f"{card.title} runs in its own code only, not here. {card.how_to_get}".strip()

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:
        """Never makes any.

        Raises:
            NotPossible: always.
        """
        raise NotPossible(f"{self.card.title} runs in its own code only, not here.", self.card.how_to_get)
