"""The Inception-v3 of FID, with the names of its published weights, so that they load as they are.

torch is imported inside, so that looking for backends costs nothing.

References:
    Szegedy et al., arXiv:1512.00567; Heusel et al., arXiv:1706.08500. It differs from the ImageNet model of torchvision, as the TensorFlow
    graph of 2015 does: averages next to the border leave the padding out, the last block pools by maximum, and there are 1008 classes.
"""

from collections.abc import Sequence
from typing import Any

Unit = tuple[Any, ...]
"""Name, channels, kernel, and stride where it is not 1."""
Branch = Sequence[Any]
"""Steps of a branch: a unit, a pooling ("average", "highest", "shrink"), or a list of units that read the same and are joined."""


def block_a(pooled: int) -> list[Branch]:
    """Three widths of one grid, with 5 x 5 filters."""
    return [
        [("branch1x1", 64, 1)],
        [("branch5x5_1", 48, 1), ("branch5x5_2", 64, 5)],
        [("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3)],
        ["average", ("branch_pool", pooled, 1)],
    ]


def block_b() -> list[Branch]:
    """From the first grid to the second one, half as wide."""
    return [
        [("branch3x3", 384, 3, 2)],
        [("branch3x3dbl_1", 64, 1), ("branch3x3dbl_2", 96, 3), ("branch3x3dbl_3", 96, 3, 2)],
        ["shrink"],
    ]


def block_c(inner: int) -> list[Branch]:
    """The second grid, with filters of 7 in one direction at a time."""
    twice: list[Unit] = [("branch7x7dbl_1", inner, 1)]
    twice += [(f"branch7x7dbl_{i}", inner if i < 5 else 192, (7, 1) if i % 2 == 0 else (1, 7)) for i in range(2, 6)]
    return [
        [("branch1x1", 192, 1)],
        [("branch7x7_1", inner, 1), ("branch7x7_2", inner, (1, 7)), ("branch7x7_3", 192, (7, 1))],
        twice,
        ["average", ("branch_pool", 192, 1)],
    ]


def block_d() -> list[Branch]:
    """From the second grid to the last one, half as wide."""
    return [
        [("branch3x3_1", 192, 1), ("branch3x3_2", 320, 3, 2)],
        [("branch7x7x3_1", 192, 1), ("branch7x7x3_2", 192, (1, 7)), ("branch7x7x3_3", 192, (7, 1)), ("branch7x7x3_4", 192, 3, 2)],
        ["shrink"],
    ]


def block_e(pooling: str) -> list[Branch]:
    """The last grid, whose branches fork; its pooling is an average, and in the last block of 2015's graph a maximum."""
    return [
        [("branch1x1", 320, 1)],
        [("branch3x3_1", 384, 1), [("branch3x3_2a", 384, (1, 3)), ("branch3x3_2b", 384, (3, 1))]],
        [
            ("branch3x3dbl_1", 448, 1), ("branch3x3dbl_2", 384, 3),
            [("branch3x3dbl_3a", 384, (1, 3)), ("branch3x3dbl_3b", 384, (3, 1))],
        ],
        [pooling, ("branch_pool", 192, 1)],
    ]  # fmt: skip


STEM = (("Conv2d_1a_3x3", 32, 3, 2, 0), ("Conv2d_2a_3x3", 32, 3, 1, 0), ("Conv2d_2b_3x3", 64, 3, 1, 1), "shrink",
        ("Conv2d_3b_1x1", 80, 1, 1, 0), ("Conv2d_4a_3x3", 192, 3, 1, 0), "shrink")  # fmt: skip
BLOCKS = {
    "Mixed_5b": block_a(32), "Mixed_5c": block_a(64), "Mixed_5d": block_a(64), "Mixed_6a": block_b(), "Mixed_6b": block_c(128),
    "Mixed_6c": block_c(160), "Mixed_6d": block_c(160), "Mixed_6e": block_c(192), "Mixed_7a": block_d(), "Mixed_7b": block_e("average"),
    "Mixed_7c": block_e("highest"),
}  # fmt: skip


def build_inception(*, width: float = 1.0, classes: int = 1008) -> Any:
    """Images (B, 3, 299, 299) in -1..1 to pooled features (B, 2048 * width). `fc` holds the classifier; `forward` leaves it out."""
    import torch
    from torch import nn
    from torch.nn import functional as F

    pools = {
        "average": lambda x: F.avg_pool2d(x, 3, 1, 1, count_include_pad=False),
        "highest": lambda x: F.max_pool2d(x, 3, 1, 1),
        "shrink": lambda x: F.max_pool2d(x, 3, 2),
    }

    class Layer(nn.Module):
        def __init__(self, before: int, after: int, kernel: Any, stride: int, padding: Any) -> None:
            super().__init__()
            self.conv = nn.Conv2d(before, after, kernel, stride, padding, bias=False)
            self.bn = nn.BatchNorm2d(after, eps=0.001)

        def forward(self, x: Any) -> Any:
            return F.relu(self.bn(self.conv(x)))

    class Block(nn.Module):
        def __init__(self, before: int, branches: list[Branch]) -> None:
            super().__init__()
            self.branches, self.channels = branches, 0
            for branch in branches:
                here = before
                for step in branch:
                    units = [] if isinstance(step, str) else step if isinstance(step, list) else [step]
                    made = [self._add(here, *unit) for unit in units]
                    here = sum(made) if made else here
                self.channels += here

        def _add(self, before: int, name: str, channels: int, kernel: Any, stride: int = 1) -> int:
            after = max(1, round(channels * width))
            sides = kernel if isinstance(kernel, tuple) else (kernel, kernel)
            self.add_module(name, Layer(before, after, kernel, stride, 0 if stride > 1 else tuple(side // 2 for side in sides)))
            return after

        def forward(self, x: Any) -> Any:
            return torch.cat([self._run(branch, x) for branch in self.branches], 1)

        def _run(self, branch: Branch, x: Any) -> Any:
            for step in branch:
                if isinstance(step, str):
                    x = pools[step](x)
                elif isinstance(step, list):
                    x = torch.cat([getattr(self, unit[0])(x) for unit in step], 1)
                else:
                    x = getattr(self, step[0])(x)
            return x

    class Inception(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            here = 3
            for step in STEM:
                if not isinstance(step, str):
                    name, channels, *shape = step
                    after = max(1, round(channels * width))
                    self.add_module(name, Layer(here, after, *shape))
                    here = after
            for name, branches in BLOCKS.items():
                block = Block(here, branches)
                self.add_module(name, block)
                here = block.channels
            self.fc = nn.Linear(here, classes)

        def forward(self, x: Any) -> Any:  # (B, 3, H, W) -> (B, 2048 * width)
            for step in STEM:
                x = pools[step](x) if isinstance(step, str) else getattr(self, step[0])(x)
            for name in BLOCKS:
                x = getattr(self, name)(x)
            return x.mean((2, 3))

    return Inception()
