"""Sets to evaluate."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.config import Config
from bench_core.store.workspace import Workspace
from tests.fakes import install, request, write_images


def _fill(folder: Path) -> None:
    """Gives the current workspace a real, a training and two synthetic sets; the second holds copies of training images."""
    for number, (kind, count) in enumerate((("real", 40), ("train", 60))):
        names = write_images(folder / kind, count, seed=number + 1)
        table = pd.DataFrame(
            {"path": names, "subject_id": [f"{kind}{i // 2}" for i in range(count)], "prompt": [f"{i}" for i in range(count)]}
        )
        table["Edema"] = np.arange(count) % 2
        table.to_csv(folder / f"{kind}.csv", index=False)
        api.import_images(kind, folder / kind, folder / f"{kind}.csv", kind)
    api.wait(api.submit(request("fresh", prompts=15, count=2)))
    api.import_images("copies", folder / "train", None, "synthetic")


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace `home` of those sets, and what was imported beside it."""
    folder = tmp_path_factory.mktemp("study")
    install(folder / "cards")
    before = api.workspace._current
    opened = api.open_workspace(
        Config(home=folder / "home", database_url=f"sqlite:///{folder / 'home' / 'bench.sqlite'}", device="cpu", cards=folder / "cards")
    )
    _fill(folder)
    opened.database.engine.dispose()
    api.workspace._current = before
    return folder


@pytest.fixture
def study(workspace: Workspace, filled: Path, tmp_path: Path) -> Workspace:
    """A workspace with these sets, for this test alone: a copy of one that was made once."""
    if not workspace.config.database_url.startswith("sqlite"):
        _fill(tmp_path)
        return workspace
    workspace.database.engine.dispose()
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return workspace
