"""Any vision model, and any vision-language model, of transformers: a card says which output is the feature vector."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from pydantic import Field

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import json_object
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import find_file, source
from bench_core.errors import CardError
from bench_core.settings_model import Settings


class Options(Settings):
    """What the card's `settings` may say."""

    skip_tokens: int = Field(1, ge=0, description="Tokens before the patches that pooling = mean leaves out (class token, registers).")
    padding: Literal["max_length", "longest"] = Field("max_length", description="How texts of a batch are made equally long.")
    own_preprocessing: bool = Field(False, description="The card's preprocessing may differ from the checkpoint's own file.")


@registry.backend("transformers_vision")
class TransformersVision(TorchEncoder):
    """`pooling`: `pooler` (pooler_output, the default), `cls` (first token), `mean` (patches), `projection` (into the space of texts)."""

    Options = Options
    default_pooling = "pooler"
    configured = ("model_type",)

    def build(self) -> Any:
        """The model, from a folder or the hub's cache.

        Raises:
            InputError: the checkpoint brings code that the user does not allow.
            CardError: the card's preprocessing is not the checkpoint's.
        """
        import torch
        from transformers import AutoModel

        self._words = self.options()
        if not self._words.own_preprocessing:
            compare_preprocessing(self.card)
        self._how: dict[str, Any] = {
            "revision": self.card.revision, "local_files_only": True, "trust_remote_code": self.trusted(),
        }  # fmt: skip
        return AutoModel.from_pretrained(source(self.card), dtype=torch.float32, use_safetensors=True, **self._how)

    def features(self, signal: Any) -> Any:  # (B, C, S, S) -> (B, D)
        """The output that the card names."""
        how = self.card.pooling or self.default_pooling
        if how == "projection":
            if not hasattr(self._model, "get_image_features"):
                raise CardError(self.card.source, "pooling", f"is 'projection', which a {type(self._model).__name__} does not have")
            found = self._model.get_image_features(pixel_values=signal)
            return found if hasattr(found, "shape") else found.pooler_output
        output = getattr(self._model, "vision_model", self._model)(pixel_values=signal)
        if how == "pooler":
            if getattr(output, "pooler_output", None) is None:
                raise CardError(self.card.source, "pooling", f"is 'pooler', which a {type(self._model).__name__} does not have")
            return output.pooler_output.flatten(1)
        tokens = output.last_hidden_state
        if tokens.ndim == 4:  # feature maps of a convolutional network
            if how == "cls":
                raise CardError(self.card.source, "pooling", f"is 'cls', which a {type(self._model).__name__} does not have")
            return tokens.mean((2, 3))
        return tokens[:, 0] if how == "cls" else tokens[:, self._words.skip_tokens :].mean(1)


@registry.backend("transformers_vision_language")
class TransformersVisionLanguage(TransformersVision):
    """The same with texts: `projection` unless the card says otherwise. Features are the projections before any normalisation of ours."""

    default_pooling = "projection"

    def build(self) -> Any:
        """The model and its tokenizer."""
        from transformers import AutoTokenizer

        model = super().build()
        self._tokenizer = AutoTokenizer.from_pretrained(source(self.card), **self._how)
        places = getattr(getattr(model.config, "text_config", model.config), "max_position_embeddings", 512)
        self._length = min(self._tokenizer.model_max_length, places)
        return model

    def encode_text(self, texts: Sequence[str]) -> np.ndarray | None:  # (B, D) float32
        """Text projections; texts that are too long are cut. None where the card does not say `reads_text`."""
        if not self.card.reads_text:
            return None
        import torch

        self.load()
        read = self._tokenizer(
            list(texts), padding=self._words.padding, truncation=True, max_length=self._length, return_tensors="pt"
        ).to(self.device)  # fmt: skip
        with torch.inference_mode():
            found = self._model.get_text_features(**read)
            vectors: np.ndarray = (found if hasattr(found, "shape") else found.pooler_output).float().cpu().numpy()
        return vectors


def compare_preprocessing(card: EncoderCard) -> None:
    """Compares the card with the checkpoint's own `preprocessor_config.json`, where there is one.

    Raises:
        CardError: size, mean or deviation differ.
    """
    path = find_file(card, "preprocessor_config.json")
    if path is None:
        return
    own = json_object(path)
    used = own.get("do_normalize", True)
    pinned = {
        "mean": ("image_mean", np.broadcast_to(card.mean, 3), used),
        "std": ("image_std", np.broadcast_to(card.std, 3), used),
        "image_size": ("crop_size" if own.get("do_center_crop") else "size", np.array([card.image_size]), True),
    }
    for field, (name, mine, used) in pinned.items():
        theirs = _numbers(own.get(name)) if used else []
        if theirs and not np.allclose(mine, theirs, atol=1e-4):
            raise CardError(
                card.source,
                field,
                f"is {mine.tolist()}, the checkpoint's own {name} is {theirs}; settings.own_preprocessing = true keeps it",
            )


def _numbers(value: Any) -> list[float]:
    """The numbers of an entry in any of the forms that image processors write; none where only limits are given."""
    if isinstance(value, dict):
        value = [] if "longest_edge" in value else list(value.values())
    return [float(v) for v in (value if isinstance(value, list) else [] if value is None else [value])]
