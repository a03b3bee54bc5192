"""The network of phantom-eye: whole films of 256 pixels to one row of features, and reports to rows of the same space.

torch is imported inside, so that looking for backends costs nothing.
"""

from typing import Any

BUILD: dict[str, Any] = {"stem": 16, "widths": [32, 64, 128, 192], "said": 64, "seen": 64, "findings": 14}

SLOW = 0.03
"""Momentum of the running means: batches hold spoiled films, so that a mean over a few of them wavers."""


def halving(into: int, out: int, side: int) -> Any:
    """A convolution of stride 2."""
    from torch import nn

    return nn.Sequential(nn.Conv2d(into, out, side, 2, side // 2, bias=False), nn.BatchNorm2d(out, momentum=SLOW), nn.ReLU(inplace=True))


def block(into: int, out: int, stride: int = 1) -> Any:
    """Two 3 x 3 convolutions and a shortcut (He et al., arXiv:1512.03385), with an average in front of a strided shortcut."""
    import torch
    from torch import nn

    def norm() -> Any:
        return nn.BatchNorm2d(out, momentum=SLOW)

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Sequential(nn.Conv2d(into, out, 3, stride, 1, bias=False), norm(), nn.ReLU(inplace=True))
            self.second = nn.Sequential(nn.Conv2d(out, out, 3, 1, 1, bias=False), norm())
            self.short: Any = nn.Identity()
            if into != out or stride > 1:
                self.short = nn.Sequential(nn.AvgPool2d(stride), nn.Conv2d(into, out, 1, bias=False), norm())

        def forward(self, x: Any) -> Any:
            return torch.relu_(self.second(self.first(x)) + self.short(x))

    return Block()


def build_eye(*, stem: int, widths: list[int], said: int, seen: int, findings: int) -> Any:
    """The image tower. `forward` gives (features (B, said + seen), logits of the findings' masks (B, findings, 32, 32)).

    The first `said` numbers are what a report can say, the other `seen` what only the film shows: anatomy, the patient, image quality.
    Features are pooled at every scale, because blur and noise live in the first and a heart's size in the last; and of each finding's
    mask the highest and the mean logit of either half of the film, because a broken rib is a few cells of a thousand.
    """
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Eye(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            first, second, third, fourth = widths
            self.fine, self.finer = halving(1, stem, 5), halving(stem, first, 3)
            self.quarter = block(first, first)
            self.eighth = block(first, second, 2)
            self.sixteenth = block(second, third, 2)
            self.last = block(third, fourth, 2)
            self.near, self.far = nn.Conv2d(second, findings, 1), nn.Conv2d(third, findings, 1)
            pooled = stem + first + 2 * (second + third + fourth) + 4 * findings
            self.norm = nn.BatchNorm1d(pooled, momentum=SLOW)
            self.project = nn.Linear(pooled, said + seen)

        def forward(self, film: Any) -> tuple[Any, Any]:
            fine = self.fine(film)
            finer = self.finer(fine)
            quarter = self.quarter(finer)
            eighth = self.eighth(quarter)
            sixteenth = self.sixteenth(eighth)
            last = self.last(sixteenth)
            cells = self.near(eighth) + F.interpolate(self.far(sixteenth), scale_factor=2.0)
            averages = [level.mean((2, 3)) for level in (fine.detach(), quarter, eighth, sixteenth, last)]
            peaks = [level.amax((2, 3)) for level in (eighth, sixteenth, last)]
            half = cells.shape[-1] // 2
            sides = [part for side in (cells[..., :half], cells[..., half:]) for part in (side.amax((2, 3)), side.mean((2, 3)))]
            pooled = torch.cat([*averages, *peaks, *sides], 1).float()
            return self.project(self.norm(pooled)), cells

    return Eye()


def build_reader(*, vocabulary: int, said: int, width: int = 128, layers: int = 2, length: int = 64) -> Any:
    """The text tower: token ids (B, L) to what a report says (B, said). A transformers CLIPTextModel with a projection."""
    from torch import nn
    from transformers import CLIPTextConfig, CLIPTextModel

    ends: dict[str, Any] = {"bos_token_id": vocabulary - 2, "eos_token_id": vocabulary - 1, "pad_token_id": vocabulary - 1}
    config = CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=width, intermediate_size=3 * width, num_hidden_layers=layers, num_attention_heads=4,
        max_position_embeddings=length, **ends,
    )  # fmt: skip

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.project = CLIPTextModel(config), nn.Linear(width, said)

        def forward(self, ids: Any) -> Any:
            return self.project(self.tower(ids).pooler_output)

    return Reader()
