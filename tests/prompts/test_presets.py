"""Texts that are offered."""

from bench_core import api


def test_a_preset_for_each_finding():
    assert set(api.presets()) == set(api.FINDINGS)
