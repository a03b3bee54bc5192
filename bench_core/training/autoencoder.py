"""The autoencoder that all bundled generators share (`generators/film_autoencoder.py`): 256 x 256 films to 16 x 16 x 16 latents.

It learns from films of patients who are in neither cohort (`eye_films`), as autoencoders of released models do: what a generator copies of
its training films is then its own, and not the autoencoder's.

References:
    Rombach et al., arXiv:2112.10752. Differences: f16, one grey channel, no critic, no KL term (Gaussian noise on the latents instead).
    The strength of the grain is learned by the Gaussian likelihood of what the film's mean leaves (Nix & Weigend, ICNN 1994).
"""

from typing import Any

import numpy as np

from bench_core.generators.film_autoencoder import GRAIN, film_autoencoder, spread_out
from bench_core.training.films import Films
from bench_core.training.recipe import Average, Run, autocast, cosine, set_rate

NOISE = 0.05
"""Standard deviations of latent noise while training: what a diffusion model leaves over does no harm."""
BATCH, RATE = 6, 2e-3
EDGES, GRAININESS, CALM = 0.5, 0.02, 1e-4
"""Weights of the loss beside the mean absolute difference: differences of neighbours, likelihood of the grain, squared latents."""


def build() -> Any:
    """A new autoencoder."""
    return film_autoencoder()()


def to_signal(images: np.ndarray, device: str) -> Any:  # (B, 1, H, W), -1 to 1
    """Films as the network sees them."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(images)).to(device).float().div(127.5).sub(1).unsqueeze(1)


def gradient_loss(made: Any, target: Any, scales: int = 3) -> Any:
    """Mean absolute difference of the horizontal and vertical differences, at several scales."""
    from torch.nn import functional as F

    loss = made.new_zeros(())
    for scale in range(scales):
        for axis in (2, 3):
            loss = loss + (made.diff(dim=axis) - target.diff(dim=axis)).abs().mean()
        if scale + 1 < scales:
            made, target = F.avg_pool2d(made, 2), F.avg_pool2d(target, 2)
    return loss


def grain_loss(left: Any, strength: Any) -> Any:
    """Negative log-likelihood of what the mean leaves (B, 1, S, S), which itself learns nothing from it, under grain of that strength."""
    log = spread_out(strength).clamp(-7, 0)
    return (0.5 * (left.detach() * (-log).exp()).pow(2) + log).mean()


def train_autoencoder(run: Run, films: Films, *, seed: int = 0) -> Any:
    """Trains on whole films. Returns the averaged autoencoder, with neither latents standardised nor grain measured."""
    import torch

    torch.manual_seed(seed)
    model = build().to(run.device)
    run.load({"vae": model})
    trial = to_signal(films.images[:2], run.device)
    run.settle(model, lambda vae: vae.views(vae.latents(trial))[0].pow(2).mean())
    rng = np.random.default_rng(seed + run.done)
    torch.manual_seed(seed + run.done)
    average = Average(model, 0.998)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=1e-4, betas=(0.9, 0.99))
    while run.going():
        set_rate(optimizer, RATE * cosine(run.share))
        target = to_signal(films.images[np.sort(rng.integers(0, films.ready, BATCH))], run.device)
        with run.cast():
            latents = model.latents(target)
            noise = NOISE * latents.detach().float().std() * torch.randn_like(latents)
            mean, strength = model.views(latents + noise)
        mean, strength = mean.float(), strength.float()
        pixel, edges, grain = (mean - target).abs().mean(), gradient_loss(mean, target), grain_loss(target - mean, strength)
        loss = pixel + EDGES * edges + GRAININESS * grain + CALM * latents.float().pow(2).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.step(BATCH, l1=pixel.item(), edges=edges.item(), grain=grain.item())
        if run.due():
            run.save({"vae": average.module})
    run.save({"vae": average.module})
    return average.module


def finish(model: Any, films: Films, *, count: int = 1000, device: str = "cpu") -> None:
    """Standardises the latents a channel and gives the grain the spectrum of what the mean leaves of films, in place."""
    rows = np.linspace(0, films.ready - 1, min(count, films.ready)).astype(int)
    standardise(model, films, rows, device=device)
    measure_grain(model, films, rows[:: max(1, len(rows) // 200)], device=device)


def standardise(model: Any, films: Films, rows: np.ndarray, *, device: str = "cpu") -> None:
    """Mean and deviation of each latent channel over these films become its zero and its unit, in place; reconstructions stay."""
    import torch

    found = torch.from_numpy(raw_latents(model, films, rows, device=device)).to(device)
    center, spread = found.mean((0, 2, 3), keepdim=True), found.std((0, 2, 3), keepdim=True)
    with torch.no_grad():
        model.center += center * model.spread
        model.spread *= spread


def measure_grain(model: Any, films: Films, rows: np.ndarray, *, device: str = "cpu", batch: int = 8) -> None:
    """The kernel that gives white noise the mean power spectrum of the remainder of films, in units of its strength; in place."""
    import torch

    power, seen = 0.0, 0
    with torch.inference_mode():
        for start in range(0, len(rows), batch):
            signal = to_signal(films.images[rows[start : start + batch]], device)
            mean, strength = model.views(model.latents(signal))
            left = (signal - mean) * (-spread_out(strength)).exp()
            power = power + torch.fft.fft2(left[:, 0]).abs().pow(2).sum(0) / left[0, 0].numel()
            seen += len(left)
    assert isinstance(power, torch.Tensor)
    power = power / seen
    whole = torch.fft.fftshift(torch.fft.ifft2(power.sqrt()).real)
    middle, edge = whole.shape[-1] // 2, GRAIN // 2
    kernel = whole[middle - edge : middle + edge + 1, middle - edge : middle + edge + 1]
    kernel = kernel * (power.mean() / kernel.pow(2).sum()).sqrt()  # what the window cuts off keeps its energy
    with torch.no_grad():
        model.grain.copy_(kernel)


def raw_latents(model: Any, films: Films, rows: np.ndarray, *, device: str, batch: int = 8) -> np.ndarray:  # (N, 16, 16, 16)
    """Latents of these films, as the encoder gives them."""
    import torch

    out = []
    with torch.inference_mode(), autocast(device):
        for start in range(0, len(rows), batch):
            out.append(model.latents(to_signal(films.images[rows[start : start + batch]], device)).float().cpu().numpy())
    return np.concatenate(out)
