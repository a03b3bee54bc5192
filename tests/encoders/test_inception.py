"""InceptionV3 of 2015."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from bench_core.errors import MissingWeights, SettingError
from tests.encoders.conftest import same_alone_and_together, signal

Write = Callable[..., EncoderCard]


WHOLE = 'resize = "squash"\nmean = 0.5\nstd = 0.5\n'


def test_inception_has_the_published_sizes() -> None:
    """Names, shapes and the number of weights of the FID network (23.85 million with 1008 classes)."""
    import torch

    from bench_core.encoders.inception_network import build_inception

    with torch.device("meta"):
        network = build_inception()
    state = network.state_dict()
    assert sum(p.numel() for p in network.parameters()) == 23_850_960
    shapes = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3), "Mixed_5b.branch_pool.conv.weight": (32, 192, 1, 1),
        "Mixed_6e.branch7x7dbl_5.conv.weight": (192, 192, 1, 7), "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7c.branch3x3dbl_3b.bn.running_var": (384,), "fc.weight": (1008, 2048),
    }  # fmt: skip
    assert {name: tuple(state[name].shape) for name in shapes} == shapes
    assert len(state) == 94 * 6 + 2


def test_inception_loads_from_a_converted_file(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch

    from bench_core.encoders.checkpoints import convert
    from bench_core.encoders.inception import STEM
    from bench_core.encoders.inception_network import build_inception

    torch.manual_seed(0)
    network = build_inception(width=1 / 16, classes=10).eval()
    pool = write_card("inception_fid", f'{WHOLE}image_size = 96\nsettings = {{ output = "pool" }}', "pool").model_copy(
        update={"weights": tmp_path / "weights"}
    )
    home = tmp_path / "weights" / "pool"
    with pytest.raises(MissingWeights) as caught:
        open_encoder(pool).encode(images)
    assert caught.value.hint.startswith(f"curl -L --create-dirs -o {home}/{STEM}.pth https://github.com/mseitzer/pytorch-fid/")
    home.mkdir(parents=True)
    torch.save(network.state_dict(), home / f"{STEM}.pth")
    assert open_encoder(pool).missing(pool) is not None and "convert" in str(open_encoder(pool).missing(pool))
    convert(home / f"{STEM}.pth", home)
    values = same_alone_and_together(open_encoder(pool), images)
    with torch.no_grad():
        wanted = network(signal(images, pool))
    assert values.shape == (3, 128) and np.allclose(values, wanted, atol=1e-5)
    for output, bias in (("logits", 1.0), ("logits_unbiased", 0.0)):
        card = pool.model_copy(update={"id": output, "shares": "pool", "settings": {"output": output}})
        logits = (wanted @ network.fc.weight.T + bias * network.fc.bias).detach()
        assert np.allclose(open_encoder(card).encode(images), logits, atol=1e-5)
    with pytest.raises(SettingError, match="output"):
        open_encoder(pool.model_copy(update={"settings": {"output": "768"}})).encode(images)


def test_inception_pools_as_the_graph_of_2015() -> None:
    """Averages leave the padding out, the last block takes the maximum: on a constant image only borders of convolutions differ."""
    import torch
    from torch.nn import functional as F

    from bench_core.encoders.inception_network import build_inception

    torch.manual_seed(0)
    network = build_inception(width=1 / 16, classes=2).eval()
    x = torch.randn(1, network.Mixed_7c.branch1x1.conv.in_channels, 5, 5)
    own = network.Mixed_7c(x)[:, -network.Mixed_7c.branch_pool.conv.out_channels :]
    assert torch.allclose(own, network.Mixed_7c.branch_pool(F.max_pool2d(x, 3, 1, 1)))
    y = torch.ones(1, network.Mixed_7b.branch1x1.conv.in_channels, 5, 5)
    pooled = network.Mixed_7b(y)[:, -network.Mixed_7b.branch_pool.conv.out_channels :]
    assert torch.allclose(pooled, pooled[:, :, 2:3, 2:3].expand_as(pooled), atol=1e-6)
