"""Plug-ins are found by looking: those that a module defines, not those that it imports."""

from pathlib import Path

import pytest

from bench_core.registry.plugins import plugins_in


def test_marked_objects_are_found_where_they_are_defined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    room = tmp_path / "made_up_plugins" / "room"
    room.mkdir(parents=True)
    (room.parent / "__init__.py").write_text("")
    (room / "__init__.py").write_text("")
    (room / "one.py").write_text("def first():\n    pass\n\n\nfirst.plugin = 1\n\n\ndef unmarked():\n    pass\n")
    (room.parent / "two.py").write_text("from made_up_plugins.room.one import first\n\n\nclass Second:\n    plugin = 2\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert sorted(found.plugin for found in plugins_in("made_up_plugins")) == [1, 2]
