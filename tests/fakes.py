"""A 16 x 16 generator and an encoder of 16 numbers, for tests of everything around models."""

import hashlib
import os
import tempfile
import time
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from PIL import Image
from pydantic import Field
from sqlalchemy import create_engine, make_url, text

from bench_core import api, registry
from bench_core.config import Config
from bench_core.encoders.backend import Encoder
from bench_core.errors import BenchError
from bench_core.files import write_whole
from bench_core.generators.backend import Backend
from bench_core.settings_model import Settings
from bench_core.store.database import Database
from bench_core.store.workspace import Workspace

SIDE = 16
made: list[int] = []
"""Seeds of all images that were made in this process, in order."""


class TinySettings(Settings):
    num_inference_steps: Annotated[int, Field(ge=1, le=50, description="Steps.")] = 2
    strength: float = 1.0
    delay: Annotated[float, Field(ge=0)] = 0.0
    fail_at_seed: int = -1
    color: bool = False


class TinyGenerator(Backend):
    plugin = "tiny"

    def __init__(self, card: Any, *, device: str, train: Any = None) -> None:
        self.card, self.train = card, train

    @classmethod
    def settings_model(cls, card: Any) -> type[Settings]:
        return TinySettings

    @classmethod
    def missing(cls, card: Any) -> str | None:
        return "the weights are not on this machine" if card.id == "tiny-absent" else None

    def load(self, settings: Any = None) -> None:
        pass

    def batch(self, prompts: list[Any], seeds: list[int], settings: Any, *, on_step: Any = None) -> list[np.ndarray]:
        for step in range(settings.num_inference_steps):
            time.sleep(settings.delay)
            if on_step:
                on_step(step + 1, settings.num_inference_steps, np.full((SIDE, SIDE), step, np.uint8))
        if settings.fail_at_seed in seeds:
            raise BenchError("The tiny generator fails.", "It was asked to.")
        if os.environ.get("TINY_LOG"):
            with Path(os.environ["TINY_LOG"]).open("a") as log:
                log.writelines(f"{seed}\n" for seed in seeds)
        made.extend(seeds)
        return [picture(p.text, s, settings) for p, s in zip(prompts, seeds, strict=True)]


def picture(text: str, seed: int, settings: Any) -> np.ndarray:
    """The image of a prompt and a seed: depends on nothing else."""
    key = int(hashlib.sha256(f"{text}|{settings.strength}".encode()).hexdigest()[:8], 16)
    shape = (SIDE, SIDE, 3) if settings.color else (SIDE, SIDE)
    return np.random.default_rng([key, seed]).integers(0, 256, shape).astype(np.uint8)


class TinyEncoder(Encoder):
    plugin = "tiny"
    calls = 0

    def encode(self, images: list[np.ndarray]) -> np.ndarray:
        TinyEncoder.calls += len(images)
        rows = [np.resize(i, (SIDE, SIDE)).reshape(4, 4, 4, 4).mean(axis=(1, 3)).ravel() / 255 for i in images]
        return np.array(rows, np.float32)

    def encode_text(self, texts: list[str]) -> np.ndarray:
        return np.array([np.random.default_rng(len(t)).normal(size=16) for t in texts], np.float32)


def install(cards: Path) -> None:
    """Makes the backends known to this process and writes their cards into a folder."""
    registry.generator_backends()["tiny"] = TinyGenerator  # type: ignore[index]
    registry.encoder_backends()["tiny"] = TinyEncoder  # type: ignore[index]
    for kind in ("generators", "encoders"):
        (cards / kind).mkdir(parents=True, exist_ok=True)
    for name in ("tiny", "tiny-absent"):
        _write(cards / "generators" / f"{name}.toml", f'title = "{name.title()}"\nbackend = "tiny"\nseconds_per_image = 2.0\n')
    _write(cards / "encoders" / "tiny-pixels.toml", 'title = "Tiny pixels"\nbackend = "tiny"\nreads_text = true\ndimensions = 16\n')


def _write(card: Path, text: str) -> None:
    """A card that is there stays untouched: a worker that starts must not cut the file short that another one is reading."""
    if not card.exists():
        write_whole(card, lambda part: part.write_text(text))


def fresh_database(home: Path, server: str | None = None) -> str:
    """SQLite in the workspace or, where the URL of a server is given (or BENCH_TEST_POSTGRES is one), a new database there."""
    server = server or os.environ.get("BENCH_TEST_POSTGRES")
    if not server:
        home.mkdir(parents=True, exist_ok=True)
        (home / "bench.sqlite").write_bytes(_migrated())
        return f"sqlite:///{home / 'bench.sqlite'}"
    name = f"bench_{uuid.uuid4().hex[:12]}"
    with create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


@cache
def _migrated() -> bytes:
    """An SQLite database without a row: the migrations run once a process, not for each test."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "bench.sqlite"
        Database(f"sqlite:///{file}").engine.dispose()  # what the last connection leaves is one whole file
        return file.read_bytes()


@pytest.fixture
def workspace(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Workspace]:
    """An empty workspace with the tiny generator and encoder, current for the facade; on PostgreSQL where the test asks for it."""
    install(tmp_path / "cards")
    home = tmp_path / "home"
    before = api.workspace._current
    url = fresh_database(home, request.getfixturevalue("postgres") if getattr(request, "param", "sqlite") == "postgresql" else None)
    opened = api.open_workspace(Config(home=home, database_url=url, device="cpu", cards=tmp_path / "cards"))
    yield opened
    opened.database.engine.dispose()
    api.workspace._current = before


def request(
    name: str = "set", *, prompts: int = 2, count: int = 2, seed: int = 5, batch_size: int = 3, **settings: Any
) -> api.GenerateSpec:
    """A request to the tiny generator."""
    asked = [api.PromptSpec(text=f"prompt {i}", labels={"Edema": i % 2, "view": "AP"}) for i in range(prompts)]
    choice = api.Choice(id="tiny", settings=settings)
    return api.GenerateSpec(name=name, generator=choice, prompts=asked, count=count, seed=seed, batch_size=batch_size)


def write_images(folder: Path, count: int, *, seed: int = 0, side: int = SIDE) -> list[str]:
    """Random grey PNGs; returns their file names."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    names = [f"film_{i}.png" for i in range(count)]
    for name in names:
        Image.fromarray(rng.integers(0, 256, (side, side)).astype(np.uint8)).save(folder / name)
    return names
