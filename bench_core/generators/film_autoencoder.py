"""The autoencoder of the bundled generators: grey films of 256 pixels to 16 x 16 latents and back, a part of a Stable Diffusion pipeline.

It stands where `AutoencoderKL` of diffusers would: `encode(...).latent_dist`, `decode(latents, generator=...)`, `config.scaling_factor`.
Two things are its own. The film is folded, 4 x 4 pixels to 16 channels, before the first convolution and unfolded after the last, so that
nothing costs at full resolution (as Shi et al., arXiv:1609.05158, do at the end). And the decoder tells the film's mean and the strength
of its grain; grain of that strength and of the spectrum of real films is drawn with the image's own random generator, as video codecs do
it (Norkin & Birkbeck, "Film grain synthesis for AV1 video codec", DCC 2018): an L1 loss alone gives films without noise, and a critic
gives a weave.

torch and diffusers are imported when the class is asked for, so that looking for backends costs nothing.
"""

from functools import cache
from typing import Any

FOLD = 4
GRAIN = 15
"""Side of the kernel that gives white noise the spectrum of grain."""
GRAIN_MOST = 0.094
"""No grain is stronger, in units of the signal: 12 grey levels; 96 percent of a film's is weaker. Along the edges of devices the decoder
does not know the film to a pixel and takes that for grain of 20 to 700 grey levels: drawn as such, leads would be dotted."""
MODULE = __name__


