"""Benchmarks of a GPU say that they wait for one, and measure nothing meanwhile."""

import pytest
import torch

from tests.benchmarks.scripts import run_here


@pytest.mark.parametrize("script", ["generation.py", "encoding.py", "scale_on_device.py"])
def test_it_waits_for_a_device(script: str):
    if torch.cuda.is_available():
        pytest.skip("there is a GPU here")
    ended = run_here(script)
    assert ended.returncode != 0
    assert "waits for a device" in ended.stderr
