"""The Siamese ResNet of Packhäuser, from the names that its authors' code gives the weights."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard, encoder_cards
from bench_core.encoders import open_encoder
from bench_core.encoders.checkpoints import convert
from bench_core.encoders.siamese import build_branch, pair_head
from bench_core.errors import InputError
from tests.encoders.conftest import same_alone_and_together, signal

Write = Callable[..., EncoderCard]
NAMES = ("model.conv1.weight", "model.layer1.0.downsample.1.running_var", "model.layer3.5.bn3.bias", "model.layer4.2.conv3.weight")


def shapes(width: int = 64, features: int = 128) -> dict[str, tuple[int, ...]]:
    """What the sizes of the network are read from."""
    blocks = {f"model.layer{i}.{j}.conv1.weight": (1,) for i, n in enumerate((3, 4, 6, 3), 1) for j in range(n)}
    return {**blocks, "model.conv1.weight": (width, 3, 7, 7), "model.fc.weight": (features, 32 * width)}


def test_the_network_is_resnet_50_with_128_numbers() -> None:
    import torch

    with torch.device("meta"):
        network = build_branch({name: torch.empty(shape) for name, shape in shapes().items()})
        assert network(torch.empty(2, 3, 256, 256)).shape == (2, 128)
    assert set(NAMES) < set(network.state_dict())
    assert sum(p.numel() for p in network.parameters()) == 23_508_032 + 2048 * 128 + 128 + 128 + 1  # the trunk as published


def test_a_pair_is_scored_as_the_authors_network_does(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch

    torch.manual_seed(3)
    network = build_branch({name: torch.empty(shape) for name, shape in shapes(4, 8).items()}).eval()
    (tmp_path / "brought").mkdir()
    torch.save(network.state_dict(), tmp_path / "brought" / "pytorch_model.bin")
    card = write_card("siamese_resnet", 'path = "brought"\nimage_size = 64\nresize = "squash"\nmean = [0.5, 0.4, 0.4]\nstd = 0.3')
    assert "pickled" in str(open_encoder(card).missing(card)) and pair_head(card) is None
    convert(tmp_path / "brought" / "pytorch_model.bin", tmp_path / "brought")
    seen = same_alone_and_together(open_encoder(card), images)
    head = pair_head(card)
    assert head is not None and seen.shape == (3, 8) and 0 < seen.min() < seen.max() < 1
    with torch.inference_mode():
        one, other = (network(signal([images[i]], card)) for i in (0, 1))
        wanted = network.fc_end((one - other).abs())
    assert np.abs(seen[0] - seen[1]) @ head[0] + head[1] == pytest.approx(wanted.item(), abs=1e-5)


def test_another_models_weights_are_refused(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch
    from safetensors.torch import save_file

    (tmp_path / "other").mkdir()
    save_file({"conv1.weight": torch.zeros(4, 3, 7, 7)}, tmp_path / "other" / "model.safetensors")
    with pytest.raises(InputError, match=r"model\.conv1\.weight"):
        open_encoder(write_card("siamese_resnet", 'path = "other"\nimage_size = 64')).encode(images)


def test_the_two_cards_see_films_as_their_authors_do() -> None:
    cards = encoder_cards()
    theirs, benchmark = cards["packhaeuser"], cards["chexgenbench-reid"]
    assert (theirs.image_size, theirs.mean, theirs.std) == (256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    assert (benchmark.image_size, benchmark.mean, benchmark.std) == (224, 0.0, 1.0)
    assert pair_head(cards["phantom-eye"]) is None
