"""Recipes of the bundled models."""

import json
from pathlib import Path

import pytest

from bench_core.training import bundled, vqvae
from bench_core.training.films import Films


def test_the_recipe_writes_what_the_encoder_loads(films: Films, folders: Path, small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench_core.cards import EncoderCard
    from bench_core.encoders import code_networks, open_encoder

    monkeypatch.setattr(code_networks, "BUILD", vqvae.BUILD)
    monkeypatch.setattr(bundled, "CODER", folders / "coder")
    monkeypatch.setattr(bundled, "train_films", lambda *_: films)
    how = {"device": "cpu", "resume": False, "minutes": None, "on_progress": None}
    assert bundled.recipe_vqvae(samples=8, **how) == folders / "coder"
    assert json.loads((folders / "coder" / "config.json").read_text())["arguments"] == vqvae.BUILD
    card = EncoderCard(id="c", title="C", backend="vqvae_codes", path=str(folders / "coder"), distance="hamming")
    values = open_encoder(card).encode([films.images[0], films.images[1]])
    assert values.shape == (2, 256) and values.max() < 16
