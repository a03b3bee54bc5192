"""Other processes of the program work on the same workspace: the environment that they get says so."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench_core.config import Config
from bench_core.jobs.processes import environment_of


def test_another_process_reads_the_same_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BENCH_DEVICE", "cuda")
    monkeypatch.setenv("KEPT", "as it was")
    monkeypatch.delenv("BENCH_CARDS", raising=False)
    (tmp_path / "cards").mkdir()
    mine = replace(
        Config.from_environment({"BENCH_HOME": str(tmp_path)}), device="cpu", cards=tmp_path / "cards", images="file:///mnt/films"
    )
    environment = environment_of(mine)
    again = Config.from_environment(environment)
    for name in ("home", "database_url", "device", "cards", "engine", "ray_address", "images"):
        assert getattr(again, name) == getattr(mine, name), name
    assert environment["KEPT"] == "as it was"
    assert "BENCH_CARDS" not in environment_of(replace(mine, cards=None))
