"""The processes of `serve` end together, and when they are told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench_core.config import PROJECT, Config
from bench_core.errors import InputError
from bench_core.jobs import serving

_PARENT = """
import os, sys, time
from bench_core.jobs.serving import _start
child = _start([sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"], dict(os.environ))
print(child.pid, flush=True)
time.sleep(60)
"""


def _alive(pid: int) -> bool:
    try:
        with Path(f"/proc/{pid}/stat").open() as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a wish that only Linux grants")
def test_a_killed_parent_takes_its_children_along() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    lines = {parent.stdout.readline().strip() for _ in range(2)}
    assert "up" in lines
    child = int((lines - {"up"}).pop())
    assert _alive(child)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 120
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _alive(child)


_WAITING = """
import os
from bench_core.jobs.worker import stop_on_signals
stop = stop_on_signals()
print("up", flush=True)
while not stop.wait(0.0001):
    pass
os._exit(0)  # at once: while an interpreter shuts down, the last of the signals would meet no handler
"""


def test_many_signals_at_once_end_a_process_all_the_same() -> None:
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", _WAITING], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None and process.stdout.readline().strip() == "up"
        for _ in range(300):
            process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0


def test_a_worker_a_device(monkeypatch, tmp_path: Path):
    def config(device: str) -> Config:
        return Config.from_environment({"BENCH_HOME": str(tmp_path), "BENCH_DEVICE": device})

    monkeypatch.setattr(serving, "_gpu_count", lambda: 2)
    assert serving.devices(config("auto")) == ["cuda:0", "cuda:1"]
    assert serving.devices(config("cuda:1")) == ["cuda:1"]
    assert serving.devices(config("cuda:0, cpu")) == ["cuda:0", "cpu"]
    monkeypatch.setattr(serving, "_gpu_count", lambda: 0)
    assert serving.devices(config("auto")) == ["auto"]
    two = serving.worker_variables(["cpu", "cpu"], cores=4)
    assert two == [{"BENCH_DEVICE": "cpu", "OMP_NUM_THREADS": "2"}] * 2
    assert serving.worker_variables(["cuda:0", "cuda:1"], cores=4) == [{"BENCH_DEVICE": "cuda:0"}, {"BENCH_DEVICE": "cuda:1"}]
    with pytest.raises(InputError, match="BENCH_DEVICE is 'cuda:0,tpu'"):
        config("cuda:0,tpu")
    with pytest.raises(InputError, match="BENCH_QUOTA_RUNS is '-1'"):
        Config.from_environment({"BENCH_QUOTA_RUNS": "-1"})


def test_a_worker_gives_way_to_the_pages(monkeypatch):
    monkeypatch.setattr(serving, "_WORKER", [sys.executable, "-c", "import time; time.sleep(60)"])
    worker, pages = serving._start(serving._WORKER, dict(os.environ)), serving._start([*serving._WORKER], dict(os.environ))
    try:
        mine = os.getpriority(os.PRIO_PROCESS, 0)
        assert os.getpriority(os.PRIO_PROCESS, worker.pid) == min(19, mine + serving.BEHIND_PAGES)
        assert os.getpriority(os.PRIO_PROCESS, pages.pid) == mine
    finally:
        serving._end([worker, pages])
