"""Films to encode, and what is decoded of them."""

from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.data import ImageSet
from bench_core.store.workspace import Workspace
from tests.fakes import write_images


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
