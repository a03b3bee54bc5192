"""Packed scripts: kept by key, and gone when no server has asked for them for a month."""

import os
import time
from pathlib import Path

from bench_core.store.packed import UNUSED, PackedStore


def test_what_is_asked_for_stays_and_the_rest_goes(tmp_path: Path) -> None:
    store = PackedStore(tmp_path)
    assert store.get("a") is None
    store.put("a", b"one")
    store.put("b", b"three")
    assert (store.get("a"), store.bytes(), store.sweep()) == (b"one", 8, 0)
    for key in "ab":
        os.utime(tmp_path / key, (0, time.time() - UNUSED - 60))
    assert store.get("a") == b"one"  # which says that it is in use
    assert store.sweep() == 1
    assert (store.get("a"), store.get("b")) == (b"one", None)
