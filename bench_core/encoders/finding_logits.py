"""A classifier: the image tower of an encoder and a linear head, whose outputs are class logits."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import tensor_shapes
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.clip import Clip
from bench_core.encoders.eye import Eye
from bench_core.errors import CardError


class LinearHead(TorchEncoder):
    """Logits = features @ weight.T + bias, from `model.safetensors` in the card's `head` folder; stands before a tower among the bases."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What is missing of the tower, then of the head."""
        if card.head_folder is None:
            raise CardError(card.source, "head", "must name the folder of the head")
        file, train = card.head_folder / "model.safetensors", f"python -m bench_core train {card.head_folder.name}"
        if not file.is_file():
            return super().missing(card) or f"The head in {card.head_folder} is not there. {train}"
        if lacking := {"weight", "bias"} - tensor_shapes(file).keys():
            return super().missing(card) or f"The head in {file} has no {' and no '.join(sorted(lacking))}. {train}"
        return super().missing(card)

    def build(self) -> Any:
        """The tower; the head beside it."""
        from safetensors.torch import load_file

        assert self.card.head_folder is not None
        head = load_file(self.card.head_folder / "model.safetensors")
        self._weight, self._bias = (head[name].float().to(self.device) for name in ("weight", "bias"))
        return super().build()

    def features(self, signal: Any) -> Any:  # (B, C, S, S) -> (B, classes)
        """Class logits."""
        return super().features(signal) @ self._weight.T + self._bias

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:
        """None: a text has no class logits."""
        return None


@registry.backend("clip_head")
class ClipHead(LinearHead, Clip):
    """On a CLIP's image tower."""


@registry.backend("eye_head")
class EyeHead(LinearHead, Eye):
    """On phantom-eye's image tower."""
