"""BioViL-T: films and reports in one space of 128 dimensions. None of the checkpoint's own code is run."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import json_object
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.biovil_networks import UNUSED_IMAGE, UNUSED_TEXT, build_image_tower, build_text_tower
from bench_core.encoders.checkpoints import damaged_configuration, fill, find_file, home_of, missing_weights, read_tensors
from bench_core.errors import InputError

IMAGE = "biovil_t_image_model_proj_size_128"


@registry.backend("biovil_t")
class BioViLT(TorchEncoder):
    """Features are the projections before normalisation, as for every encoder of images and texts."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The download, then the conversion of either tower to safetensors."""
        towers = missing_weights(card, (f"{IMAGE}.safetensors",), f"{IMAGE}.pt") or missing_weights(card, ("model.safetensors",))
        return towers or damaged_configuration(card, ())

    def build(self) -> Any:
        """Both towers and the tokenizer."""
        from torch import nn
        from transformers import BertTokenizer

        seen, read = read_tensors(self.card, f"{IMAGE}.safetensors"), read_tensors(self.card, "model.safetensors")
        try:
            image = build_image_tower(seen)
        except KeyError as error:
            raise InputError(
                f"Encoder {self.card.id}: {IMAGE} in {home_of(self.card)} has no tensor {error}.", "It is another model's."
            ) from None
        config = find_file(self.card, "config.json")
        if config is None:
            raise InputError(f"Encoder {self.card.id}: {home_of(self.card)} has no config.json.", "Download the whole repository.")
        text = build_text_tower(json_object(config))
        self._tokenizer = BertTokenizer.from_pretrained(str(config.parent), local_files_only=True)
        self._length = min(self._tokenizer.model_max_length, text.bert.config.max_position_embeddings)
        towers = {
            "image": fill(image, seen, self.card, unused=UNUSED_IMAGE),
            "text": fill(text, read, self.card, unused=UNUSED_TEXT),
        }
        return nn.ModuleDict(towers)

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) -> (B, 128)
        """Image projections."""
        return self._model["image"](signal)

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, 128) float32
        """Text projections; texts that are too long are cut."""
        import torch

        self.load()
        read = self._tokenizer(list(texts), padding=True, truncation=True, max_length=self._length, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            vectors: np.ndarray = self._model["text"](read.input_ids, read.attention_mask).float().cpu().numpy()
        return vectors