def residual(channels: int, groups: int = 8) -> Any:
    """Two 3 x 3 convolutions beside a shortcut (He et al., arXiv:1603.05027, norm first)."""
    from torch import nn

    class Residual(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inside = nn.Sequential(
                nn.GroupNorm(groups, channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, 1, 1),
                nn.GroupNorm(groups, channels), nn.SiLU(), nn.Conv2d(channels, channels, 3, 1, 1),
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            return x + self.inside(x)

    return Residual()


def build_encoder(widths: list[int], latents: int) -> Any:
    """Signal (B, 1, S, S) to raw latents (B, latents, S / 16, S / 16)."""
    from torch import nn

    quarter, eighth, sixteenth = widths
    return nn.Sequential(
        nn.PixelUnshuffle(FOLD), nn.Conv2d(FOLD**2, quarter, 3, 1, 1), residual(quarter),
        nn.Conv2d(quarter, eighth, 3, 2, 1), residual(eighth),
        nn.Conv2d(eighth, sixteenth, 3, 2, 1), residual(sixteenth), residual(sixteenth),
        nn.GroupNorm(8, sixteenth), nn.SiLU(), nn.Conv2d(sixteenth, latents, 3, 1, 1),
    )  # fmt: skip


def build_decoder(widths: list[int], latents: int) -> Any:
    """Raw latents to what the two heads read (B, widths[0], S / 4, S / 4)."""
    from torch import nn

    quarter, eighth, sixteenth = widths

    def twice(into: int, out: int) -> list[Any]:
        return [nn.Upsample(scale_factor=2.0, mode="nearest"), nn.Conv2d(into, out, 3, 1, 1)]

    return nn.Sequential(
        nn.Conv2d(latents, sixteenth, 3, 1, 1), residual(sixteenth), residual(sixteenth),
        *twice(sixteenth, eighth), residual(eighth), residual(eighth),
        *twice(eighth, quarter), residual(quarter), residual(quarter), nn.GroupNorm(8, quarter), nn.SiLU(),
    )  # fmt: skip


def build_heads(width: int) -> tuple[Any, Any]:
    """From the decoder's last level to the film's mean (B, 1, S, S), and to the logarithm of its grain's strength (B, 1, S / 4, S / 4)."""
    from torch import nn

    strength = nn.Conv2d(width, 1, 3, 1, 1)
    assert strength.bias is not None
    nn.init.constant_(strength.bias, -3.5)
    return nn.Sequential(nn.Conv2d(width, FOLD**2, 3, 1, 1), nn.PixelShuffle(FOLD)), strength


def buffers(latents: int) -> dict[str, Any]:
    """What standardises the latents, a channel each, and the kernel of the grain (white until it is measured)."""
    import torch

    kernel = torch.zeros(1, 1, GRAIN, GRAIN)
    kernel[..., GRAIN // 2, GRAIN // 2] = 1
    return {"center": torch.zeros(1, latents, 1, 1), "spread": torch.ones(1, latents, 1, 1), "grain": kernel}


def spread_out(strength: Any) -> Any:  # (B, 1, S / 4, S / 4) -> (B, 1, S, S)
    """The logarithm of the grain's strength at every pixel."""
    from torch.nn import functional as F

    return F.interpolate(strength, scale_factor=float(FOLD), mode="bilinear", align_corners=False)


@cache
def film_autoencoder() -> Any:
    """The class, see the module's text."""
    import torch
    from diffusers import ConfigMixin, ModelMixin
    from diffusers.configuration_utils import register_to_config
    from diffusers.models.autoencoders.vae import DecoderOutput, DiagonalGaussianDistribution
    from diffusers.models.modeling_outputs import AutoencoderKLOutput
    from diffusers.utils.torch_utils import randn_tensor
    from torch.nn import functional as F

    class FilmAutoencoder(ModelMixin, ConfigMixin):  # type: ignore[misc]
        """See the module. `block_out_channels` are those of the encoder by level; the first two are folded pixels, not convolutions."""

        @register_to_config  # type: ignore[untyped-decorator]
        def __init__(
            self,
            block_out_channels: tuple[int, ...] = (1, 4, 48, 96, 160),
            decoder_channels: tuple[int, ...] = (64, 128, 192),
            latent_channels: int = 16,
            scaling_factor: float = 1.0,
            sample_size: int = 256,
            grain_most: float = GRAIN_MOST,
        ) -> None:
            super().__init__()
            self.encoder = build_encoder(list(block_out_channels[2:]), latent_channels)
            self.decoder = build_decoder(list(decoder_channels), latent_channels)
            self.film, self.strength = build_heads(decoder_channels[0])
            for name, value in buffers(latent_channels).items():
                self.register_buffer(name, value)

        def latents(self, signal: Any) -> Any:  # (B, 1, S, S) of -1..1 -> (B, C, S / 16, S / 16)
            """Standardised latents."""
            return (self.encoder(signal) - self.center) / self.spread

        def views(self, latents: Any) -> tuple[Any, Any]:  # -> (B, 1, S, S), (B, 1, S / 4, S / 4)
            """The film's mean, and the logarithm of its grain's standard deviation, both in units of the signal."""
            inside = self.decoder(latents * self.spread + self.center)
            return self.film(inside), self.strength(inside)

        def encode(self, x: Any, return_dict: bool = True) -> Any:
            """As `AutoencoderKL.encode`; the distribution is a point."""
            means = self.latents(x)
            found = DiagonalGaussianDistribution(torch.cat([means, torch.full_like(means, -30.0)], 1), deterministic=True)
            return AutoencoderKLOutput(latent_dist=found) if return_dict else (found,)

        def decode(self, z: Any, return_dict: bool = True, generator: Any = None) -> Any:
            """As `AutoencoderKL.decode`; `generator` (one, or one an image) draws the grain."""
            mean, strength = self.views(z)
            white = randn_tensor(tuple(mean.shape), generator=generator, device=mean.device, dtype=mean.dtype)
            edge = GRAIN // 2
            noise = F.conv2d(F.pad(white, (edge,) * 4, mode="circular"), self.grain.to(mean.dtype))
            made = mean + spread_out(strength).exp().clamp(max=self.config.grain_most) * noise
            return DecoderOutput(sample=made) if return_dict else (made,)

        def forward(self, sample: Any, generator: Any = None) -> Any:
            """There and back."""
            return self.decode(self.latents(sample), generator=generator)

    FilmAutoencoder.__module__, FilmAutoencoder.__qualname__ = MODULE, "FilmAutoencoder"
    return FilmAutoencoder


def __getattr__(name: str) -> Any:
    """The class under its name, and the base by which diffusers knows it for a model: so it finds the parts of a pipeline in a module."""
    if name == "FilmAutoencoder":
        return film_autoencoder()
    if name == "ModelMixin":
        import diffusers

        return diffusers.ModelMixin
    raise AttributeError(f"module {MODULE!r} has no attribute {name!r}")
