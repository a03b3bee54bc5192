"""Worker processes: kill -9 and going on, handing over, ending on request."""

import signal
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request
from tests.jobs.started import WAIT, until


def made(tmp_path: Path) -> list[int]:
    log = tmp_path / "made.log"
    return [int(line) for line in log.read_text().split()] if log.exists() else []


def test_a_killed_workers_run_goes_on(workspace: Workspace, start, tmp_path: Path):
    run_id = api.submit(request("set", prompts=10, count=1, batch_size=2, delay=0.1))
    first = start()
    until(lambda: api.run(run_id).done >= 4)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert api.run(run_id).status == "running"
    assert not api.worker_alive()
    kept = len(api.find_set("set"))
    assert kept >= 4
    start()
    until(lambda: api.run(run_id).status == "done")
    images = api.find_set("set")
    assert list(images.table["seed"]) == list(range(5, 15))
    assert images.table["image_id"].is_unique
    assert len(list(images.root.iterdir())) == 10
    again = len(made(tmp_path)) - len(set(made(tmp_path)))
    assert again <= 2, "more than one batch was computed again"


def test_a_killed_workers_run_goes_on_below_a_url(workspace: Workspace, start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "bucket").mkdir()
    monkeypatch.setenv("BENCH_IMAGES", f"file://{tmp_path}/bucket")
    run_id = api.submit(request("set", prompts=10, count=1, batch_size=2, delay=0.1))
    first = start()
    until(lambda: api.run(run_id).done >= 4)
    first.send_signal(signal.SIGKILL)
    first.wait()
    monkeypatch.delenv("BENCH_IMAGES")  # it goes on where it was begun
    start()
    until(lambda: api.run(run_id).status == "done")
    images = api.find_set("set")
    assert list(images.table["seed"]) == list(range(5, 15))
    assert list(images.root.iterdir()) == []
    assert sorted(path.name for path in (tmp_path / "bucket" / images.id).iterdir()) == [f"{row:06d}.png" for row in range(10)]
    settings = fakes.TinySettings(delay=0.1)
    for row in range(10):
        np.testing.assert_array_equal(images.read(row), fakes.picture(f"prompt {row}", 5 + row, settings))
    assert len(made(tmp_path)) - len(set(made(tmp_path))) <= 2, "more than one batch was computed again"


def test_a_worker_that_is_told_to_end_hands_its_run_back(workspace: Workspace, start):
    run_id = api.submit(request("set", prompts=10, count=1, batch_size=2, delay=0.1))
    worker = start()
    until(lambda: api.run(run_id).done >= 2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(WAIT) == 0
    assert api.run(run_id).status == "queued"
    assert not api.worker_alive()
    assert api.wait(run_id).status == "done"
    assert len(api.find_set("set")) == 10


def test_two_runs_that_make_one_set_share_it(workspace: Workspace, start, tmp_path: Path):
    ids = [api.submit(request(name, prompts=6, count=1, batch_size=1, delay=0.03)) for name in ("one", "two")]
    start()
    start()
    until(lambda: all(api.run(i).status == "done" for i in ids))
    assert sorted(made(tmp_path)) == list(range(5, 11))
    assert set(api.sets()["name"]) == {"one", "two"}


def test_a_worker_that_starts_leaves_the_cards_alone_that_another_reads(workspace: Workspace):
    """`worker_process` wrote them anew: they were empty for a moment, and the run of whoever read them then failed."""
    cards = workspace.config.cards
    assert cards is not None
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in cards.rglob("*.toml")}
    fakes.install(cards)
    assert {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in cards.rglob("*.toml")} == before
