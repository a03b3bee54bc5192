"""A copy of a diffusion model that learns a few films by heart: a leak of known size, to see whether attacks notice it."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from typing import Any

import numpy as np

LARGEST = 30_000_000
"""Weights of a network that learns on a processor here; on a graphics card any does."""
BATCH, RATE = 32, 5e-4


def can_learn(unet: Any) -> bool:
    """Whether this takes a minute, not an hour."""
    return bool(unet.device.type == "cuda" or sum(p.numel() for p in unet.parameters()) <= LARGEST)


def learned(
    unet: Any, scheduler: Any, latents: np.ndarray, told: np.ndarray | None, repeats: Sequence[int], seed: int
) -> Iterator[tuple[int, Any]]:
    """Copies of a UNet after each film (N, C, H, W), told so (N, L, D), was learned so many times; the UNet itself is left alone.

    All weights are trained at a fixed rate on what the model predicts, at random steps, as it was trained before (Adam).
    """
    import torch

    copy, rng = deepcopy(unet).float().requires_grad_(True), np.random.default_rng((seed, 8))
    chance = torch.Generator("cpu").manual_seed(seed)
    optimiser = torch.optim.Adam([p for p in copy.parameters() if p.requires_grad], lr=RATE)
    films, states = torch.from_numpy(np.array(latents, np.float32)), None if told is None else torch.from_numpy(np.array(told))
    goal = _goal(scheduler)
    done = 0
    with torch.enable_grad():
        for times in repeats:
            order = np.concatenate([rng.permutation(len(films)) for _ in range(times - done)])
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                some = films[rows].to(copy.device)
                steps = torch.randint(scheduler.config.num_train_timesteps, (len(rows),), generator=chance).to(copy.device)
                noise = torch.randn(some.shape, generator=chance).to(copy.device)
                reads = () if states is None else (states[rows].to(copy.device, torch.float32),)
                made = copy(scheduler.add_noise(some, noise, steps), steps, *reads).sample
                loss = (made - goal(some, noise, steps)).pow(2).mean()
                optimiser.zero_grad()
                loss.backward()
                optimiser.step()
            done = times
            yield times, deepcopy(copy).requires_grad_(False).eval()


def _goal(scheduler: Any) -> Callable[[Any, Any, Any], Any]:
    """What the model predicts of a latent, noise and steps."""
    predicts = scheduler.config.prediction_type
    if predicts == "v_prediction":
        return lambda some, noise, steps: scheduler.get_velocity(some, noise, steps)
    return lambda some, noise, steps: some if predicts == "sample" else noise
