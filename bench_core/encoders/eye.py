"""phantom-eye: a convolutional image tower and a text tower of this project's own, in one space."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards.checkpoint_files import json_object
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, read_tensors, source
from bench_core.encoders.eye_networks import build_eye, build_reader


@registry.backend("eye")
class Eye(TorchEncoder):
    """Features are not normalised: first what a report can say, then what only the film shows (patient, anatomy, image quality).

    A text has zeros in the second half, which is there the mean of all films.
    """

    channels = 1
    configured = ("image", "text")

    def build(self) -> Any:
        """Both towers, in float32: bf16 is for training, features are compared by small distances."""
        from torch import nn
        from transformers import CLIPTokenizer

        assert self.card.folder is not None
        config = json_object(self.card.folder / "config.json")
        self._tokenizer = CLIPTokenizer.from_pretrained(source(self.card), local_files_only=True)
        self._seen = int(config["image"]["seen"])
        towers = nn.ModuleDict({"eye": build_eye(**config["image"]), "reader": build_reader(**config["text"])})
        return fill(towers, read_tensors(self.card, "model.safetensors"), self.card)

    def features(self, signal: Any) -> Any:  # (B, 1, S, S) -> (B, D)
        """Both halves of the space."""
        return self._model["eye"](signal)[0]

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """The first half from the text, zeros in the second; texts that are too long are cut."""
        import torch

        self.load()
        read = self._tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            said = self._model["reader"](read.input_ids).float()
            return torch.cat([said, said.new_zeros(len(said), self._seen)], 1).cpu().numpy()
