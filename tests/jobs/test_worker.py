"""Workers: atomic claims, kill -9 and resume, handing over, ending on request."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from bench_core import api
from bench_core.config import PROJECT
from bench_core.errors import InputError
from bench_core.store import tables
from bench_core.store import workers as workers_module
from bench_core.store.claims import MOST_ATTEMPTS, LostRun
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request

WAIT = 240.0


@pytest.fixture
def start(workspace: Workspace, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen]]:
    """Starts worker processes; kills what is left of them at the end."""
    started: list[subprocess.Popen] = []

    def run() -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.jobs.worker_process", str(workspace.config.home), str(workspace.config.cards)]
        command.append(workspace.config.database_url)
        environment = {**os.environ, "TINY_LOG": str(tmp_path / "made.log")}
        started.append(subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for number, process in enumerate(started):
        process.kill()
        print(f"worker {number} said:\n{process.communicate()[1]}")  # shown where the test failed


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT
    while not condition():
        failed = (api.runs(50)["status"] == "failed").any()  # no test here waits for that
        if failed or time.monotonic() > end:
            said = [(run.name, run.status, run.done, run.message, run.error) for run in map(api.run, api.runs(50)["id"])]
            pytest.fail(f"waited in vain; runs: {said}, workers: {api.workers().to_dict('records')}")
        time.sleep(0.05)


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


def test_a_waiting_process_leaves_the_work_to_a_worker(workspace: Workspace, start):
    start()
    until(api.worker_alive)
    fakes.made.clear()
    assert api.wait(api.submit(request())).status == "done"
    assert fakes.made == []


def test_a_waiting_process_takes_over_when_the_worker_dies(workspace: Workspace, start):
    worker = start()
    until(api.worker_alive)
    run_id = api.submit(request("set", prompts=8, count=1, batch_size=1, delay=0.1))
    fakes.made.clear()

    def kill(run: api.Run) -> None:
        if run.done >= 2:
            worker.kill()
            worker.wait()

    assert api.wait(run_id, kill).status == "done"
    assert 0 < len(fakes.made) < 8


def test_each_run_is_claimed_once(workspace: Workspace):
    ids = {api.submit(request(f"set {i}", seed=i)) for i in range(12)}
    claimed: list[str] = []

    def take() -> None:
        worker = workspace.runs.enlist()
        while run_id := workspace.runs.claim(worker):
            claimed.append(run_id)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(claimed) == sorted(ids)


def test_higher_priority_first_then_the_order_of_asking(workspace: Workspace):
    later = [api.submit(request(f"set {i}", seed=i), priority=0) for i in range(3)]
    urgent = api.submit(request("urgent", seed=9), priority=5)
    worker = workspace.runs.enlist()
    assert [workspace.runs.claim(worker) for _ in range(5)] == [urgent, *later, None]


def test_a_silent_worker_is_taken_for_dead_and_may_write_no_more(workspace: Workspace, monkeypatch):
    run_id = api.submit(request())
    silent, fresh = workspace.runs.enlist(), workspace.runs.enlist()
    assert workspace.runs.claim(silent) == run_id
    assert workspace.runs.claim(fresh) is None
    with workspace.database.write() as connection:
        old = time.time() - 2 * workers_module.SILENT_SECONDS
        connection.execute(update(tables.workers).where(tables.workers.c.id == silent).values(heartbeat=old))
    assert workspace.runs.claim(fresh) == run_id
    with pytest.raises(LostRun):
        workspace.runs.report(run_id, silent, done=1)
    workspace.runs.report(run_id, fresh, done=1)


def test_a_worker_that_was_silent_takes_nothing_that_is_taken_from_it_again(workspace: Workspace):
    """As where the database was away for all: the first that comes back takes the others for dead."""
    runs = [api.submit(request(name, seed=seed)) for name, seed in (("one", 5), ("two", 50))]
    first, second = workspace.runs.enlist(), workspace.runs.enlist()
    with workspace.database.write() as connection:
        connection.execute(update(tables.workers).values(heartbeat=time.time() - 2 * workers_module.SILENT_SECONDS))
    assert workspace.runs.claim(first) == runs[0]
    assert workspace.runs.claim(second) is None  # not on the list
    workspace.runs.beat(second)
    assert workspace.runs.claim(second) == runs[1]
    third = workspace.runs.enlist()
    assert workspace.runs.claim(third) is None
    for worker, run_id in zip((first, second), runs, strict=True):
        workspace.runs.report(run_id, worker, done=1)
    assert [workspace.runs.get(run_id)["attempts"] for run_id in runs] == [0, 0]


def test_a_run_that_kills_its_workers_is_not_taken_up_for_ever(workspace: Workspace):
    run_id = api.submit(request())
    for _ in range(MOST_ATTEMPTS):
        worker = workspace.runs.enlist()
        assert workspace.runs.claim(worker) == run_id
        with workspace.database.write() as connection:
            connection.execute(update(tables.workers).where(tables.workers.c.id == worker).values(heartbeat=0.0))
    assert workspace.runs.claim(workspace.runs.enlist()) is None
    run = api.run(run_id)
    assert run.status == "failed"
    assert "workers died" in run.error


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


def test_a_worker_that_starts_leaves_previews_of_running_runs_alone(workspace: Workspace):
    running, queued = api.submit(request("one")), api.submit(request("two", seed=50))
    assert workspace.runs.claim(workspace.runs.enlist()) == running
    kept, gone = workspace.runs.preview_path(running), workspace.runs.preview_path(queued)
    for path in (kept, gone):
        for name in (path.name, f".{path.stem}.0123.png"):  # written whole, then moved
            path.with_name(name).write_bytes(b"")
    workspace.runs.clear_previews()
    assert {path.name for path in kept.parent.iterdir()} == {kept.name, f".{kept.stem}.0123.png"}


def test_runs_are_listed_and_deleted(workspace: Workspace):
    run_id = api.submit(request())
    worker = workspace.runs.enlist()
    workspace.runs.claim(worker)
    with pytest.raises(InputError, match="is running"):
        api.delete_run(run_id)
    workspace.runs.dismiss(worker)
    api.wait(run_id)
    row = api.runs().iloc[0]
    assert (row["id"], row["status"], row["progress"], row["name"]) == (run_id, "done", 1.0, "set")
    assert row["seconds"] > 0
    api.delete_run("set")
    assert len(api.runs()) == 0
    assert len(api.find_set("set")) == 4


def test_data_version_changes_with_the_data(workspace: Workspace):
    seen = [api.data_version()]
    for act in (lambda: api.wait(api.submit(request())), lambda: api.delete_run("set"), lambda: api.delete_set("set")):
        act()
        seen.append(api.data_version())
        assert seen[-1] == api.data_version()
        assert seen[-1] != seen[-2]
