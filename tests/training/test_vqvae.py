"""The VQ-VAE: its codebook, its loop."""

from pathlib import Path

import pytest

from bench_core.training import vqvae
from bench_core.training.films import Films
from bench_core.training.recipe import Run


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
