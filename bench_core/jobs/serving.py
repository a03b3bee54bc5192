"""The app and its workers, one per device, started and stopped together."""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from bench_core.config import SITE, Config
from bench_core.engine.cluster.ray import look
from bench_core.errors import BenchError, InputError
from bench_core.jobs.processes import environment_of
from bench_core.store.image_folders import check_images

READY_SECONDS = 120.0
WARM_SECONDS = 60.0
STOP_SECONDS = 20.0
RESTART_SECONDS = 2.0


def serve(config: Config, stop: threading.Event, operator: str = "") -> None:
    """Starts a worker for each device and the pages, prints the address, and returns when `stop` is set.

    A worker that dies is started again.

    Args:
        operator: what an address carries to make a browser be whoever runs the site, who may stop and delete all runs.

    Raises:
        InputError: the port is taken.
        InputError, MissingPackage, StoreError: the configured engine is not there, or where images go cannot be used; see `look` and
            `check_images`.
        BenchError: the pages did not start, or ended by themselves.
    """
    _check_port(config)
    look(config)
    check_images(config.images)
    environment = environment_of(config)
    pages = [
        sys.executable, "-m", "streamlit", "run", str(SITE / "app.py"), "--server.address", config.host, "--server.port",
        str(config.port), "--server.headless", "true", "--browser.gatherUsageStats", "false",
        "--browser.serverAddress", _shown_host(config.host),  # else it asks an address outside for its own
    ]  # fmt: skip
    shown = _start(pages, environment)
    places = [{**environment, **variables} for variables in worker_variables(devices(config), os.cpu_count() or 1)]
    workers = [_start(_WORKER, place) for place in places]
    try:
        _await_pages(config, shown, stop)
        _warm(config, stop)
        if not stop.is_set():
            site = f"http://{_shown_host(config.host)}:{config.port}"
            print(f"TriadCXR is at {site}  (Ctrl-C ends it)", flush=True)
            if operator:
                print(f"As {config.user}, who may stop and delete everybody's runs: {site}/?{operator}", flush=True)
            if len(workers) > 1:
                print(f"{len(workers)} workers: {', '.join(place['BENCH_DEVICE'] for place in places)}", flush=True)
        while not stop.wait(0.5):
            if shown.poll() is not None:
                raise BenchError("The pages ended by themselves.", "The lines above say why.")
            for number, place in enumerate(places):
                if workers[number].poll() is not None:
                    print(f"serve: the worker on {place['BENCH_DEVICE']} ended; starting another", file=sys.stderr, flush=True)
                    stop.wait(RESTART_SECONDS)
                    workers[number] = _start(_WORKER, place)
    finally:
        _end([shown, *workers])


def devices(config: Config) -> list[str]:
    """The devices that get a worker each: those that are configured, or every GPU of this machine, or else the processor."""
    if config.device not in ("auto", "cuda"):
        return [part.strip() for part in config.device.split(",")]
    count = _gpu_count()
    return [f"cuda:{number}" for number in range(count)] or [config.device]


def worker_variables(devices: Sequence[str], cores: int) -> list[dict[str, str]]:
    """What the environment of each worker says: its device and, where several share the processor, its part of the threads."""
    on_cores = sum(not device.startswith("cuda") for device in devices)
    threads = {"OMP_NUM_THREADS": str(max(1, cores // on_cores))} if on_cores > 1 else {}
    return [{"BENCH_DEVICE": device, **({} if device.startswith("cuda") else threads)} for device in devices]


def _gpu_count() -> int:
    """Asked in a process of its own: whoever counts GPUs with torch holds some of their memory."""
    if shutil.which("nvidia-smi") is None and not Path("/proc/driver/nvidia").exists():
        return 0
    asked = subprocess.run(
        [sys.executable, "-c", "import torch; print(torch.cuda.device_count())"], capture_output=True, text=True, check=False
    )
    return int(asked.stdout) if asked.stdout.strip().isdigit() else 0


BEHIND_PAGES = 5
"""So much nicer a worker is than the pages: somebody waits for each of these."""
_WORKER = [sys.executable, "-m", "bench_core", "worker"]


def _start(command: list[str], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    # A session of its own: Ctrl-C reaches this process only, which then ends its children in order.
    child = subprocess.Popen(command, env=environment, cwd=SITE, start_new_session=True, preexec_fn=_DIE_TOGETHER)
    if command is _WORKER:
        os.setpriority(os.PRIO_PROCESS, child.pid, os.getpriority(os.PRIO_PROCESS, 0) + BEHIND_PAGES)  # before it has threads
    return child


def _die_together() -> Callable[[], None] | None:
    """For a child: asks Linux to end it when this process is killed and cannot do so itself; elsewhere there is no such wish."""
    if not sys.platform.startswith("linux"):
        return None
    wish = ctypes.CDLL(None).prctl  # found before the fork: little is safe after it
    return lambda: wish(PR_SET_PDEATHSIG, signal.SIGTERM)


PR_SET_PDEATHSIG = 1
_DIE_TOGETHER = _die_together()


def _end(children: list["subprocess.Popen[bytes]"]) -> None:
    for child in children:
        if child.poll() is None:
            child.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        try:
            child.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _warm(config: Config, stop: threading.Event) -> None:
    """Visits the pages once, so that the first visitor need not wait for their imports; whether that works does not matter."""
    url = f"http://{_shown_host(config.host)}:{config.port}"
    visit = subprocess.Popen(
        [sys.executable, "-m", "pages.components.frame.warm", url], cwd=SITE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + WARM_SECONDS
    while visit.poll() is None and time.monotonic() < deadline and not stop.wait(0.1):
        pass
    if visit.poll() is None:
        visit.kill()
        visit.wait()


def _check_port(config: Config) -> None:
    with socket.socket(socket.AF_INET6 if ":" in config.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise InputError(
                f"Port {config.port} on {config.host} cannot be used: {error.strerror}.", "Set BENCH_PORT to a free one."
            ) from None


def _shown_host(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


def _await_pages(config: Config, pages: "subprocess.Popen[bytes]", stop: threading.Event) -> None:
    url = f"http://{_shown_host(config.host)}:{config.port}/_stcore/health"
    deadline = time.monotonic() + READY_SECONDS
    while not stop.wait(0.2):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            pass
        if pages.poll() is not None or time.monotonic() > deadline:
            raise BenchError("The pages did not start.", "The lines above say why.")
