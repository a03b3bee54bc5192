"""The network behind the VQ-VAE encoders: films to two maps of discrete codes (top and bottom), and back.

torch is imported inside, so that looking for backends costs nothing.

References:
    Razavi et al., VQ-VAE-2, arXiv:1906.00446; Xing et al., arXiv:2305.18337, whose codes cover an eighth (bottom) and a sixteenth (top) of
    the side, 512 entries of 64 numbers, as here. Differences: 64 hidden channels in place of 128, films of 256 pixels in place of 512.
"""

from typing import Any

BUILD: dict[str, Any] = {"width": 64, "narrow": 32, "codes": 512, "depth": 64}


def build_coder(*, width: int, narrow: int, codes: int, depth: int, quantised: bool = True) -> Any:
    """Film (B, 1, H, W) in -1..1 to codes: `codes` gives (top (B, H/16, W/16), bottom (B, H/8, W/8)) int64.

    `forward` gives what training needs: the vectors before quantising, and the quantised ones with a straight-through gradient.
    """
    import torch
    from torch import nn

    class Codebook(nn.Module):
        entries: Any

        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("entries", torch.randn(codes, depth))

        def nearest(self, x: Any) -> Any:  # (B, depth, h, w) -> (B, h, w) int64
            rows = x.permute(0, 2, 3, 1).float()
            square = self.entries.pow(2).sum(1)
            return (square - 2 * rows @ self.entries.T).argmin(-1)

        def look_up(self, index: Any) -> Any:  # (B, h, w) -> (B, depth, h, w)
            return self.entries[index].permute(0, 3, 1, 2)

    class Coder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.see_bottom = nn.Sequential(
                nn.Conv2d(1, narrow, 4, 2, 1), nn.ReLU(), nn.Conv2d(narrow, width, 4, 2, 1), nn.ReLU(),
                nn.Conv2d(width, width, 4, 2, 1), *residuals(width),
            )  # fmt: skip
            self.see_top = nn.Sequential(nn.Conv2d(width, width, 4, 2, 1), *residuals(width))
            self.to_top = nn.Conv2d(width, depth, 1)
            self.from_top = nn.Sequential(nn.Conv2d(depth, width, 3, 1, 1), *residuals(width), nn.ConvTranspose2d(width, width, 4, 2, 1))
            self.to_bottom = nn.Conv2d(2 * width, depth, 1)
            self.top, self.bottom = Codebook(), Codebook()

        def forward(self, film: Any) -> dict[str, Any]:
            low = self.see_bottom(film)
            top = self.to_top(self.see_top(low)).float()
            top_index = self.top.nearest(top)
            top_code = passed(top, self.top.look_up(top_index)) if quantised else top
            coarse = self.from_top(top_code)
            bottom = self.to_bottom(torch.cat([low, coarse], 1)).float()
            bottom_index = self.bottom.nearest(bottom)
            bottom_code = passed(bottom, self.bottom.look_up(bottom_index)) if quantised else bottom
            return {
                "coarse": coarse, "top": top, "top_index": top_index, "top_code": top_code,
                "bottom": bottom, "bottom_index": bottom_index, "bottom_code": bottom_code,
            }  # fmt: skip

        def codes(self, film: Any) -> tuple[Any, Any]:
            seen = self(film)
            return seen["top_index"], seen["bottom_index"]

    return Coder()


def build_decoder(*, width: int, narrow: int, codes: int, depth: int) -> Any:
    """Quantised vectors (top, bottom) back to a film; `glance` reads a small film from the top alone. Only training needs it."""
    import torch
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.glance = nn.Conv2d(width, 1, 1)
            self.widen = nn.ConvTranspose2d(depth, depth, 4, 2, 1)
            self.paint = nn.Sequential(
                nn.Conv2d(2 * depth, width, 3, 1, 1), *residuals(width), nn.ConvTranspose2d(width, width, 4, 2, 1), nn.ReLU(),
                nn.ConvTranspose2d(width, narrow, 4, 2, 1), nn.ReLU(), nn.ConvTranspose2d(narrow, 1, 4, 2, 1),
            )  # fmt: skip

        def forward(self, top: Any, bottom: Any) -> Any:  # (B, 1, H, W)
            return self.paint(torch.cat([self.widen(top), bottom], 1))

    return Decoder()


def passed(vector: Any, code: Any) -> Any:
    """The code's value with the vector's gradient."""
    return vector + (code - vector).detach()


def residuals(width: int, count: int = 2) -> list[Any]:
    """Residual blocks with a ReLU behind them, as in VQ-VAE-2."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inside = nn.Sequential(
                nn.ReLU(), nn.Conv2d(width, width // 2, 3, 1, 1), nn.ReLU(), nn.Conv2d(width // 2, width, 1)
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            return x + self.inside(x)

    return [*(Block() for _ in range(count)), nn.ReLU()]
