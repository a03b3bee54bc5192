"""phantom-identity: whose film it is, by a network on a map of phantom-eye's image tower."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import json_object, tensor_shapes
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, read_tensors
from bench_core.encoders.eye_networks import build_eye
from bench_core.encoders.identity_networks import build_identity, sixteenth
from bench_core.errors import CardError


@registry.backend("identity")
class Identity(TorchEncoder):
    """Unit vectors: the distance of two films is the less, the likelier they show one patient. The card's `path` is the tower's folder."""

    channels = 1
    configured = ("image",)

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What is missing of the network on top, then of the tower."""
        if card.head_folder is None:
            raise CardError(card.source, "head", "must name the folder of the network on top of the tower")
        train = f"python -m bench_core train {card.head_folder.name}"
        for name in ("model.safetensors", "config.json"):
            if not (card.head_folder / name).is_file():
                return super().missing(card) or f"There is no {name} in {card.head_folder}. {train}"
        tensor_shapes(card.head_folder / "model.safetensors")
        return super().missing(card)

    def build(self) -> Any:
        """The tower and the network on top."""
        from safetensors.torch import load_file
        from torch import nn

        assert self.card.folder is not None and self.card.head_folder is not None
        tower = build_eye(**json_object(self.card.folder / "config.json")["image"])
        tensors = {
            key.removeprefix("eye."): value for key, value in read_tensors(self.card, "model.safetensors").items() if key.startswith("eye.")
        }
        network = build_identity(**json_object(self.card.head_folder / "config.json")["network"])
        learned = {key: value.float() for key, value in load_file(self.card.head_folder / "model.safetensors").items()}
        return nn.ModuleDict({"tower": fill(tower, tensors, self.card), "network": fill(network, learned, self.card)})

    def features(self, signal: Any) -> Any:  # (B, 1, 256, 256) -> (B, D)
        """Unit vectors."""
        return self._model["network"](sixteenth(self._model["tower"], signal))

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:
        """None: a report shows no patient."""
        return None
