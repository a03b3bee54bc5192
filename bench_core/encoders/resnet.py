"""The convolutions of a ResNet with bottlenecks (ResNet-50 and its like), with the names that torchvision gives its weights.

torch is imported inside, so that looking for backends costs nothing.

References:
    He et al., arXiv:1512.03385; the stride is in the 3 x 3 convolution, as torchvision has it.
"""

from collections.abc import Mapping
from typing import Any


def build_trunk(tensors: Mapping[str, Any], prefix: str) -> Any:
    """Everything up to the last map: (B, 3, S, S) to (B, channels, S / 32, S / 32). Width and depths are read from the tensors' names.

    Raises:
        KeyError: there is no first convolution below the prefix.
    """
    import torch
    from torch import nn

    width = tensors[f"{prefix}conv1.weight"].shape[0]
    depths = [sum(name.startswith(f"{prefix}layer{i}.") and name.endswith(".conv1.weight") for name in tensors) for i in range(1, 5)]

    class Bottleneck(nn.Module):
        def __init__(self, before: int, inner: int, stride: int) -> None:
            super().__init__()
            after = 4 * inner
            self.conv1, self.bn1 = nn.Conv2d(before, inner, 1, bias=False), nn.BatchNorm2d(inner)
            self.conv2, self.bn2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False), nn.BatchNorm2d(inner)
            self.conv3, self.bn3 = nn.Conv2d(inner, after, 1, bias=False), nn.BatchNorm2d(after)
            if stride != 1 or before != after:
                self.downsample = nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))

        def forward(self, x: Any) -> Any:
            y = torch.relu(self.bn1(self.conv1(x)))
            y = torch.relu(self.bn2(self.conv2(y)))
            kept = self.downsample(x) if hasattr(self, "downsample") else x
            return torch.relu(self.bn3(self.conv3(y)) + kept)

    class Trunk(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width)
            before = width
            for i, depth in enumerate(depths):
                inner, blocks = width * 2**i, []
                for j in range(depth):
                    blocks.append(Bottleneck(before, inner, 2 if i and not j else 1))
                    before = 4 * inner
                self.add_module(f"layer{i + 1}", nn.Sequential(*blocks))
            self.channels = before

        def forward(self, x: Any) -> Any:
            x = nn.functional.max_pool2d(torch.relu(self.bn1(self.conv1(x))), 3, 2, 1)
            for i in range(1, 5):
                x = getattr(self, f"layer{i}")(x)
            return x

    return Trunk()
