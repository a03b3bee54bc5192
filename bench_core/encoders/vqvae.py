"""Discrete codes of a VQ-VAE as features: two images are as far apart as the share of positions at which their codes differ."""

from typing import Any, Literal

from pydantic import Field

from bench_core import registry
from bench_core.cards.checkpoint_files import json_object
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, read_tensors
from bench_core.encoders.code_networks import build_coder
from bench_core.settings_model import Settings


class Options(Settings):
    """Which map of codes."""

    level: Literal["top", "bottom"] = Field("top", description="The coarse map or the fine one.")


@registry.backend("vqvae_codes")
class Codes(TorchEncoder):
    """Indices into the codebook, row by row, as float32.

    Images are encoded one by one: a rounding that depends on the batch could tip a position from one code to another.
    """

    Options = Options
    channels = 1
    configured = ("arguments",)

    def build(self) -> Any:
        """The coder with its codebooks."""
        assert self.card.folder is not None
        config = json_object(self.card.folder / "config.json")
        return fill(build_coder(**config["arguments"]), read_tensors(self.card, "model.safetensors"), self.card)

    def features(self, signal: Any) -> Any:  # (B, 1, S, S) -> (B, positions)
        """Codes of one level."""
        import torch

        level = ("top", "bottom").index(self.options().level)
        return torch.cat([self._model.codes(one[None])[level].flatten(1) for one in signal])
