"""A folder of images."""

from pathlib import Path

import pytest

from tests.fakes import write_images


@pytest.fixture
def images(tmp_path: Path) -> Path:
    write_images(tmp_path / "images", 4)
    return tmp_path / "images"
