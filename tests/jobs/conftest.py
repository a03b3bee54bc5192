"""Tests of the queue run on SQLite and on PostgreSQL, except those that take too long for a second time: worker processes, the study."""

import os
import subprocess
import sys
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from bench_core import api, phantom
from bench_core.config import PROJECT
from bench_core.jobs import demo, demo_sets
from bench_core.store.workspace import Workspace
from bench_core.training import demo_images
from tests.fakes import SIDE, install


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = set(metafunc.fixturenames)
    if "workspace" in names and not {"start", "small"} & names:
        metafunc.parametrize("workspace", ("sqlite", "postgresql"), indirect=True)


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


FILMS = {"phantom-train": ("train", 11, 24), "phantom-real": ("real", 12, 20)}


def quick_film(image_id: str) -> SimpleNamespace:
    """Stands in for the renderer, which has tests of its own."""
    return SimpleNamespace(image=np.random.default_rng(zlib.crc32(image_id.encode())).integers(0, 256, (SIDE, SIDE)).astype(np.uint8))


@pytest.fixture
def small(workspace: Workspace, monkeypatch) -> Workspace:
    """Twenty films, four reports, an encoder of 16 numbers, and committed images of one learned generator only."""
    cards = workspace.config.cards
    assert cards is not None
    install(cards)
    (cards / "encoders" / "phantom-eye.toml").write_text('title = "Tiny"\nbackend = "tiny"\n')
    for name in ("phantom-gan", "phantom-vae"):
        (cards / "generators" / f"{name}.toml").write_text('title = "Tiny"\nbackend = "tiny"\n')
    monkeypatch.setattr(demo, "COHORTS", FILMS)
    prompts = [api.PromptSpec(text=f"report {i}", labels={"Edema": i % 2}) for i in range(4)]
    monkeypatch.setattr(demo_images, "prompts", lambda: prompts)
    images = [np.full((SIDE, SIDE), i, np.uint8) for i in range(8)]
    monkeypatch.setattr(demo_images, "images", lambda name: images if name == "phantom-gan" else None)
    monkeypatch.setattr(phantom, "render", quick_film)
    for module in (demo, demo_sets):
        monkeypatch.setattr(module, "LEARNED", ("phantom-gan", "phantom-vae"))
        monkeypatch.setattr(module, "WEIGHTLESS", ("copycat",))
    return workspace
