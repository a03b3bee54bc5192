"""MS-SSIM against a package and a slow one."""

import json

import numpy as np
import pytest

from bench_core.metrics import structural_similarity
from bench_core.metrics.pictures import SIDE
from bench_core.metrics.structural_similarity import ms_ssim
from tests.metrics.films import films, slow_ms_ssim
from tests.reference import variety as reference


@pytest.mark.parametrize("side", [176, 192, 256])
def test_ms_ssim_equals_pytorch_msssim(side: int) -> None:
    found = json.loads(reference.FILE.read_text())["ms_ssim"][str(side)]
    a, b = np.array(reference.PAIRS).T
    np.testing.assert_allclose(ms_ssim(reference.pictures(side), a, b), found, atol=1e-5)


@pytest.mark.parametrize("held", [400, 4])
def test_ms_ssim_equals_a_slow_one(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(structural_similarity, "HELD", held)
    stack = np.concatenate([films(5), np.random.default_rng(1).integers(0, 256, (1, SIDE, SIDE)).astype(np.uint8)])
    stack[4] = 255 - stack[0]
    a, b = np.triu_indices(6)
    values = ms_ssim(stack, a, b)
    np.testing.assert_allclose(values, [slow_ms_ssim(stack[i], stack[j]) for i, j in zip(a, b, strict=True)], atol=1e-5)
    np.testing.assert_array_equal(values[a == b], 1)
    np.testing.assert_allclose(ms_ssim(stack, b, a), values, atol=1e-7)


def test_flat_pictures_differ_by_luminance_only() -> None:
    stack = np.stack([np.full((SIDE, SIDE), level, np.uint8) for level in (0, 100, 200, 255)])
    c = 2.55**2
    expected = (2 * 100 * 200 + c) / (100**2 + 200**2 + c)
    assert ms_ssim(stack, np.array([1]), np.array([2]))[0] == pytest.approx(expected**0.1333, abs=1e-5)
    assert ms_ssim(stack, np.array([0]), np.array([3]))[0] == pytest.approx((c / (255**2 + c)) ** 0.1333, abs=1e-5)
