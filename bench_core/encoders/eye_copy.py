"""phantom-copy: a small head on phantom-eye's image tower, trained so that cosines say how alike registered films are (DeepSSIM's way)."""

from pathlib import Path
from typing import Any

from bench_core import registry
from bench_core.cards import EncoderCard
from bench_core.cards.checkpoint_files import tensor_shapes
from bench_core.encoders.checkpoints import fill
from bench_core.encoders.eye import Eye
from bench_core.errors import CardError

POWER = 3.0
"""Of the generalised mean (Radenovic 2018, arXiv:1711.02512)."""
BANDS = 3
"""Horizontal bands in which the coarse maps are pooled too: mirroring leaves them as they are, and small moves nearly."""
WIDTHS = (32, 64, 128, 192)
"""Of phantom-eye's maps."""
HIDDEN, WIDTH = 256, 256


def build_copy_head() -> Any:
    """Pooled maps to a row of unit length."""
    from torch import nn
    from torch.nn import functional as F

    class CopyHead(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            pooled = sum(WIDTHS) + BANDS * sum(WIDTHS[2:])
            self.norm = nn.BatchNorm1d(pooled, affine=False)
            self.first, self.second = nn.Linear(pooled, HIDDEN), nn.Linear(HIDDEN, WIDTH)

        def forward(self, pooled: Any) -> Any:
            return F.normalize(self.second(F.gelu(self.first(self.norm(pooled)))), dim=1)

    return CopyHead()


def pooled_maps(eye: Any, films: Any) -> Any:  # (B, 1, 256, 256) -> (B, pooled)
    """Generalised means of the maps at four scales, of the coarse ones in bands too."""
    import torch

    quarter = eye.quarter(eye.finer(eye.fine(films)))
    eighth = eye.eighth(quarter)
    sixteenth = eye.sixteenth(eighth)
    last = eye.last(sixteenth)
    bands = [band for maps in (sixteenth, last) for band in torch.tensor_split(maps, BANDS, dim=2)]
    means = [maps.clamp_min(1e-6).pow(POWER).mean((2, 3)).pow(1 / POWER) for maps in (quarter, eighth, sixteenth, last, *bands)]
    return torch.cat(means, 1).float().log()


@registry.backend("eye_copy")
class EyeCopy(Eye):
    """On phantom-eye's image tower; cosines of its rows are products."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        """What is missing of the tower, then of the head."""
        if card.head_folder is None:
            raise CardError(card.source, "head", "must name the folder of the head")
        file = card.head_folder / "model.safetensors"
        if not file.is_file():
            return (
                super().missing(card) or f"The head in {card.head_folder} is not there. python -m bench_core train {card.head_folder.name}"
            )
        tensor_shapes(file)
        return super().missing(card)

    def build(self) -> Any:
        """The tower, and the head on it."""
        from safetensors.torch import load_file
        from torch import nn

        assert self.card.head_folder is not None
        tensors = {name: value.float() for name, value in load_file(Path(self.card.head_folder) / "model.safetensors").items()}
        return nn.ModuleDict({"eye": super().build()["eye"], "head": fill(build_copy_head(), tensors, self.card)})

    def features(self, signal: Any) -> Any:  # (B, 1, S, S) -> (B, 256)
        """Rows of unit length."""
        return self._model["head"](pooled_maps(self._model["eye"], signal))

    def encode_text(self, texts: Any) -> None:
        """None: a text shows no film."""
        return
