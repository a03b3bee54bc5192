"""What a network on pixels is made of and what it sees: the small network, or an encoder's own; films brought to its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import numpy as np

from bench_core.alterations.grey import resized
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.downstream.checkpoint import Checkpoint
from bench_core.downstream.films import Films
from bench_core.downstream.loop import Training
from bench_core.downstream.networks import Pixels
from bench_core.engine.progress import Tally
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.spec import UtilitySpec

Prepare = Callable[[np.ndarray], np.ndarray]
ON_PIXELS = ("convnet", "fine_tuned")
SMALL, TUNED = {"batch": 32, "rate": 4e-3, "decay": 0.02}, {"batch": 32, "rate": 1e-4, "decay": 1e-5}
"""How the small network, which begins from nothing, and an encoder's own, which has learned before, are trained."""
LOOKS = 6


def training_of(spec: UtilitySpec) -> Training:
    """How every arm is trained."""
    if spec.classifier not in ON_PIXELS:
        return Training(spec.classifier, spec.steps, balanced=spec.balanced, epsilon=spec.epsilon)
    how = SMALL if spec.classifier == "convnet" else TUNED
    return Training(spec.classifier, spec.steps, balanced=spec.balanced, looks=LOOKS, warms=True, **how)  # type: ignore[arg-type]


def pixels_of(spec: UtilitySpec, how: Training, encoder: Any, device: str, checkpoint: Checkpoint) -> tuple[Pixels, Prepare]:
    """The network of a request, and how a film is brought to what it sees.

    Args:
        encoder: whose network is trained on, see `check_tunable`; the small network needs none.
    """
    mirrors = spec.protocol == "chexgenbench"
    if spec.classifier == "convnet":
        side = spec.side
        return Pixels(how, side, None, device, checkpoint=checkpoint, mirrors=mirrors), lambda film: resized(grey(film), (side, side))
    from bench_core.encoders.backend import scaled

    card = encoder.card
    return (
        Pixels(how, card.image_size, encoder.network, device, checkpoint=checkpoint, mirrors=mirrors),
        lambda film: np.rint(scaled(film, card) * 255).astype(np.uint8),
    )


def check_tunable(card: EncoderCard) -> None:
    """Looks whether the encoder of a card is a network that can be trained on.

    Raises:
        NotPossible: it is not; says what is.
    """
    from bench_core.encoders import encoder_backend
    from bench_core.encoders.backend import TorchEncoder

    if not issubclass(encoder_backend(card), TorchEncoder) or card.distance != "euclidean":
        raise NotPossible(
            f"Encoder {card.id} is no network that can be fine-tuned.",
            "Choose phantom-eye, or a card of backend transformers_vision whose checkpoint is on this machine; a small network that begins "
            "from nothing (convnet) needs no checkpoint.",
        )


def films_of(images: ImageSet, side: int, prepare: Prepare, tally: Tally) -> Films:
    """The films of a set as the network sees them; each is read once, and counted."""
    return Films(len(images), side, lambda row: prepare(images.read(row)), lambda: tally.batch(1, f"Reading {images.name}"))


def labelled(images: ImageSet) -> FeatureSet:
    """A set without features: its labels and patients alone."""
    return FeatureSet.of_images(images, np.zeros((len(images), 1), np.float32), card=_NoEncoder())


class _NoEncoder:
    id: str = ""
    distance: Literal["euclidean", "hamming"] = "euclidean"
    logits: bool = False

    def key(self) -> str:
        return ""


def read_all(films: Mapping[str, Films], rows: Mapping[str, np.ndarray], tally: Tally) -> None:
    """Reads what trainings will ask for, before the first one begins."""
    tally.total += sum(len(r) for r in rows.values())
    for name, one in films.items():
        one.read(rows[name])


def grey(film: np.ndarray) -> np.ndarray:
    """One channel of a film."""
    return film if film.ndim == 2 else film.mean(axis=2).astype(np.uint8)
