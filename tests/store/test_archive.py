"""An archive is read back as it was written."""

from pathlib import Path

import numpy as np
import pandas as pd

from bench_core.store.archive import Archive, RunRecord
from bench_core.store.derived import Entry


def test_what_was_written_is_read(tmp_path: Path):
    rows = [
        {"step_key": "s", "metric": "recall", "value": 0.5, "null_value": None, "n_real": 3, "settings": "{}", "message": ""},
        {"step_key": "s", "metric": "coverage", "value": None, "null_value": None, "n_real": None, "settings": "{}", "message": "few"},
    ]
    draws = [pd.DataFrame({"recall": np.arange(4) / 3}), pd.DataFrame({"coverage": np.arange(4) / 7, "recall": 1.0})]
    near = pd.DataFrame({"image_id": ["0", "1"], "rank": [1, 2], "ratio": np.float32([0.1, np.nan])})
    entries = [
        Entry("v", "null", ("a", "b"), {"null": 0.1}), Entry("n", "neighbours", ("a", "b"), near),
        Entry("d1", "draws", ("a",), draws[0]), Entry("d2", "draws", ("b",), draws[1]),
        Entry("d3", "draws", ("b",), pd.DataFrame()), Entry("d4", "draws", ("b",), draws[0].assign(coverage=np.nan)),
    ]  # fmt: skip
    features = {"eye": (["x", "y"], np.array([[0.5, -2.0], [0.25, 3.0]], np.float32))}
    works = {"w": RunRecord(12.5, "2 numbers", rows), "m": RunRecord(1.0, "9 points")}
    size = Archive({"a": ["x", "y"]}, works, entries, {"128/ab/abc.webp": b"picture"}, ["recall"], features).write(tmp_path / "made")
    assert size == sum(p.stat().st_size for p in (tmp_path / "made").iterdir())
    found = Archive.read(tmp_path / "made")
    assert found.digests == {"a": ["x", "y"]}
    assert found.works == works
    assert found.metrics == ["recall"]
    assert list(found.features) == ["eye"] and found.features["eye"][0] == ["x", "y"]
    np.testing.assert_array_equal(found.features["eye"][1], features["eye"][1])
    assert found.thumbnails == {"128/ab/abc.webp": b"picture"}
    contents = {entry.key: entry for entry in found.entries}
    assert contents["v"] == entries[0]
    for entry in entries[1:]:
        assert contents[entry.key][:3] == entry[:3]
        pd.testing.assert_frame_equal(
            contents[entry.key].content, entry.content, check_like=True, check_column_type=False, check_index_type=False
        )


def test_where_there_is_none_it_is_empty(tmp_path: Path):
    assert Archive.read(tmp_path) == Archive()
