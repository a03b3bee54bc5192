"""A workspace with sets for reader studies."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.config import Config
from bench_core.store.workspace import Workspace
from tests.engine.reading.studies import FINDINGS, SHAPES

RNG = np.random.default_rng(11)


@pytest.fixture(scope="package")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with sets of 30 real and of twice 20 synthetic films, of other shapes, with prompts and two findings."""
    folder, before = tmp_path_factory.mktemp("reading"), api.workspace._current
    opened = api.open_workspace(config(folder / "home"))
    for name, shape in SHAPES.items():
        (folder / name).mkdir()
        rows = []
        for i in range(30 if name == "kept-films" else 20):
            Image.fromarray(RNG.integers(0, 256, shape).astype(np.uint8)).save(folder / name / f"{name}-file{i}.png")
            labels = {finding: int(i % 2 == at) for at, finding in enumerate(FINDINGS)}
            rows.append({"path": f"{name}-file{i}.png", "prompt": f"{FINDINGS[i % 2]} as in prompt {name} {i}", **labels})
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
        kind = "real" if name == "kept-films" else "synthetic"
        api.import_images(name, folder / name, folder / f"{name}.csv", kind)
    opened.database.engine.dispose()
    yield folder / "home"
    api.workspace._current = before


def config(home: Path) -> Config:
    return Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu", user="runner")


@pytest.fixture
def sets(stored: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace, current for the facade."""
    shutil.copytree(stored, tmp_path / "home")
    before = api.workspace._current
    opened = api.open_workspace(config(tmp_path / "home"))
    yield opened
    opened.database.engine.dispose()
    api.workspace._current = before
