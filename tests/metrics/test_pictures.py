"""Pictures of a set for metrics that need pixels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core.errors import Cancelled
from bench_core.features import FeatureSet
from bench_core.features.place import placed
from bench_core.metrics import pictures as reading
from bench_core.metrics.pictures import SIDE, pictures
from bench_core.metrics.variety.mean_image_size import mean_image_size
from bench_core.metrics.variety.ms_ssim_diversity import ms_ssim_diversity
from tests.metrics.films import Held, films, pictured


def test_large_stacks_lie_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = films(5, side=240)
    inside = pictures(pictured(stack))
    monkeypatch.setattr(reading, "IN_MEMORY", 1)
    outside = pictures(pictured(stack))
    assert isinstance(outside, np.memmap)
    np.testing.assert_array_equal(inside, outside)
    assert inside.shape == (5, SIDE, SIDE)


def test_reading_tells_how_far_it_is_and_can_be_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "EVERY_SECONDS", 0.0)
    heard: list[tuple[float, str]] = []
    with placed(report=lambda share, what: heard.append((share, what))):
        pictures(pictured(films(40)))
    assert [share for share, _ in heard] == [row / 40 for row in range(40)]
    assert {what for _, what in heard} == {"reading synthetic images"}

    def stop(share: float, what: str) -> None:
        raise Cancelled("The run was cancelled.")

    with placed(report=stop), pytest.raises(Cancelled):
        pictures(pictured(films(40)))


def test_pictures_are_read_once_and_shrunk() -> None:
    class Counting(Held):
        def read(self, row: int) -> np.ndarray:
            self.meta["read"].append(row)
            return super().read(row)

    read: list[int] = []
    stack = np.stack([np.asarray(Image.fromarray(f).resize((300, 240))) for f in films(6, side=240)])
    images = Counting("", "", "synthetic", Path(), pd.DataFrame(index=range(6)), meta={"stack": stack, "read": read})
    features = FeatureSet(np.eye(6), images=images)
    mean_image_size(features.take([1, 2])), ms_ssim_diversity(features), mean_image_size(features)
    assert read == list(range(6))
    assert pictures(features).mean() == pytest.approx(stack.mean(), abs=1)
