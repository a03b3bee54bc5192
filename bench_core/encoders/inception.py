"""Inception-v3 with the FID weights: the features of FID, KID and the Inception Score."""

from typing import Any, Literal

from pydantic import Field

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, missing_weights, read_tensors
from bench_core.encoders.inception_network import build_inception
from bench_core.settings_model import Settings

STEM = "pt_inception-2015-12-05-6726825d"
URL = f"https://github.com/mseitzer/pytorch-fid/releases/download/fid_weights/{STEM}.pth"


class Options(Settings):
    """Which output is the feature vector."""

    output: Literal["pool", "logits", "logits_unbiased"] = Field(
        "pool", description="2048 pooled features, or 1008 class logits with or without the bias (the Inception Score leaves it out)."
    )


@registry.backend("inception_fid")
class InceptionFid(TorchEncoder):
    """The network of `inception_network.py`; its width is read from the weights."""

    Options = Options

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The download, then the conversion to safetensors."""
        return missing_weights(card, (f"{STEM}.safetensors", "model.safetensors"), f"{STEM}.pth", URL)

    def build(self) -> Any:
        """The network with its weights."""
        from bench_core.encoders.checkpoints import find_file

        name = f"{STEM}.safetensors"
        tensors = read_tensors(self.card, name if find_file(self.card, name) else "model.safetensors")
        first = tensors.get("Conv2d_1a_3x3.conv.weight")
        width = 1.0 if first is None else first.shape[0] / 32
        classes = len(tensors["fc.bias"]) if "fc.bias" in tensors else 1008
        return fill(build_inception(width=width, classes=classes), tensors, self.card)

    def features(self, signal: Any) -> Any:  # (B, 3, 299, 299) -> (B, D)
        """Pooled features or logits."""
        pooled = self._model(signal)
        wanted = self.options().output
        if wanted == "pool":
            return pooled
        return self._model.fc(pooled) if wanted == "logits" else pooled @ self._model.fc.weight.T
