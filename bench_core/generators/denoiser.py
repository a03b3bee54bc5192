"""What a diffusion model lends to those who ask it about films: from film to latent, its noise levels, and the noise that it sees.

Arrays go in and come out, so that nobody outside needs torch. Attacks ask it as a `membership.DiffusionModel`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from bench_core.features import FeatureSet
from bench_core.generators.denoiser_learning import can_learn, learned

BATCH = 32
PREDICTIONS = ("epsilon", "v_prediction", "sample")


@dataclass(frozen=True)
class Denoiser:
    """A diffusion model that can be queried.

    Attributes:
        card: id of the generator.
        alphas: (T,) float64, share of the latent's variance that is left at each step, falling: x_t = sqrt(alpha_t) x_0 + sqrt(1 -
            alpha_t) noise.
        shape: (C, H, W) of a latent.
        reads_text: whether it is asked in words at all.
        encode: films, each (H, W) uint8, to latents (N, C, H, W) float32, the mean where an autoencoder has a distribution.
        conditions: texts to what the model attends to (N, L, D) float32; of an empty text: nothing is told.
        estimate: latents (N, C, H, W), steps (N,) int, conditions (N, L, D) to the noise that the model sees (N, C, H, W) float32.
        learn: latents (N, C, H, W), conditions (N, L, D), numbers of repeats and a seed to such models that learned these films so often
            besides; the model itself is left alone. None of a model that is too large to learn anything here.
    """

    card: str
    alphas: np.ndarray
    shape: tuple[int, int, int]
    reads_text: bool
    encode: Callable[[Sequence[np.ndarray]], np.ndarray]
    conditions: Callable[[Sequence[str]], np.ndarray]
    estimate: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    learn: "Callable[[np.ndarray, np.ndarray, Sequence[int], int], Iterator[tuple[int, Denoiser]]] | None" = None

    def latents(self, records: FeatureSet) -> np.ndarray:  # (N, C, H, W) float32
        """The latents of the records' pictures, some at a time."""
        starts = range(0, len(records), BATCH)
        return np.concatenate([self.encode([records.picture(i) for i in range(s, min(s + BATCH, len(records)))]) for s in starts])

    def noise(self, latents: np.ndarray, step: int, conditions: np.ndarray) -> np.ndarray:  # (N, C, H, W) float32
        """The noise that the model sees in latents of one step."""
        return self.estimate(latents, np.full(len(latents), step), conditions)


def denoiser_of(pipeline: Any, card: str, *, height: int | None = None, width: int | None = None) -> Denoiser:
    """The denoiser of a loaded pipeline of a UNet, with or without an autoencoder and a text encoder.

    Args:
        height, width: of the films that it makes, in pixels; its own where None.
    """
    vae, unet = getattr(pipeline, "vae", None), pipeline.unet
    side = unet.config.sample_size
    sides = (side, side) if isinstance(side, int) else tuple(side)
    if vae is None:
        shape, film = (unet.config.in_channels, *sides), sides
    else:
        factor = pipeline.vae_scale_factor
        film = (height or sides[0] * factor, width or sides[1] * factor)
        shape = (unet.config.in_channels, film[0] // factor, film[1] // factor)
    reads_text = getattr(pipeline, "text_encoder", None) is not None
    lent = Denoiser(
        card,
        pipeline.scheduler.alphas_cumprod.double().cpu().numpy(),
        shape,
        reads_text,
        lambda films: _latents(pipeline, films, film),
        (lambda texts: _read(pipeline, texts)) if reads_text else (lambda texts: np.zeros((len(texts), 0, 0), np.float32)),
        lambda latents, levels, said: _noise(pipeline, latents, levels, said if reads_text else None),
    )
    if not can_learn(unet):
        return lent

    def learn(latents: np.ndarray, told: np.ndarray, repeats: Sequence[int], seed: int) -> Iterator[tuple[int, Denoiser]]:
        for times, network in learned(unet, pipeline.scheduler, latents, told if reads_text else None, repeats, seed):
            other = SimpleNamespace(unet=network, scheduler=pipeline.scheduler)
            asked = lambda x, levels, said, other=other: _noise(other, x, levels, said if reads_text else None)
            yield times, replace(lent, estimate=asked)

    return replace(lent, learn=learn)


def _in_batches(count: int, work: Callable[[slice], Any]) -> np.ndarray:
    import torch

    with torch.inference_mode():
        parts = [work(slice(start, start + BATCH)).float().cpu().numpy() for start in range(0, count, BATCH)]
    return np.concatenate(parts)


def _latents(pipeline: Any, films: Sequence[np.ndarray], size: tuple[int, int]) -> np.ndarray:  # (N, C, H, W)
    import torch
    from PIL import Image

    vae = getattr(pipeline, "vae", None)
    model = vae or pipeline.unet
    channels = vae.config.in_channels if vae is not None else pipeline.unet.config.in_channels
    fitted = [f if f.shape[:2] == size else np.asarray(Image.fromarray(f).resize(size[::-1], Image.Resampling.BILINEAR)) for f in films]
    signal = torch.from_numpy(np.stack(fitted).astype(np.float32) / 127.5 - 1)[:, None].expand(-1, channels, -1, -1)

    def work(part: slice) -> Any:
        some = signal[part].to(model.device, model.dtype)
        if vae is None:
            return some
        raw = vae.encode(some).latent_dist.mode()
        return (raw - (getattr(vae.config, "shift_factor", None) or 0)) * vae.config.scaling_factor

    return _in_batches(len(films), work)


def _read(pipeline: Any, texts: Sequence[str]) -> np.ndarray:  # (N, L, D)
    """As the pipeline's own call reads them, each different text once."""
    known = {text: row for row, text in enumerate(dict.fromkeys(texts))}
    different, device = list(known), pipeline.unet.device
    states = _in_batches(len(different), lambda part: pipeline.encode_prompt(different[part], device, 1, False)[0])
    return states[[known[text] for text in texts]]


def _noise(pipeline: Any, latents: np.ndarray, levels: np.ndarray, said: np.ndarray | None) -> np.ndarray:  # (N, C, H, W)
    import torch

    unet, predicts = pipeline.unet, pipeline.scheduler.config.prediction_type
    signal = pipeline.scheduler.alphas_cumprod.to(unet.device).float()

    def work(part: slice) -> Any:
        noisy = torch.from_numpy(np.array(latents[part], np.float32)).to(unet.device)
        times = torch.from_numpy(np.asarray(levels[part], np.int64)).to(unet.device)
        reads = () if said is None else (torch.from_numpy(said[part]).to(unet.device, unet.dtype),)
        made = unet(noisy.to(unet.dtype), times, *reads).sample.float()
        kept = signal[times].reshape(-1, 1, 1, 1)
        if predicts == "v_prediction":
            return kept.sqrt() * made + (1 - kept).sqrt() * noisy
        return (noisy - kept.sqrt() * made) / (1 - kept).sqrt() if predicts == "sample" else made

    return _in_batches(len(latents), work)
