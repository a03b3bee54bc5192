"""Features are stored once per image content and encoder."""

import numpy as np
import pytest

from bench_core.errors import StoreError
from bench_core.store.features import FeatureStore


@pytest.fixture
def store(tmp_path):
    return FeatureStore(tmp_path / "features")


def test_rows_come_back_in_the_order_asked_for(store):
    store.write("e", ["a", "b"], np.array([[1.0, 2], [3, 4]]))
    store.write("e", ["c"], np.array([[5.0, 6]], np.float16))
    assert store.read("e", ["c", "a", "c"]).tolist() == [[5, 6], [1, 2], [5, 6]]
    assert store.read("e", ["c"]).dtype == np.float32


def test_what_is_there_is_not_written_again(store):
    store.write("e", ["a"], np.array([[1.0]]))
    store.write("e", ["a", "b"], np.array([[9.0], [2.0]]))
    assert store.read("e", ["a", "b"]).tolist() == [[1], [2]]
    assert store.missing("e", ["b", "x", "x", "a"]) == ["x"]
    assert store.missing("other", ["a"]) == ["a"]


def test_another_process_sees_new_shards(store):
    other = FeatureStore(store.folder)
    assert other.missing("e", ["a"]) == ["a"]
    store.write("e", ["a"], np.array([[1.0]]))
    assert other.missing("e", ["a"]) == []


def test_forgetting_keeps_the_rest(store):
    store.write("e", ["a", "b"], np.array([[1.0], [2.0]]))
    store.write("e", ["c"], np.array([[3.0]]))
    before = store.bytes()
    store.forget({"b", "c"})
    assert store.read("e", ["a"]).tolist() == [[1]]
    assert store.missing("e", ["a", "b", "c"]) == ["b", "c"]
    assert store.bytes() < before


def test_missing_and_infinite_are_errors(store):
    with pytest.raises(StoreError, match="2 images"):
        store.read("e", ["a", "b"])
    with pytest.raises(StoreError, match="not finite"):
        store.write("e", ["a"], np.array([[np.nan]]))


def test_nothing_is_unpickled(store):
    store.write("e", ["a"], np.array([[1.0]]))
    shard = next(store.folder.glob("e/*.npy"))
    np.save(shard, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="Python objects"):
        store.read("e", ["a"])
