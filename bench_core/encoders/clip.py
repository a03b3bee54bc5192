"""Encoders with an image and a text tower, through transformers' CLIPModel."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import Encoder, prepare
from bench_core.errors import MissingWeights


@registry.backend("clip")
class Clip(Encoder):
    """Features are the projections **before** normalisation: their length carries information that metrics may use.

    `image_text_alignment` normalises them itself.
    """

    def __init__(self, card: EncoderCard, *, device: str = "cpu") -> None:
        super().__init__(card, device=device)
        self._model: Any = None
        self._tokenizer: Any = None

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """Says which folder or hub model is not there."""
        if card.folder is not None:
            there = (card.folder / "model.safetensors").is_file()
            return None if there else f"The weights in {card.folder} are not there. python -m bench_core train {card.id}"
        from huggingface_hub import try_to_load_from_cache

        if isinstance(try_to_load_from_cache(str(card.repo_id), "config.json", revision=card.revision), str):
            return None
        pinned = f" --revision {card.revision}" if card.revision else ""
        return f"The weights of {card.repo_id} are not on this machine. hf download {card.repo_id}{pinned}"

    def load(self) -> None:
        """Loads the weights, once.

        Raises:
            MissingWeights: they are not on this machine; the hint has the command.
        """
        if self._model is not None:
            return
        lacking = self.missing(self.card)
        if lacking:
            text, _, command = lacking.rpartition(". ")
            raise MissingWeights(f"Encoder {self.card.id} cannot run: {text}.", command)
        import torch
        from transformers import CLIPModel, CLIPTokenizer

        source = str(self.card.folder or self.card.repo_id)
        local: dict[str, Any] = {"revision": self.card.revision, "local_files_only": True}
        self._tokenizer = CLIPTokenizer.from_pretrained(source, **local)
        model = CLIPModel.from_pretrained(source, dtype=torch.float32, use_safetensors=True, **local)
        self._model = model.eval().to(self.device)

    def encode(self, images: Sequence[np.ndarray]) -> np.ndarray:  # (B, D) float32
        """Image projections; a tower with three channels sees grey three times."""
        import torch

        self.load()
        signal = torch.from_numpy(np.stack([prepare(image, self.card) for image in images])).unsqueeze(1)
        signal = signal.expand(-1, self._model.config.vision_config.num_channels, -1, -1).to(self.device)
        with torch.inference_mode():
            seen = self._model.vision_model(signal).pooler_output
            return self._model.visual_projection(seen).float().cpu().numpy()

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """Text projections; texts that are too long are cut."""
        import torch

        self.load()
        read = self._tokenizer(list(texts), padding="max_length", truncation=True, return_tensors="pt").to(self.device)
        with torch.inference_mode():
            pooled = self._model.text_model(read.input_ids, attention_mask=read.attention_mask).pooler_output
            return self._model.text_projection(pooled).float().cpu().numpy()
