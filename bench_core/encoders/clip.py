"""Encoders with an image and a text tower, through transformers' CLIPModel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import source


@registry.backend("clip")
class Clip(TorchEncoder):
    """Features are the projections **before** normalisation: their length carries information that metrics may use.

    `image_text_alignment` normalises them itself.
    """

    configured = ("model_type",)

    def build(self) -> Any:
        """The model; a tower with three channels sees grey three times."""
        import torch
        from transformers import CLIPModel, CLIPTokenizer

        local: dict[str, Any] = {"revision": self.card.revision, "local_files_only": True}
        self._tokenizer = CLIPTokenizer.from_pretrained(source(self.card), **local)
        model = CLIPModel.from_pretrained(source(self.card), dtype=torch.float32, use_safetensors=True, **local)
        self.channels = model.vision_model.embeddings.patch_embedding.in_channels
        return model

    def features(self, signal: Any) -> Any:  # (B, C, S, S) -> (B, D)
        """Image projections."""
        return self._model.visual_projection(self._model.vision_model(signal).pooler_output)

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """Text projections; texts that are too long are cut."""
        import torch

        self.load()
        read = self._tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            pooled = self._model.text_model(read.input_ids, attention_mask=read.attention_mask).pooler_output
            vectors: np.ndarray = self._model.text_projection(pooled).float().cpu().numpy()
        return vectors
