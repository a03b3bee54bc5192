"""Films through the autoencoder of a latent generator and back: what it loses is lost in every image that it makes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image

BATCH = 8


def through(vae: Any, films: Sequence[np.ndarray], device: str, side: int) -> list[np.ndarray]:  # each (H, W) uint8
    """Each film as the autoencoder gives it back, at the size that the generator works in, from the mean of its latent distribution."""
    import torch

    channels = int(getattr(vae.config, "in_channels", 3))
    out: list[np.ndarray] = []
    for start in range(0, len(films), BATCH):
        small = np.stack([_scaled(film, side) for film in films[start : start + BATCH]]).astype(np.float32) / 127.5 - 1
        signal = torch.as_tensor(small)[:, None].expand(-1, channels, -1, -1).to(device, next(vae.parameters()).dtype)
        drawn = [torch.Generator("cpu").manual_seed(i) for i in range(len(signal))]
        with torch.inference_mode():
            latents = vae.encode(signal).latent_dist.mean
            try:
                back = vae.decode(latents, return_dict=False, generator=drawn)[0]
            except TypeError:  # diffusers' own take no generator in some classes
                back = vae.decode(latents, return_dict=False)[0]
        grey = back.float().mean(1).add(1).mul(127.5).round().clamp(0, 255).cpu().numpy().astype(np.uint8)
        out += list(grey)
    return out


def _scaled(film: np.ndarray, side: int) -> np.ndarray:  # (H, W) or (H, W, 3) uint8 -> (side, side)
    grey = Image.fromarray(film).convert("L")
    return np.asarray(grey if grey.size == (side, side) else grey.resize((side, side), Image.Resampling.LANCZOS))
