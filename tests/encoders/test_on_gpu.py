"""Batches that are begun one after the other on a GPU, while copies go on, come out as on the processor."""

from typing import Any

import numpy as np
import pytest
import torch

from bench_core.cards import EncoderCard
from bench_core.encoders.backend import TorchEncoder, scaled

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")


class Network(TorchEncoder):
    """One convolution, wide enough that the next batch comes while it is at work."""

    @classmethod
    def missing(cls, card: EncoderCard) -> str | None:
        return None

    def build(self) -> Any:
        torch.manual_seed(0)
        return torch.nn.Conv2d(3, 512, 7)

    def features(self, signal: Any) -> Any:
        return self._model(signal).mean((2, 3))


@pytest.mark.parametrize("parts", [(0, 32), (0, 20, 32)])
def test_batches_begun_before_the_last_ones_ended_are_those_of_the_processor(parts: tuple[int, ...]) -> None:
    card = EncoderCard(id="x", title="x", backend="x", image_size=128)
    rng = np.random.default_rng(0)
    batches = [[rng.integers(0, 256, (140, 130)).astype(np.uint8) for _ in range(32)] for _ in range(6)]
    there, here = Network(card, device="cuda"), Network(card, device="cpu")
    flights = []
    for images in batches:
        batch = there.gather([scaled(image, card) for image in images])
        assert batch.is_pinned()
        flights += [there.begin(batch[a:b]) for a, b in zip(parts, parts[1:], strict=False)]
        del batch
    for _, wait in flights:
        assert wait is not None
        wait()
    found = np.concatenate([values for values, _ in flights])
    assert np.allclose(found, np.concatenate([here.encode(images) for images in batches]), rtol=1e-2, atol=1e-3)  # TF32 convolutions
    assert np.allclose(found[: parts[1]], there.encode(batches[0][: parts[1]]), rtol=1e-5)
