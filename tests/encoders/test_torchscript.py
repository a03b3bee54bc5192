"""TorchScript files."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from bench_core.errors import SettingError
from tests.encoders.conftest import same_alone_and_together, signal

Write = Callable[..., EncoderCard]


def test_torchscript_runs_as_it_is(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch

    class Descriptor(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 5, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.normalize(self.conv(x).mean([2, 3]), dim=1)

    card = write_card(
        "torchscript", 'path = "here"\nimage_size = 32\nresize = "squash"\nsettings = { file = "a.torchscript.pt", url = "https://x/y" }'
    )
    absent = open_encoder(card).missing(card)
    assert absent is not None and absent.endswith(f"curl -L --create-dirs -o {tmp_path / 'here' / 'a.torchscript.pt'} https://x/y")
    (tmp_path / "here").mkdir()
    model = Descriptor().eval()
    torch.jit.save(torch.jit.script(model), str(tmp_path / "here" / "a.torchscript.pt"))
    values = same_alone_and_together(open_encoder(card), images)
    with torch.inference_mode():
        assert np.allclose(values, model(signal(images, card)), atol=1e-6)
    with pytest.raises(SettingError, match="file"):
        open_encoder(card.model_copy(update={"settings": {}})).missing(card.model_copy(update={"settings": {}}))
