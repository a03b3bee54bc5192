"""Worker processes: kill -9 and going on, handing over, ending on request."""

import errno
import signal
import threading
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import StoreUnavailable
from bench_core.jobs import worker
from bench_core.store.claims import Claims
from bench_core.store.image_folders import LocalFolder
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


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "AGAIN_SECONDS", 0.01)


def outages(monkeypatch: pytest.MonkeyPatch, owner: type, name: str, times: int, error: Exception) -> list[int]:
    """Makes a method fail so often, and then work again."""
    real, failed = getattr(owner, name), []

    def sometimes(*args: object, **more: object) -> object:
        if len(failed) < times:
            failed.append(1)
            raise error
        return real(*args, **more)

    monkeypatch.setattr(owner, name, sometimes)
    return failed


AWAY = StoreUnavailable("The database cannot be used now.", "Start the server.")


@pytest.mark.parametrize("method", ["claim", "report", "end"])
def test_a_worker_outlives_a_database_that_is_away(workspace: Workspace, monkeypatch, at_once, capsys, method: str):
    """Also where it cannot give back what it holds: it finds that again when the database is back."""
    run_id = api.submit(request("set", prompts=4, count=1, batch_size=2))
    failed = outages(monkeypatch, Claims, method, 2, AWAY)
    given = outages(monkeypatch, Claims, "give_back", 1, AWAY) if method == "report" else []
    worker.work(workspace, threading.Event(), until_idle=True)
    assert api.run(run_id).status == "done"
    assert list(api.find_set("set").table["seed"]) == [5, 6, 7, 8]
    assert len(failed) == 2 and (method != "report" or len(given) == 1)
    assert "Trying again" in capsys.readouterr().err


def test_a_full_disk_is_tried_again_and_then_ends_the_run_alone(workspace: Workspace, monkeypatch, at_once):
    full = OSError(errno.ENOSPC, "No space left on device")
    run_id = api.submit(request("set", prompts=2, count=1))
    failed = outages(monkeypatch, LocalFolder, "write", 2, full)
    worker.work(workspace, threading.Event(), until_idle=True)
    assert api.run(run_id).status == "done" and len(failed) == 2
    run_id = api.submit(request("other", prompts=2, count=1, seed=50))
    outages(monkeypatch, LocalFolder, "write", 100, full)
    worker.work(workspace, threading.Event(), until_idle=True)
    run = api.run(run_id)
    assert run.status == "failed" and "No space left" in run.error and "Make room" in run.hint
