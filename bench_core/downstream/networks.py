"""Full networks on pixels: a small convolutional one that begins from nothing, or an encoder's own that is trained on.

References:
    The small one follows He et al., arXiv:1512.03385, without shortcuts, which six layers do not need; its head reads mean and maximum
    of the last maps, because a finding may cover all of a film or a few pixels of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from bench_core.arms.materials import Stage
from bench_core.downstream.checkpoint import Checkpoint
from bench_core.downstream.loop import Examples, Network, Trained, Training, Values, learn
from bench_core.training.arithmetic import EAGER, PLAIN, Arithmetic, fastest

if TYPE_CHECKING:
    from torch import Tensor, nn

WIDTH = 12
"""Maps of the first layer; the last has eight times as many. 0.16 million weights in all."""
TURN = 10.0
"""Degrees that a film is turned at most where the protocol turns and mirrors films."""


@dataclass(frozen=True)
class Pixels:
    """How a network on pixels is made and trained.

    Attributes:
        side: of the films that it is called with.
        trunk: builds what gives (B, D) numbers of (B, 1, side, side) films in 0 to 1, with weights to begin from; None: the small network.
        device: the same for all trainings. way: the arithmetic, measured by `measured`.
        mirrors: films are mirrored and turned while they are learned from, as CheXGenBench does. A heart changes sides by it.
    """

    how: Training
    side: int
    trunk: Callable[[], nn.Module] | None = None
    device: str = "cpu"
    way: Arithmetic | None = None
    checkpoint: Checkpoint | None = None
    mirrors: bool = False

    def measured(self, findings: int) -> Pixels:
        """With the arithmetic in which a step is fastest on this machine; bfloat16 on a GPU is what others call mixed precision."""
        import torch

        trial = torch.rand(self.how.batch, 1, self.side, self.side, device=self.device)
        with torch.random.fork_rng(devices=[]):
            module = self.make(findings)
        return replace(self, way=fastest(module, lambda called: called(trial).square().mean(), device=self.device, steps=2))

    def with_arithmetic(self, name: str) -> Pixels:
        """With the one of that name."""
        return replace(self, way=next(way for way in EAGER if way.name == name))

    def make(self, findings: int) -> nn.Module:
        """The network with a new head."""
        return _small(findings) if self.trunk is None else _with_head(self.trunk(), self.side, findings)

    def train(
        self, pool: Examples, stages: Sequence[Stage], validation: Examples, tested: Values, seed: int, told: Callable[[float], None]
    ) -> Trained:  # fmt: skip
        """Trains on films as the stages say; what was left of the same training by one that was stopped is gone on with."""
        network = Network(
            lambda: self.make(pool.targets.shape[1]), self._present, self.device, self.way or PLAIN, self.checkpoint, told
        )  # fmt: skip
        return learn(network, pool, stages, validation, self.how, seed).trained(validation.values, tested)

    def _present(self, films: np.ndarray, learning: bool) -> Tensor:  # (B, S, S) uint8 -> (B, 1, S, S)
        import torch

        found = torch.as_tensor(films, device=self.device)[:, None].float() / 255
        return _mirrored_and_turned(found) if self.mirrors and learning else found


def _small(findings: int) -> nn.Module:
    import torch
    from torch import nn

    def layer(before: int, after: int, size: int, stride: int) -> list[nn.Module]:
        return [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]

    class Small(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            w = WIDTH
            self.body = nn.Sequential(
                *layer(1, w, 5, 2), nn.MaxPool2d(2), *layer(w, 2 * w, 3, 1), *layer(2 * w, 4 * w, 3, 2), *layer(4 * w, 4 * w, 3, 1),
                *layer(4 * w, 8 * w, 3, 2), *layer(8 * w, 8 * w, 3, 1),
            )  # fmt: skip
            self.head = nn.Linear(16 * w, findings)

        def forward(self, films: Any) -> Any:  # (B, 1, S, S) -> (B, F)
            maps = self.body(films * 2 - 1)
            return self.head(torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1))

    return Small()


def _with_head(trunk: nn.Module, side: int, findings: int) -> nn.Module:
    """A linear layer on what a trunk says of a film."""
    import torch
    from torch import nn

    trunk.eval()
    with torch.no_grad():
        width = trunk(torch.zeros(1, 1, side, side, device=next(trunk.parameters()).device)).shape[1]
    return nn.Sequential(trunk.train(), nn.Linear(width, findings))


def _mirrored_and_turned(films: Tensor) -> Tensor:  # (B, 1, S, S)
    """Half of the films mirrored, all of them turned by up to TURN degrees."""
    import torch
    from torch.nn import functional

    count = len(films)
    turn = (torch.rand(count) * 2 - 1) * np.pi * TURN / 180
    sign = torch.where(torch.rand(count) < 0.5, -1.0, 1.0)
    zero = torch.zeros(count)
    rows = [torch.stack([sign * turn.cos(), -turn.sin(), zero], 1), torch.stack([sign * turn.sin(), turn.cos(), zero], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), list(films.shape), align_corners=False).to(films.device)
    return functional.grid_sample(films, grid, padding_mode="border", align_corners=False)
