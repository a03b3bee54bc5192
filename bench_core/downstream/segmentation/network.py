"""A small U-Net: films to masks of several structures, which may overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench_core.arms.materials import Stage

CHANNELS = (12, 24, 48, 96)


@dataclass(frozen=True)
class SegmentationTraining:
    """How every arm is trained: equally many steps with equally large batches; the rate falls to 0 as a cosine, without early stopping."""

    steps: int = 200
    batch: int = 8
    rate: float = 3e-3


def signal(films: np.ndarray) -> np.ndarray:  # (N, S, S) of 0 to 255 -> (N, 1, S, S) float32
    """What the network is given."""
    found: np.ndarray = ((films.astype(np.float32) / 255 - 0.5) / 0.25)[:, None]
    return found


def trained_masks(
    films: np.ndarray, masks: np.ndarray, stages: Sequence[Stage], tested: np.ndarray, how: SegmentationTraining, seed: int
) -> np.ndarray:  # (T, C, S, S) bool
    """Learns from rows of films (N, S, S) and masks (N, C, S, S), as the stages say, and draws the masks of other films (T, S, S).

    References:
        Ronneberger 2015, arXiv:1505.04597, as MONAI's `UNet` with strided convolutions and batch norm; soft Dice plus cross-entropy.
    """
    import torch
    from monai.losses import DiceLoss
    from monai.networks.nets import UNet
    from torch.nn import functional

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = UNet(2, 1, masks.shape[1], CHANNELS, strides=(2,) * (len(CHANNELS) - 1), norm="batch").train()
        optimiser = torch.optim.AdamW(net.parameters(), lr=how.rate, weight_decay=1e-4)
        rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, how.steps)
        dice = DiceLoss(sigmoid=True, batch=True)
        x, y = torch.from_numpy(signal(films)), torch.from_numpy(masks.astype(np.float32))
        rng = np.random.default_rng(seed)
        for stage in stages:
            for _ in range(round(how.steps * stage.share)):
                rows = torch.as_tensor(rng.choice(stage.rows, how.batch))
                said, goal = net(x[rows]), y[rows]
                loss = functional.binary_cross_entropy_with_logits(said, goal) + dice(said, goal)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()
                optimiser.step()
                rate.step()
        net.eval()
        with torch.inference_mode():
            drawn = [(net(torch.from_numpy(signal(tested[i : i + 64]))) > 0).numpy() for i in range(0, len(tested), 64)]
        return np.concatenate(drawn)
