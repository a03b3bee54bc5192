"""Digests of the files that decide what a model makes."""

import hashlib
from pathlib import Path

import pytest

from bench_core.cards import digests
from bench_core.cards.digests import digest_folder


def test_large_files_are_digested_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "w.safetensors"
    content = bytearray(b"0123456789abcdef" * 2**15)  # 512 KiB
    file.write_bytes(content)
    assert digest_folder(tmp_path) == [["w.safetensors", hashlib.sha256(content).hexdigest()]]
    monkeypatch.setattr(digests, "LARGE", 2**17)
    first = digest_folder(tmp_path)
    for place in (0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert digest_folder(tmp_path) != first
