"""SSCD of its state dict: a ResNet-50 of torchvision's names, a generalised mean, one linear layer, unit length."""

from typing import Any

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import fill, missing_weights, read_tensors
from bench_core.encoders.resnet import build_trunk

PICKLED = "sscd_disc_mixup.torchvision.pt"
URL = f"https://dl.fbaipublicfiles.com/sscd-copy-detection/{PICKLED}"
FILE = "sscd_disc_mixup.torchvision.safetensors"
POWER = 3.0
"""Of the generalised mean (Pizzi 2022, arXiv:2202.10261): it is no part of the state dict."""


@registry.backend("sscd")
class Sscd(TorchEncoder):
    """Sizes are read from the weights: `backbone.*` and `embeddings.1.*`."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The download, then the conversion to safetensors."""
        return missing_weights(card, (FILE, "model.safetensors"), PICKLED, URL)

    def build(self) -> Any:
        """The network with its weights."""
        from torch import nn

        from bench_core.encoders.checkpoints import find_file

        tensors = read_tensors(self.card, FILE if find_file(self.card, FILE) else "model.safetensors")
        tensors = {name: value for name, value in tensors.items() if not name.startswith("backbone.fc.")}
        trunk = build_trunk(tensors, "backbone.")
        line = nn.Linear(trunk.channels, tensors["embeddings.1.weight"].shape[0])
        return fill(nn.ModuleDict({"backbone": trunk, "embeddings": nn.ModuleDict({"1": line})}), tensors, self.card)

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) -> (B, D)
        """Rows of unit length."""
        from torch.nn import functional as F

        maps = self._model["backbone"](signal)
        pooled = maps.clamp_min(1e-6).pow(POWER).mean((2, 3)).pow(1 / POWER)
        return F.normalize(self._model["embeddings"]["1"](pooled), dim=1)
