"""phantom-vae: a conditional variational autoencoder with one global code, over the principal components of the shared latents.

References:
    Kingma & Welling, arXiv:1312.6114; Sohn et al., NeurIPS 2015 (conditional). Its films are smooth, as those of this family are: it
    is here as a different kind of failure.
"""

from typing import Any

import numpy as np

from bench_core.generators.latent_networks import build_latent_painter
from bench_core.training.components import find_components, set_components
from bench_core.training.recipe import Average, Run, cosine, set_rate

ARGUMENTS = {"code": 48, "text": 128, "width": 320, "depth": 3, "components": 320, "channels": 16}
SPREAD = 0.3  # assumed variance of a standardised latent that the global code cannot explain


def build_reader(components: int, text: int, code: int, width: int = 512) -> Any:
    """Weighted amplitudes (B, K) and text vector, side by side, to mean and log-variance of the code, side by side."""
    from torch import nn

    return nn.Sequential(
        nn.Linear(components + text, width), nn.LayerNorm(width), nn.SiLU(), nn.Linear(width, width), nn.SiLU(), nn.Linear(width, 2 * code)
    )


def train_vae(run: Run, latents: np.ndarray, said: Any, *, seed: int = 0, batch: int = 128, rate: float = 1e-3) -> Any:
    """Trains on latents (N, 16, 16, 16) and text vectors (N, 128); returns the averaged decoder."""
    import torch

    torch.manual_seed(seed)
    found = find_components(latents, ARGUMENTS["components"])
    maker = build_latent_painter(**{**ARGUMENTS, "components": len(found.basis)}).to(run.device)
    reader = build_reader(len(found.basis), ARGUMENTS["text"], ARGUMENTS["code"]).to(run.device)
    set_components(maker, found)
    run.load({"maker": maker, "reader": reader})
    rng = np.random.default_rng(seed + run.done)
    torch.manual_seed(seed + run.done)
    average = Average(maker, 0.999)
    parameters = [*maker.parameters(), *reader.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=rate, weight_decay=0.02)
    data, said = torch.from_numpy(found.amplitudes).to(run.device), said.to(run.device)
    share = torch.from_numpy(found.share).to(run.device)
    steps = 0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        rows = rng.integers(0, len(data), batch)
        true, text = data[rows], said[rows]
        mean, spread = reader(torch.cat([true * (share / share.max()).sqrt(), text], 1)).chunk(2, 1)
        spread = spread.clamp(-10, 4)
        made = maker.amplitudes(mean + (0.5 * spread).exp() * torch.randn_like(mean), text)
        error = ((made - true) * share).pow(2).sum(1).mean() / (2 * SPREAD)
        kl = 0.5 * (mean.pow(2) + spread.exp() - 1 - spread).sum(1).mean()
        loss = error + kl
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 100.0)
        optimizer.step()
        average.update(maker)
        run.step(batch, error=error.item(), kl=kl.item())
        steps += 1
        if steps % 2000 == 0:
            run.save({"maker": average.module, "reader": reader})
    run.save({"maker": average.module, "reader": reader})
    return average.module
