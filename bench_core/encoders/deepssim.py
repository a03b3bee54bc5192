"""DeepSSIM++ of its published layout: a ConvNeXt with torchvision's names, a generalised mean of four stages, a small network.

References:
    arXiv:2609.03615; layout of github.com/brAIn-science/DeepSSIM. Every image is brought to mean 0 and deviation 1 by itself, and its one
    channel is repeated. Deliberate difference: rows are brought to unit length here, which its scorer does afterwards.
"""

from typing import Any

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder
from bench_core.encoders.checkpoints import PICKLED, fill, find_file, missing_weights, read_tensors
from bench_core.encoders.deepssim_networks import build_deepssim

PUBLISHED = "best_model_jit.pt"
FILES = ("best_model_jit.safetensors", "model.safetensors")


@registry.backend("deepssim")
class DeepSsim(TorchEncoder):
    """Widths and depths are read from the weights."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """The file, then its conversion from TorchScript to safetensors."""
        return missing_weights(card, FILES, PUBLISHED if find_file(card, PUBLISHED) else PICKLED)

    def build(self) -> Any:
        """The network with its weights."""
        tensors = read_tensors(self.card, next((name for name in FILES if find_file(self.card, name)), FILES[0]))
        return fill(build_deepssim(tensors), tensors, self.card)

    def features(self, signal: Any) -> Any:  # (B, 3, S, S) -> (B, D)
        """Rows of unit length."""
        from torch.nn import functional as F

        centred = signal - signal.mean((1, 2, 3), keepdim=True)
        spread = centred.square().mean((1, 2, 3), keepdim=True).sqrt().clamp_min(1e-6)
        return F.normalize(self._model(centred / spread), dim=1)
