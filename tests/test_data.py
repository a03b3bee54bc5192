"""The types that run through the engine: content keys, image files as 8-bit grey, parts of sets."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core.data import ImageSet, content_key, file_digest, read_grey
from bench_core.errors import ImageUnreadable, StoreError


def test_content_keys_follow_content_and_not_the_order_of_fields() -> None:
    assert content_key("a", {"x": 1, "y": 2}) == content_key("a", {"y": 2, "x": 1}) != content_key("a", {"x": 2, "y": 2})
    assert content_key("a", "b") != content_key("ab")
    assert len(content_key()) == 16


def test_sixteen_bits_keep_their_range_and_colour_becomes_grey(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 257, 65535]], np.uint16)).save(tmp_path / "deep.png")
    assert read_grey(tmp_path / "deep.png").tolist() == [[0, 1, 255]]
    Image.fromarray(np.full((1, 1, 3), 7, np.uint8)).save(tmp_path / "colour.png")
    assert read_grey(tmp_path / "colour.png").tolist() == [[7]]


def images(folder: Path, **more: object) -> ImageSet:
    table = pd.DataFrame({"image_id": ["a", "b"], "path": ["a.png", "b.png"], "digest": ["1", "2"], "Edema": [1, None]})
    for name, value in (("a", 10), ("b", 20)):
        Image.fromarray(np.full((4, 4), value, np.uint8)).save(folder / f"{name}.png")
    return ImageSet("id", "films", "real", folder, table, **more)  # type: ignore[arg-type]


def test_a_part_of_a_set_has_its_rows_and_an_id_of_its_own(tmp_path: Path) -> None:
    whole = images(tmp_path)
    part = whole.take([1])
    assert [int(i[0, 0]) for i in part.images()] == [20] and part.rows_by_id == {"b": 0}
    assert len({whole.id, part.id, whole.take([0]).id}) == 3 and part.id == whole.take(np.array([1])).id
    assert whole.labels("Edema")[0] == 1 and np.isnan(whole.labels("Edema")[1]) and np.isnan(whole.labels("Fracture")).all()


def test_files_that_are_gone_changed_or_broken_are_named(tmp_path: Path) -> None:
    films = images(tmp_path)
    (tmp_path / "a.png").write_bytes(b"\x89PNG nothing")
    with pytest.raises(ImageUnreadable, match="'a' of set 'films'"):
        films.read(0)
    (tmp_path / "a.png").unlink()
    with pytest.raises(StoreError, match="is gone"):
        films.read(0)
    found = (tmp_path / "b.png").stat()
    films.table["digest"] = ["1", file_digest(tmp_path, "b.png", found.st_size, found.st_mtime_ns)]
    assert films.read(1)[0, 0] == 20
    films.table.loc[1, "digest"] = file_digest(tmp_path, "b.png", found.st_size + 1, found.st_mtime_ns)
    with pytest.raises(StoreError, match="has changed"):
        films.read(1)


def test_an_image_is_rendered_once_when_it_is_first_read(tmp_path: Path) -> None:
    asked: list[str] = []
    films = images(tmp_path, render=lambda image_id: (asked.append(image_id), np.full((4, 4), 9, np.uint8))[1])
    (tmp_path / "b.png").unlink()
    assert [int(films.read(1)[0, 0]) for _ in range(2)] == [9, 9] and asked == ["b"]
    assert not list(tmp_path.glob(".*"))
