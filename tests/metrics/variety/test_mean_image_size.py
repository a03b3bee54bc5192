"""The size of the mean image's file."""

import io

import numpy as np
import pytest
from PIL import Image

from bench_core.metrics.variety import mean_image_size as size_module
from bench_core.metrics.variety.mean_image_size import mean_image_size
from tests.metrics.films import films, pictured


def mean_of(stack: np.ndarray) -> np.ndarray:
    return np.floor(stack.astype(float).mean(axis=0)).astype(np.uint8)


def png_size(picture: np.ndarray) -> int:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, format="PNG", compress_level=6)
    return len(buffer.getvalue())


def test_mean_image_size_is_the_file_of_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    stack = films(30)
    assert mean_image_size(pictured(stack)).value == png_size(mean_of(stack))
    monkeypatch.setattr(size_module, "BLOCK", 7)
    order = np.random.default_rng(0).permutation(30)
    assert mean_image_size(pictured(stack[order])).value == png_size(mean_of(stack))
    assert mean_image_size(pictured(stack).take([3, 8])).value == png_size(mean_of(stack[[3, 8]]))
    assert mean_image_size(pictured(stack[:1])).value == png_size(stack[0])
    assert mean_image_size(pictured(np.repeat(stack[:1], 9, axis=0))).value == png_size(stack[0])


def test_a_varied_set_has_a_small_mean_image() -> None:
    varied, alike = films(40), films(40, spread=0.1)
    alike[:] = varied[:1] // 2 + alike // 2
    assert mean_image_size(pictured(varied)).value < mean_image_size(pictured(alike)).value
