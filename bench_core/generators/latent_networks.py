"""Networks that make an autoencoder's latents from a random code and a text vector in one pass: GAN, VAE, a normal distribution.

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


def build_latent_gaussian(*, code: int, text: int, channels: int = 8, side: int = 16) -> Any:
    """(code (B, code), what the prompt says (B, text)) to latents (B, channels, side, side).

    The amplitude of each principal component (`mean` and `basis`, set by the training) is normal, with a mean that is linear in what the
    prompt says and a spread of its own: few weights, because noise that hides a patient grows with their number.
    """
    import torch
    from torch import nn

    class LatentGaussian(nn.Module):
        mean: Any
        basis: Any

        def __init__(self) -> None:
            super().__init__()
            self.middle, self.spread = nn.Linear(text, code), nn.Parameter(torch.zeros(code))
            nn.init.zeros_(self.middle.weight)
            nn.init.zeros_(self.middle.bias)
            self.register_buffer("mean", torch.zeros(channels * side * side))
            self.register_buffer("basis", torch.zeros(code, channels * side * side))

        def forward(self, z: Any, said: Any) -> Any:
            return (self.mean + (self.middle(said) + self.spread.exp() * z) @ self.basis).reshape(-1, channels, side, side)

    return LatentGaussian()


NETWORKS = {"latent_painter": build_latent_painter, "latent_gaussian": build_latent_gaussian}
"""Builders by the name in a folder's `config.json`: `{"network": "latent_painter", "arguments": {...}}`."""
BY_RULES = ("latent_gaussian",)
"""Networks whose text vector is `rule_reading.read_by_rules`; the others read with the text encoder that their card names."""
