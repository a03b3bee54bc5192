"""phantom-gan: a conditional GAN over the principal components of the shared autoencoder's latents.

References:
    Lim & Ye, arXiv:1705.02894 (hinge loss); Miyato & Koyama, arXiv:1802.05637 (projection critic); Mescheder et al., arXiv:1801.04406
    (R1 penalty, every eighth step).
"""

from typing import Any

import numpy as np

from bench_core.generators.latent_networks import build_latent_painter
from bench_core.training.components import find_components, set_components
from bench_core.training.recipe import Average, Run, set_rate

ARGUMENTS = {"code": 96, "text": 128, "width": 320, "depth": 4, "components": 320, "channels": 16}
PENALTY_EVERY, PENALTY = 8, 0.3


def build_critic(components: int, text: int, width: int = 320) -> Any:
    """Judges weighted amplitudes (B, K) with the text vector they claim to fit."""
    import torch
    from torch import nn

    class Critic(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(
                nn.Linear(components, 2 * width), nn.LeakyReLU(0.2), nn.Linear(2 * width, width), nn.LeakyReLU(0.2),
                nn.Linear(width, width), nn.LeakyReLU(0.2),
            )  # fmt: skip
            self.verdict = nn.Linear(width + 1, 1)
            self.read = nn.Sequential(nn.LayerNorm(text), nn.Linear(text, width))

        def forward(self, amplitudes: Any, said: Any) -> Any:
            seen = self.body(amplitudes)
            groups = seen.reshape(-1, 16, seen.shape[1]) if len(seen) % 16 == 0 else seen[None]
            spread = groups.std(1, correction=0).mean(1).repeat_interleave(groups.shape[1])[:, None]  # notices when all look alike
            return self.verdict(torch.cat([seen, spread], 1))[:, 0] + (seen * self.read(said)).sum(1) / width**0.5

    return Critic()


def train_gan(run: Run, latents: np.ndarray, said: Any, *, seed: int = 0, batch: int = 256, rate: float = 3e-4) -> Any:
    """Trains on latents (N, 16, 16, 16) and text vectors (N, 128); returns the averaged generator."""
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed)
    found = find_components(latents, ARGUMENTS["components"])
    arguments = {**ARGUMENTS, "components": len(found.basis)}
    both = torch.nn.ModuleDict({"maker": build_latent_painter(**arguments), "critic": build_critic(len(found.basis), 128)})
    maker: Any = both["maker"].to(run.device)
    critic: Any = both["critic"].to(run.device)
    set_components(maker, found)
    run.load({"maker": maker, "critic": critic})
    rng = np.random.default_rng(seed + run.done)
    torch.manual_seed(seed + run.done)
    average = Average(maker, 0.9995)
    make = torch.optim.Adam(maker.parameters(), lr=rate, betas=(0.0, 0.99))
    judge = torch.optim.Adam(critic.parameters(), lr=rate, betas=(0.0, 0.99))
    weight = torch.from_numpy(np.sqrt(found.share / found.share.max())).to(run.device)  # between whitened and as they are
    data, said = torch.from_numpy(found.amplitudes).to(run.device) * weight, said.to(run.device)
    steps = 0
    while run.going():
        rows = rng.integers(0, len(data), batch)
        for optimizer in (make, judge):
            set_rate(optimizer, rate * min(1.0, 2.1 - 2 * run.share))
        true, text = data[rows], said[rows]
        made = maker.amplitudes(torch.randn(batch, ARGUMENTS["code"], device=run.device), text) * weight
        wrong = critic(true, text.roll(1, 0))  # a real film with another film's report is judged false, too
        doubt = (
            F.relu(1 - critic(true, text)).mean() + 0.7 * F.relu(1 + critic(made.detach(), text)).mean() + 0.3 * F.relu(1 + wrong).mean()
        )
        if steps % PENALTY_EVERY == 0:
            probe = true.clone().requires_grad_(True)
            (slope,) = torch.autograd.grad(critic(probe, text).sum(), probe, create_graph=True)
            doubt = doubt + PENALTY_EVERY * PENALTY / 2 * slope.pow(2).sum(1).mean()
        judge.zero_grad(set_to_none=True)
        torch.autograd.backward(doubt)
        judge.step()
        fooled = -critic(made, text).mean()
        make.zero_grad(set_to_none=True)
        fooled.backward()
        make.step()
        average.update(maker)
        run.step(batch, critic=doubt.item(), maker=fooled.item(), spread=float(made.detach().std(0).mean() / true.std(0).mean()))
        steps += 1
        if steps % 2000 == 0:
            run.save({"maker": average.module, "critic": critic})
    run.save({"maker": average.module, "critic": critic})
    return average.module
