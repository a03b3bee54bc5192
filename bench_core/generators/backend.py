"""What every generator backend is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet, Prompt
from bench_core.errors import NotPossible, SettingError
from bench_core.generators.denoiser import Denoiser
from bench_core.records import Reading
from bench_core.settings_model import Settings, check

OnStep = Callable[[int, int, np.ndarray | None], None]
"""Called as `on_step(step, steps, preview)`: steps done of this batch, and now and then a coarse image of what is coming
(None otherwise). It may raise `errors.Cancelled`, which ends the batch."""


@dataclass(frozen=True)
class Lack:
    """Something that a model needs and that is not here, and the steps that bring it."""

    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.what.rstrip('.')}. {self.fix}".strip()


@dataclass(frozen=True)
class Weights:
    """The weight files of one part of a model."""

    part: str
    where: str
    files: int
    bytes: int
    parameters: int


class Backend:
    """A generator: one card, one device. Cheap to make; weights load with the first batch or with `load`.

    A subclass is marked with `@registry.backend(name)`, declares `Options` (or overrides `settings_model`) and fills in `load` and
    `batch`. The image depends on prompt, seed and settings only, never on the other images of the batch.
    """

    Options: ClassVar[type[Settings]] = Settings

    def __init__(self, card: GeneratorCard, *, device: str = "cpu", train: ImageSet | None = None) -> None:
        self.card, self.device, self.train = card, device, train

    @classmethod
    def settings_model(cls, card: GeneratorCard) -> type[Settings]:
        """The settings of this card: names, ranges and descriptions, with the card's own values as defaults.

        Raises:
            SettingError: the card sets something that the backend does not know.
        """
        return with_defaults(cls.Options, card)

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        """What is missing on this machine to run the card, with the command that mends it; None when nothing is."""
        return None

    @classmethod
    def lacks(cls, card: GeneratorCard) -> list[Lack]:
        """All that is missing, each with the steps that bring it."""
        found = cls.missing(card)
        text, _, steps = (found or "").rpartition(". ")
        return [Lack(text or steps, steps if text else "")] if found else []

    @classmethod
    def inventory(cls, card: GeneratorCard) -> list[Weights]:
        """The weight files that are here, by part; empty for a model without."""
        return []

    @classmethod
    def readings(cls, card: GeneratorCard, texts: Sequence[str]) -> list[Reading] | None:
        """How much of each text the model reads, without loading it; None where it reads no text, or all of any."""
        return None

    @classmethod
    def fingerprint(cls, card: GeneratorCard) -> list[str]:
        """What decides the weights beside the card's words and folders: commits that an unpinned hub id stands for at the moment."""
        return []

    def load(self, settings: Settings | None = None) -> None:
        """Loads the weights, once, as these settings say (number format, where they are kept).

        Raises:
            MissingWeights: they are not on this machine; the hint has the command.
        """

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) or (H, W, 3) uint8
        """One image per prompt, the i-th with the i-th seed."""
        raise NotImplementedError

    def masks(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, of_train: Callable[[int], Mapping[str, np.ndarray]]
    ) -> list[Mapping[str, np.ndarray]]:  # each by name, (H, W) bool
        """Where things are in the images that `batch` makes of the same prompts and seeds.

        Args:
            of_train: the masks of a training image, by its row.

        Raises:
            NotPossible: the generator does not know; only those that draw, or copy, know it.
        """
        raise NotPossible(f"{self.card.title} makes images and does not know where things are in them, so that none of them has masks.")

    def reconstruct(self, films: Sequence[np.ndarray]) -> list[np.ndarray]:  # each (H, W) uint8
        """Films as the generator's own autoencoder gives them back. Loads the weights.

        Raises:
            NotPossible: it has none.
        """
        raise NotPossible(f"{self.card.title} has no autoencoder, so no real film can be sent through it.")

    @classmethod
    def not_queried(cls, card: GeneratorCard) -> str:
        """Why nobody can ask the card's model which noise it sees in a film; empty where one can (`lend_denoiser`)."""
        return f"its backend {card.backend} has no denoiser to lend"

    def lend_denoiser(self) -> Denoiser:
        """The denoiser of a diffusion model, for attacks that query it. Loads the weights.

        Raises:
            NotPossible: it is no diffusion model, or of a kind that cannot be queried here.
        """
        raise not_queried(self.card, self.not_queried(self.card))

    def settings(self, **values: Any) -> Settings:
        """Checked settings, the card's defaults where nothing is said.

        Raises:
            SettingError: an unknown name or a value out of range.
        """
        return check(self.settings_model(self.card), values, f"generator {self.card.id}")


def with_defaults(model: type[Settings], card: GeneratorCard) -> type[Settings]:
    """The model with the card's values as defaults.

    Raises:
        SettingError: the card sets something unknown or out of range.
    """
    from copy import copy

    from pydantic import create_model

    if not card.settings:
        return model
    checked = check(model, card.settings, f"card {card.id}")
    fields: dict[str, Any] = {}
    for name in card.settings:
        info = copy(model.model_fields[name])
        info.default = getattr(checked, name)
        fields[name] = (model.model_fields[name].annotation, info)
    return create_model(f"{card.id}_settings", __base__=model, **fields)


def not_queried(card: GeneratorCard, why: str) -> NotPossible:
    """What is said of a model that cannot be queried, and what would be needed."""
    return NotPossible(
        f"Generator {card.id} cannot be queried: {why}.",
        "Attacks that query a model need its weights as a Stable Diffusion or DDPM pipeline of diffusers that predicts noise, velocity or "
        "the image. Attacks on the images alone need no generator.",
    )


def need_train(card: GeneratorCard, train: ImageSet | None) -> ImageSet:
    """The training images, for a generator that cannot work without.

    Raises:
        SettingError: none were handed over.
    """
    if train is None:
        raise SettingError(f"Generator {card.id} needs a set of training images.", "Name one: --train SET.")
    return train
