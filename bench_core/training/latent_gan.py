"""phantom-gan: a conditional GAN over the latents of the shared autoencoder.

References:
    Lim & Ye, arXiv:1705.02894 (hinge loss); Miyato & Koyama, arXiv:1802.05637 (projection critic); Mescheder et al., arXiv:1801.04406
    (R1 penalty, every eighth step).
"""

from typing import Any

import numpy as np

from bench_core.generators.latent_networks import build_latent_decoder
from bench_core.training.recipe import Average, Run, autocast, set_rate

ARGUMENTS = {"code": 64, "text": 128, "width": 112, "channels": 8, "groups": 8}
PENALTY_EVERY, PENALTY = 8, 1.0


def build_critic(text: int, width: int = 96) -> Any:
    """Judges latents (B, 8, 16, 16) with the text vector they claim to fit."""
    import torch
    from torch import nn

    class Critic(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            sizes = ((8, width, 1), (width, width, 1), (width, 2 * width, 2), (2 * width, 2 * width, 1), (2 * width, 3 * width, 2))
            self.body = nn.Sequential(*(m for a, b, s in sizes for m in (nn.Conv2d(a, b, 3, s, 1), nn.LeakyReLU(0.2))))
            self.last = nn.Sequential(nn.Conv2d(3 * width + 1, 2 * width, 3, 1, 1), nn.LeakyReLU(0.2), nn.Flatten())
            self.into = nn.Sequential(nn.Linear(2 * width * 16, 2 * width), nn.LeakyReLU(0.2))
            self.verdict = nn.Linear(2 * width, 1)
            self.read = nn.Sequential(nn.LayerNorm(text), nn.Linear(text, 2 * width))

        def forward(self, latents: Any, said: Any) -> Any:
            seen = self.body(latents)
            spread = seen.std(0, correction=0).mean().expand(len(seen), 1, *seen.shape[2:])  # notices when all look alike
            seen = self.into(self.last(torch.cat([seen, spread], 1)))
            return self.verdict(seen)[:, 0] + (seen * self.read(said)).mean(1) * 4

    return Critic()


def train_gan(run: Run, latents: np.ndarray, said: Any, *, seed: int = 0, batch: int = 64, rate: float = 4e-4) -> Any:
    """Trains on latents (N, 8, 16, 16) and text vectors (N, 128); returns the averaged generator."""
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed + run.done)
    rng = np.random.default_rng(seed + run.done)
    both = torch.nn.ModuleDict({"maker": build_latent_decoder(**ARGUMENTS), "critic": build_critic(ARGUMENTS["text"])}).to(run.device)
    maker, critic = both["maker"], both["critic"]
    run.load({"maker": maker, "critic": critic})
    average = Average(maker, 0.999)
    make = torch.optim.Adam(maker.parameters(), lr=rate, betas=(0.0, 0.99))
    judge = torch.optim.Adam(critic.parameters(), lr=rate, betas=(0.0, 0.99))
    data, said = torch.from_numpy(latents.astype(np.float32)).to(run.device), said.to(run.device)
    steps = 0
    while run.going():
        rows = rng.integers(0, len(data), batch)
        for optimizer in (make, judge):
            set_rate(optimizer, rate * (1.0 if run.share < 0.5 else 0.1 + 1.8 * (1 - run.share)))
        true, text = data[rows], said[rows]
        code = torch.randn(batch, ARGUMENTS["code"], device=run.device)
        with autocast(run.device):
            made = maker(code, text)
            wrong = critic(true, text.roll(1, 0)).float()  # a real film with another film's report is judged false, too
            doubt = F.relu(1 - critic(true, text).float()).mean() + F.relu(1 + critic(made.detach(), text).float()).mean()
            doubt = doubt + 0.3 * F.relu(1 + wrong).mean()
        if steps % PENALTY_EVERY == 0:
            probe = true.clone().requires_grad_(True)
            (slope,) = torch.autograd.grad(critic(probe, text).sum(), probe, create_graph=True)
            doubt = doubt + PENALTY_EVERY * PENALTY / 2 * slope.pow(2).sum((1, 2, 3)).mean()
        judge.zero_grad(set_to_none=True)
        doubt.backward()
        judge.step()
        with autocast(run.device):
            fooled = -critic(made, text).float().mean()
        make.zero_grad(set_to_none=True)
        fooled.backward()
        make.step()
        average.update(maker)
        run.step(batch, critic=doubt.item(), maker=fooled.item())
        steps += 1
        if steps % 500 == 0:
            run.save({"maker": average.module, "critic": critic})
    run.save({"maker": average.module, "critic": critic})
    return average.module
