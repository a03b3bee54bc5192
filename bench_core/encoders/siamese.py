"""Siamese ResNet-50 that verifies patients: Packhäuser's checkpoint, and CheXGenBench's copy of it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, find_file, home_of, missing_weights, read_tensors
from bench_core.errors import InputError

FILE = "model.safetensors"


def build_branch(tensors: Mapping[str, Any]) -> Any:
    """One branch, films (B, 3, S, S) to (B, D) in 0..1, and the layer `fc_end` that scores absolute differences of two of them.

    Raises:
        KeyError: the tensors are not those of such a network.
    """
    import torch
    from torch import nn

    from bench_core.encoders.resnet import build_trunk

    trunk = build_trunk(tensors, "model.")
    width = tensors["model.fc.weight"].shape[0]

    class Siamese(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.fc_end = trunk, nn.Linear(width, 1)
            self.model.fc = nn.Linear(trunk.channels, width)

        def forward(self, x: Any) -> Any:
            return torch.sigmoid(self.model.fc(self.model(x).mean((2, 3))))

    return Siamese()


@registry.backend("siamese_resnet")
class SiameseResNet(TorchEncoder):
    """Features are what one branch gives; two films are scored by `pair_head`, not by a distance.

    References:
        Packhäuser et al., Sci Rep 12:14851 and their public code (PatientVerification), whose names the tensors have.
    """

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The pickled checkpoint, then its conversion."""
        return missing_weights(card, (FILE,))

    def build(self) -> Any:
        """One branch with the layer that ends a pair."""
        tensors = read_tensors(self.card, FILE)
        try:
            network = build_branch(tensors)
        except KeyError as error:
            raise InputError(
                f"Encoder {self.card.id}: the checkpoint in {home_of(self.card)} has no tensor {error}.", "It is another model's."
            ) from None
        return fill(network, tensors, self.card)

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) -> (B, D)
        """Sigmoid outputs of one branch."""
        return self._model(signal)


def pair_head(card: EncoderCard) -> tuple[np.ndarray, float] | None:  # (D,) float32
    """Weights and bias with which a card's encoder scores the absolute difference of two films' features; None where it has none.

    The higher, the likelier is one patient; the logistic function of it is what the network's authors call a score.
    """
    if card.backend != "siamese_resnet" or find_file(card, FILE) is None:
        return None
    tensors = read_tensors(card, FILE)
    return tensors["fc_end.weight"][0].numpy(), float(tensors["fc_end.bias"][0])
