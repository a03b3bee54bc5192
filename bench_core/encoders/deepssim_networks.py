"""The network of DeepSSIM++ with the names of its published weights; torch is imported inside."""

from collections.abc import Mapping
from typing import Any

STAGES = "abcd"


def build_deepssim(tensors: Mapping[str, Any]) -> Any:
    """The network, of the sizes of these tensors."""
    import torch
    from torch import nn

    widths = [tensors["stage_a.0.0.weight"].shape[0], *(tensors[f"stage_{s}.0.1.weight"].shape[0] for s in STAGES[1:])]
    depths = [sum(name.startswith(f"stage_{s}.1.") and name.endswith(".layer_scale") for name in tensors) for s in STAGES]
    hidden, out = tensors["fc.1.weight"].shape[0], tensors["fc.4.weight"].shape[0]

    class Across(nn.LayerNorm):
        """Over the channels of maps."""

        def forward(self, x: Any) -> Any:
            return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)

    class Permute(nn.Module):
        def __init__(self, *order: int) -> None:
            super().__init__()
            self.order = order

        def forward(self, x: Any) -> Any:
            return x.permute(*self.order)

    class Block(nn.Module):
        def __init__(self, width: int) -> None:
            super().__init__()
            self.layer_scale = nn.Parameter(torch.ones(width, 1, 1))
            self.block = nn.Sequential(
                nn.Conv2d(width, width, 7, 1, 3, groups=width), Permute(0, 2, 3, 1), nn.LayerNorm(width, eps=1e-6),
                nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width), Permute(0, 3, 1, 2),
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            return x + self.layer_scale * self.block(x)

    class Gem(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.p = nn.Parameter(torch.full((1,), 3.0))

        def forward(self, x: Any) -> Any:
            return x.clamp_min(1e-6).pow(self.p).mean((2, 3)).pow(1 / self.p)

    class Embedder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            before = None
            for stage, width, depth in zip(STAGES, widths, depths, strict=True):
                first = (
                    nn.Sequential(nn.Conv2d(3, width, 4, 4), Across(width, eps=1e-6))
                    if before is None
                    else nn.Sequential(Across(before, eps=1e-6), nn.Conv2d(before, width, 2, 2))
                )
                self.add_module(f"stage_{stage}", nn.Sequential(first, nn.Sequential(*(Block(width) for _ in range(depth)))))
                self.add_module(f"gem_{stage}", Gem())
                before = width
            self.fc = nn.Sequential(
                nn.LayerNorm(sum(widths)), nn.Linear(sum(widths), hidden), nn.GELU(), nn.Identity(), nn.Linear(hidden, out)
            )

        def forward(self, x: Any) -> Any:
            pooled = []
            for stage in STAGES:
                x = getattr(self, f"stage_{stage}")(x)
                pooled.append(getattr(self, f"gem_{stage}")(x))
            return self.fc(torch.cat(pooled, 1))

    return Embedder()
