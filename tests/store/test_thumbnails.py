"""Thumbnails: made once, never enlarged, forgotten by content."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core.data import ImageSet
from bench_core.errors import InputError
from bench_core.store.thumbnails import ThumbnailStore


@pytest.fixture
def films(tmp_path: Path) -> ImageSet:
    for name, shape in (("a", (40, 80)), ("b", (20, 10))):
        Image.fromarray(np.full(shape, 90, np.uint8)).save(tmp_path / f"{name}.png")
    return ImageSet(
        "id", "films", "real", tmp_path, pd.DataFrame({"image_id": ["a", "b"], "path": ["a.png", "b.png"], "digest": ["../1", "2"]})
    )


def size(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def test_the_aspect_is_kept_and_nothing_is_enlarged(films: ImageSet, tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "small")
    assert size(store.get(films, 0, 20)) == (20, 10)
    assert size(store.get(films, 1, 64)) == (10, 20)


def test_one_is_made_once_and_forgotten_by_its_digest(films: ImageSet, tmp_path: Path) -> None:
    store = ThumbnailStore(tmp_path / "small")
    first, _ = store.get(films, 0, 20), store.get(films, 1, 20)
    (tmp_path / "a.png").unlink()
    assert store.get(films, 0, 20) == first
    assert store.bytes() > 0 and all(path.is_relative_to(store.folder) for path in tmp_path.rglob("*.webp"))
    store.forget(["../1"])
    assert len(list(store.folder.rglob("*.webp"))) == 1


@pytest.mark.parametrize("side", [0, 15, 1025])
def test_sizes_beyond_the_range_are_refused(films: ImageSet, tmp_path: Path, side: int) -> None:
    with pytest.raises(InputError, match=f"{side} pixels"):
        ThumbnailStore(tmp_path / "small").get(films, 0, side)
