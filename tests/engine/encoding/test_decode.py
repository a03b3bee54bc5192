"""Batches are decoded ahead of the encoder, on threads or in processes."""

import os
import time
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from bench_core.config import Config
from bench_core.data import ImageSet
from bench_core.engine.encoding.decode import MANY, Readers
from bench_core.engine.encoding.views import ReadingTask, View
from bench_core.errors import ImageUnreadable


@pytest.fixture
def batches(films: ImageSet) -> Iterator[Generator[tuple[list[int], list[np.ndarray]], None, None]]:
    """Batches of eight rows and their pixels, as readers without a device's configuration make them."""
    asks = [(row, (0,)) for row in range(40)]
    parts = [asks[start : start + 8] for start in range(0, 40, 8)]
    with Readers() as readers:
        job = ReadingTask.of(films, [View()])
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


@pytest.mark.parametrize(
    ("readers", "device", "cores", "gpus", "images", "wanted"),
    [
        (0, "cuda", 16, 1, MANY, 15),
        (0, "cuda:1", 16, 2, MANY, 7),
        (0, "cuda", 64, 1, MANY, 16),
        (0, "cuda", 4, 8, MANY, 2),
        (0, "cuda", 3, 1, MANY, 0),
        (0, "cuda", 16, 1, MANY - 1, 0),
        (0, "cpu", 16, 0, MANY, 0),
        (1, "cuda", 16, 1, MANY, 0),
        (5, "cpu", 2, 0, MANY, 5),
        (5, "cpu", 2, 0, MANY - 1, 0),
    ],
)
def test_how_many_processes_read(
    monkeypatch: pytest.MonkeyPatch, readers: int, device: str, cores: int, gpus: int, images: int, wanted: int
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    films = ImageSet("id", "films", "real", Path("films"), pd.DataFrame())
    with Readers(Config(Path("home"), "", device=device, readers=readers)) as found:
        assert found.processes(films, images) == wanted
        assert found.processes(replace(films, render=lambda _: np.zeros((4, 4), np.uint8)), images) == 0
