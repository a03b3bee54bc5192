"""Several encoders over one set: one pass over the files, and nothing that was encoded is lost."""

import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core import api
from bench_core.data import ImageSet
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.decode import Readers
from bench_core.engine.encoding.encode import encode_images
from bench_core.engine.encoding.views import Job, View
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import BenchError, ImageUnreadable
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder, write_images


@pytest.fixture
def films(workspace: Workspace, tmp_path: Path) -> ImageSet:
    """Forty films and two encoders."""
    text = (tmp_path / "cards" / "encoders" / "tiny-pixels.toml").read_text()
    (tmp_path / "cards" / "encoders" / "tiny-more.toml").write_text(text + "image_size = 8\n")
    write_images(tmp_path / "films", 40)
    api.import_images("films", tmp_path / "films", None, "synthetic")
    return workspace.sets.open("films")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Rows that are decoded."""
    rows: list[int] = []
    plain = ImageSet.read

    def read(self: ImageSet, row: int) -> np.ndarray:
        rows.append(row)
        return plain(self, row)

    monkeypatch.setattr(ImageSet, "read", read)
    return rows


def test_each_image_is_decoded_once_for_all_encoders(workspace: Workspace, films: ImageSet, reads: list[int]) -> None:
    cards = [encoder_card(workspace.config, name) for name in ("tiny-pixels", "tiny-more")]
    models, tally = Models(workspace.config), Tally()
    encode_images(workspace, models, films.take(range(10)), cards[:1])
    assert len(reads) == 10
    reads.clear()
    before = TinyEncoder.calls
    encode_images(workspace, models, films, cards, tally)
    assert sorted(reads) == list(range(40)) and TinyEncoder.calls - before == 30 + 40 == tally.done
    digests = films.table["digest"].tolist()
    one, two = (workspace.features.read(card_key(card), digests) for card in cards)
    alone = TinyEncoder(cards[0], device="cpu").encode([films.read(row) for row in range(40)])
    assert np.array_equal(one, two) and np.array_equal(one, alone)
    reads.clear()
    encode_images(workspace, models, films, cards)
    assert reads == []


def test_what_was_encoded_is_kept_when_an_encoder_fails(
    workspace: Workspace, films: ImageSet, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    card = encoder_card(workspace.config, "tiny-pixels")
    plain = TinyEncoder.encode

    def breaks(self: TinyEncoder, images: list[np.ndarray]) -> np.ndarray:
        if len(images) < 32:
            raise BenchError("The second batch fails.")
        return plain(self, images)

    monkeypatch.setattr(TinyEncoder, "encode", breaks)
    with pytest.raises(BenchError, match="second batch"):
        encode_images(workspace, Models(workspace.config), films, [card])
    assert len(workspace.features.missing(card_key(card), films.table["digest"].tolist())) == 8
    monkeypatch.setattr(TinyEncoder, "encode", plain)
    reads.clear()
    encode_images(workspace, Models(workspace.config), films, [card])
    assert sorted(reads) == list(range(32, 40))


@pytest.fixture
def batches(films: ImageSet) -> Iterator[Generator[tuple[list[int], list[np.ndarray]], None, None]]:
    """Batches of eight rows and their pixels, as readers without a device's configuration make them."""
    asks = [(row, (0,)) for row in range(40)]
    parts = [asks[start : start + 8] for start in range(0, 40, 8)]
    with Readers() as readers:
        job = Job.of(films, [View()])
        yield readers.ahead(job, parts, lambda part, views: ([row for row, _ in part], [pixels for (pixels,) in views]))


def test_the_next_batch_is_decoded_while_this_one_is_encoded(films: ImageSet, reads: list[int], batches: Any) -> None:
    seen, pixels = next(batches)
    assert seen == list(range(8))
    end = time.monotonic() + 120
    while len(reads) < 16 and time.monotonic() < end:
        time.sleep(0.005)
    assert sorted(reads) == list(range(16)), "one batch ahead, and no more"
    batches.close()
    assert len(reads) == 16
    assert np.array_equal(pixels[3], films.read(3))


def test_an_image_that_cannot_be_read_is_named_in_its_batch(films: ImageSet, batches: Any) -> None:
    films.path(20).write_bytes(b"no image")
    assert [rows[0] for rows, _ in (next(batches), next(batches))] == [0, 8]
    with pytest.raises(ImageUnreadable, match="film_"):
        next(batches)
