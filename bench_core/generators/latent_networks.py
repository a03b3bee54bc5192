"""Networks that make an autoencoder's latents from a random code and a text vector in one pass: what GAN and VAE have in common.

torch is imported inside, so that looking for backends costs nothing.
"""

from typing import Any


def build_latent_decoder(*, code: int = 64, text: int = 128, width: int = 128, channels: int = 8, groups: int = 8) -> Any:
    """(code (B, code), text (B, text)) to latents (B, channels, 16, 16): 4 x 4, 8 x 8, 16 x 16, each block scaled and shifted by
    what code and text say (Karras et al., arXiv:1812.04948, in small: group norm in place of instance norm)."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    class Block(nn.Module):
        def __init__(self, before: int, after: int, style: int) -> None:
            super().__init__()
            self.first, self.second = nn.Conv2d(before, after, 3, 1, 1), nn.Conv2d(after, after, 3, 1, 1)
            self.norms = nn.ModuleList([nn.GroupNorm(groups, before, affine=False), nn.GroupNorm(groups, after, affine=False)])
            self.styles = nn.ModuleList([nn.Linear(style, 2 * before), nn.Linear(style, 2 * after)])
            self.skip = nn.Conv2d(before, after, 1)

        def forward(self, x: Any, style: Any) -> Any:
            out = x
            for norm, to_style, conv in zip(self.norms, self.styles, (self.first, self.second), strict=True):
                scale, shift = to_style(style)[:, :, None, None].chunk(2, 1)
                out = conv(F.silu(norm(out) * (1 + scale) + shift))
            return self.skip(x) + out

    class LatentDecoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.read = nn.Sequential(nn.LayerNorm(text), nn.Linear(text, width))
            self.style = nn.Sequential(nn.Linear(code + width, 2 * width), nn.SiLU(), nn.Linear(2 * width, 2 * width), nn.SiLU())
            self.start = nn.Linear(2 * width, width * 16)
            self.blocks = nn.ModuleList([Block(width, width, 2 * width) for _ in range(4)])
            self.finish = nn.Sequential(nn.GroupNorm(groups, width), nn.SiLU(), nn.Conv2d(width, channels, 3, 1, 1))

        def forward(self, z: Any, said: Any) -> Any:
            style = self.style(torch.cat([z, self.read(said)], 1))
            x = self.start(style).reshape(len(z), width, 4, 4)
            for index, block in enumerate(self.blocks):
                x = block(x, style)
                if index < 2:
                    x = F.interpolate(x, scale_factor=2.0, mode="nearest")
            return self.finish(x)

    return LatentDecoder()


NETWORKS = {"latent_decoder": build_latent_decoder}
"""Builders by the name in a folder's `config.json`: `{"network": "latent_decoder", "arguments": {...}}`."""
