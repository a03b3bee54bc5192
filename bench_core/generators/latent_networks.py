"""Networks that make an autoencoder's latents from a random code and a text vector in one pass: what GAN and VAE have in common.

torch is imported inside, so that looking for backends costs nothing.
"""

from typing import Any


def build_latent_painter(*, code: int, text: int, width: int, depth: int, components: int, channels: int = 8, side: int = 16) -> Any:
    """(code (B, code), text (B, text)) to latents (B, channels, side, side).

    Residual layers end in amplitudes of the principal components of the training latents (`mean` and `basis`, set by the training), as
    chests are alike enough that one basis holds for all. `amplitudes` gives those alone, of unit variance each over the training set.
    """
    import torch
    from torch import nn

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inside = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.SiLU(), nn.Linear(2 * width, width))

        def forward(self, x: Any) -> Any:
            return x + self.inside(x)

    class LatentPainter(nn.Module):
        mean: Any
        basis: Any

        def __init__(self) -> None:
            super().__init__()
            self.read = nn.Sequential(nn.LayerNorm(text), nn.Linear(text, width))
            self.start = nn.Linear(code + width, width)
            self.layers = nn.Sequential(*(Layer() for _ in range(depth)), nn.LayerNorm(width), nn.Linear(width, components))
            self.register_buffer("mean", torch.zeros(channels * side * side))
            self.register_buffer("basis", torch.zeros(components, channels * side * side))

        def amplitudes(self, z: Any, said: Any) -> Any:  # (B, components)
            return self.layers(self.start(torch.cat([z, self.read(said)], 1)))

        def forward(self, z: Any, said: Any) -> Any:
            return (self.mean + self.amplitudes(z, said) @ self.basis).reshape(-1, channels, side, side)

    return LatentPainter()


NETWORKS = {"latent_painter": build_latent_painter}
"""Builders by the name in a folder's `config.json`: `{"network": "latent_painter", "arguments": {...}}`."""
