"""The VQ-VAE learns, keeps its codes in use and resumes; the finding head solves its problem."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.data import FINDINGS
from bench_core.training import bundled, finding_head, vqvae
from bench_core.training.films import Films
from bench_core.training.recipe import Run


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Networks and a warm-up of a size for tests."""
    monkeypatch.setattr(vqvae, "BUILD", {"width": 8, "narrow": 8, "codes": 16, "depth": 8})
    monkeypatch.setattr(vqvae, "WARM", 16)


def test_codebook_follows_its_vectors_and_dead_entries_move() -> None:
    import torch

    from bench_core.encoders.code_networks import build_coder

    torch.manual_seed(0)
    book = vqvae.Book(build_coder(width=8, narrow=8, codes=4, depth=2).top)
    corners = torch.tensor([[0.0, 0.0], [0.0, 9.0], [9.0, 0.0], [9.0, 9.0]])
    rows = corners.repeat(50, 1) + 0.1 * torch.randn(200, 2)
    book.start(corners.repeat(25, 1), rounds=20)
    book.book.entries[0] = 1000.0  # an entry that nobody chooses
    book.count[0], book.sum[0] = 0.06, 60.0
    maps = rows.T.reshape(1, 2, 10, 20)
    for _ in range(400):
        book.update(maps, book.book.nearest(maps))
    entries = book.book.entries
    nearest = torch.cdist(corners, entries).min(1).values
    assert float(nearest.max()) < 0.3
    assert vqvae.usage(book.book.nearest(maps), 4) == pytest.approx(4, abs=0.1)


def test_nearest_entry_is_the_nearest() -> None:
    import torch

    from bench_core.encoders.code_networks import build_coder

    torch.manual_seed(0)
    book = build_coder(width=8, narrow=8, codes=16, depth=4).bottom
    maps = torch.randn(2, 4, 3, 5)
    distances = torch.cdist(maps.permute(0, 2, 3, 1).reshape(-1, 4), book.entries)
    assert torch.equal(book.nearest(maps).reshape(-1), distances.argmin(1))
    assert torch.equal(book.nearest(book.look_up(torch.arange(15).reshape(1, 3, 5))), torch.arange(15).reshape(1, 3, 5))


def test_vqvae_learns_and_resumes(films: Films, folders: Path, small: None) -> None:
    run = Run("codes", 48)
    coder, _ = vqvae.train_vqvae(run, films, batch=4)
    assert run.done == 48 and (run.folder / "decoder.safetensors").exists()
    rows = run.log_rows()
    assert rows and float(rows[0]["top_perplexity"]) > 1
    import torch

    from bench_core.training.autoencoder import to_signal

    with torch.inference_mode():
        top, bottom = coder.codes(to_signal(films.images[:2], "cpu"))
    assert top.shape == (2, 16, 16) and bottom.shape == (2, 32, 32)
    again = Run("codes", 56, resume=True)
    vqvae.train_vqvae(again, films, batch=4)
    assert again.done == 56


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


def test_shares_and_head() -> None:
    """Two clusters of features with two findings each: the softmax learns even shares, and what is told apart."""
    labels = pd.DataFrame(0.0, index=range(40), columns=list(FINDINGS))
    labels.iloc[:20, [2, 5]] = 1
    labels.iloc[20:, [7]] = 1
    labels.iloc[0, 9] = -1
    target = finding_head.shares(labels)
    assert target[0].tolist() == [0.5 if i in (2, 5) else 0.0 for i in range(14)] and target[30, 7] == 1
    rng = np.random.default_rng(0)
    features = rng.normal(size=(40, 3)) * 0.1 + np.where(np.arange(40) < 20, 1, -1)[:, None]
    weight, bias = finding_head.fit_head(features, target, penalty=1e-6)
    logits = features @ weight.T + bias
    chance = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    assert np.allclose(chance[:20, [2, 5]], 0.5, atol=0.02) and np.all(chance[20:, 7] > 0.95)
    assert finding_head.measure(logits, labels) == pytest.approx({"Cardiomegaly": 1.0, "Edema": 1.0, "Pneumonia": 1.0})


def test_head_without_committed_features_is_an_error(folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bench_core import encoders
    from bench_core.errors import MissingWeights

    monkeypatch.setattr(encoders, "stored_features", lambda _: None)
    with pytest.raises(MissingWeights, match="committed features"):
        finding_head.write_head(folders / "head")
