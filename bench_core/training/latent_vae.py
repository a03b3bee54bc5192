"""phantom-vae: a conditional variational autoencoder with one global code, over the latents of the shared autoencoder.

References:
    Kingma & Welling, arXiv:1312.6114; Sohn et al., NeurIPS 2015 (conditional). Its films are smooth, as those of this family are: it
    is here as a different kind of failure.
"""

from typing import Any

import numpy as np

from bench_core.generators.latent_networks import build_latent_decoder
from bench_core.training.recipe import Average, Run, autocast, cosine, set_rate

ARGUMENTS = {"code": 48, "text": 128, "width": 112, "channels": 8, "groups": 8}
BETA = 1.0  # weight of the KL term against the summed squared error with variance SPREAD
SPREAD = 0.5  # assumed variance of a standardised latent that the global code cannot explain


def build_reader(text: int, code: int, width: int = 96) -> Any:
    """Latents (B, 8, 16, 16) and text vector to mean and log-variance of the code."""
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            sizes = ((8, width, 1), (width, 2 * width, 2), (2 * width, 3 * width, 2))
            self.body = nn.Sequential(
                *(m for a, b, s in sizes for m in (nn.Conv2d(a, b, 3, s, 1), nn.GroupNorm(8, b), nn.SiLU())), nn.Flatten()
            )
            self.out = nn.Sequential(nn.Linear(3 * width * 16 + text, 256), nn.SiLU(), nn.Linear(256, 2 * code))

        def forward(self, latents: Any, said: Any) -> Any:
            return self.out(torch.cat([self.body(latents), said], 1)).chunk(2, 1)

    return Reader()


def train_vae(run: Run, latents: np.ndarray, said: Any, *, seed: int = 0, batch: int = 64, rate: float = 1e-3) -> Any:
    """Trains on latents (N, 8, 16, 16) and text vectors (N, 128); returns the averaged decoder."""
    import torch

    torch.manual_seed(seed + run.done)
    rng = np.random.default_rng(seed + run.done)
    maker = build_latent_decoder(**ARGUMENTS).to(run.device)
    reader = build_reader(ARGUMENTS["text"], ARGUMENTS["code"]).to(run.device)
    run.load({"maker": maker, "reader": reader})
    average = Average(maker, 0.998)
    parameters = [*maker.parameters(), *reader.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.01)
    data, said = torch.from_numpy(latents.astype(np.float32)).to(run.device), said.to(run.device)
    steps = 0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        rows = rng.integers(0, len(data), batch)
        true, text = data[rows], said[rows]
        with autocast(run.device):
            mean, spread = (t.float() for t in reader(true, text))
            spread = spread.clamp(-10, 4)
            code = mean + (0.5 * spread).exp() * torch.randn_like(mean)
            made = maker(code, text).float()
        error = (made - true).pow(2).sum((1, 2, 3)).mean() / (2 * SPREAD)
        kl = 0.5 * (mean.pow(2) + spread.exp() - 1 - spread).sum(1).mean()
        loss = error + BETA * kl
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 50.0)
        optimizer.step()
        average.update(maker)
        run.step(batch, error=error.item(), kl=kl.item())
        steps += 1
        if steps % 500 == 0:
            run.save({"maker": average.module, "reader": reader})
    run.save({"maker": average.module, "reader": reader})
    return average.module
