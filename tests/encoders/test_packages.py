"""Optional packages: their install line when they are not there, and the calls that are made when they are (a stand-in module)."""

import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core.cards import EncoderCard, encoder_cards
from bench_core.encoders import open_encoder
from bench_core.encoders.packages import TorchFidelity, XRayVision
from bench_core.errors import InputError, MissingWeights
from tests.encoders.conftest import same_alone_and_together

Write = Callable[..., EncoderCard]


@pytest.mark.parametrize(
    ("name", "package"), [("torchxrayvision-densenet", "torchxrayvision"), ("torch-fidelity-inception", "torch-fidelity")]
)
def test_the_install_line_is_the_answer(name: str, package: str, images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench_core.encoders.packages.importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingWeights) as caught:
        open_encoder(encoder_cards()[name]).encode(images)
    assert caught.value.hint == f"pip install {package}"


def test_torchxrayvision_builds_and_the_file_fills(
    tmp_path: Path, write_card: Write, images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from safetensors.torch import save_file

    class DenseNet(torch.nn.Module):
        def __init__(self, weights: Any = "unset") -> None:
            super().__init__()
            assert weights is None  # the package would download and unpickle
            self.features = torch.nn.Conv2d(1, 4, 3)
            self.register_buffer("op_threshs", None)

    package = types.ModuleType("torchxrayvision")
    package.models = types.SimpleNamespace(DenseNet=DenseNet)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torchxrayvision", package)
    card = write_card("torchxrayvision", 'path = "x"\nimage_size = 32\nstd = 0.00048828125')
    assert "torchxrayvision as x" in str(XRayVision.missing(card))
    (tmp_path / "x").mkdir()
    given = DenseNet(None)
    save_file(given.state_dict(), tmp_path / "x" / "model.safetensors")
    values = same_alone_and_together(open_encoder(card), images, atol=1e-2)
    signal = torch.from_numpy((images[0][16:48, 16:48] / 255 * 2 - 1).astype(np.float32) * 1024)[None, None]
    assert values.shape == (3, 4)
    whole = write_card("torchxrayvision", 'path = "x"\nimage_size = 64\nstd = 0.00048828125', "whole")
    signal = torch.from_numpy((images[0] / 255 * 2 - 1).astype(np.float32) * 1024)[None, None]
    wanted = torch.relu(given.features(signal)).mean((2, 3)).detach().numpy()
    assert np.allclose(open_encoder(whole).encode(images[:1]), wanted, rtol=1e-4)


def test_torch_fidelity_gets_8_bit_pixels(
    tmp_path: Path, write_card: Write, images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    seen: list[Any] = []

    class Extractor(torch.nn.Module):
        def __init__(self, name: str, features_list: list[str], feature_extractor_weights_path: str) -> None:
            super().__init__()
            self.scale = torch.load(feature_extractor_weights_path, weights_only=True)["scale"]
            assert features_list == ["192"]

        def forward(self, x: Any) -> tuple[Any]:
            seen.append(x)
            return (x.float().mean((2, 3)) * self.scale,)

    module = types.ModuleType("torch_fidelity.feature_extractor_inceptionv3")
    module.FeatureExtractorInceptionV3 = Extractor  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "torch_fidelity", types.ModuleType("torch_fidelity"))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    card = write_card("torch_fidelity", 'path = "f"\nimage_size = 64\nmean = 0.0\nstd = 0.00392156862745098\nsettings = { output = "192" }')
    assert TorchFidelity.URL in str(TorchFidelity.missing(card))
    (tmp_path / "f").mkdir()
    torch.save({"scale": torch.tensor([1.0, 2.0, 3.0])}, tmp_path / "f" / TorchFidelity.FILE)
    values = same_alone_and_together(open_encoder(card), images)
    assert seen[0].dtype == torch.uint8 and np.array_equal(seen[0][0, 0], images[0])
    assert np.allclose(values[0], images[0].mean() * np.array([1, 2, 3]), rtol=1e-5)
    torch.save({"scale": Path("x")}, tmp_path / "f" / TorchFidelity.FILE)
    with pytest.raises(InputError, match="more than tensors"):
        open_encoder(card).encode(images)
