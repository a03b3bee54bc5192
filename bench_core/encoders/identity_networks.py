"""The network of phantom-identity: a map of phantom-eye's image tower to one short vector that says whose film it is.

torch is imported inside, so that looking for backends costs nothing.
"""

from typing import Any

BUILD: dict[str, Any] = {"into": 128, "narrow": 40, "planes": 64, "side": 16, "names": 48}


def sixteenth(tower: Any, film: Any) -> Any:  # (B, 1, 256, 256) -> (B, 128, 16, 16)
    """The map of phantom-eye's tower at a sixteenth of the film's side: ribs, vessels and contours, each at its place."""
    return tower.sixteenth(tower.eighth(tower.quarter(tower.finer(tower.fine(film)))))


def build_identity(*, into: int, narrow: int, planes: int, side: int, names: int) -> Any:
    """(B, into, side, side) to unit vectors (B, names). Places are kept to the end: a patient is told by where things are."""
    from torch import nn
    from torch.nn import functional as F

    class Identity(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.narrow = nn.Sequential(nn.Conv2d(into, narrow, 1, bias=False), nn.BatchNorm2d(narrow), nn.ReLU(inplace=True))
            self.places = nn.Sequential(nn.Conv2d(narrow, planes, 3, 2, 1, bias=False), nn.BatchNorm2d(planes), nn.ReLU(inplace=True))
            self.project = nn.Linear(planes * (side // 2) ** 2, names)

        def forward(self, seen: Any) -> Any:
            return F.normalize(self.project(self.places(self.narrow(seen)).flatten(1)).float(), dim=1)

    return Identity()
