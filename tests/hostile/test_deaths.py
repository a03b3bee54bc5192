"""Killed before any file operation or SQL statement, swept and asked for again, everything ends as if it had never been killed."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import create_engine, make_url, text

from bench_core import api
from bench_core.config import Config
from tests.engine.studies import evaluate, evaluation
from tests.fakes import install, request, write_images
from tests.hostile.dying import DIED
from tests.hostile.workspaces import Mortal, mortal, seen

OPERATIONS = {"import": "empty", "generate": "empty", "evaluate": "study", "map": "study", "delete": "full"}
"""What is killed, and the workspace in which."""
MOMENTS = {"sqlite": 10, "postgresql": 6}
"""So many moments of each operation are tried on each database, spread evenly; EVERY_DEATH=1 tries all (half an hour)."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def killed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    """The process that dies, and three workspaces: empty, with sets, with a set of which everything was made."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    folder = tmp_path_factory.mktemp("deaths")
    install(folder / "cards")
    write_images(folder / "images", 4, seed=3)
    with mortal(folder, folder / "cards", server) as process:
        for name, of, fill in (("empty", None, None), ("study", "empty", _study), ("full", "study", _full)):
            process.templates[name] = _template(process, folder / f"with_{name}" / "home", of, fill)
        yield process


def _template(killed: Mortal, home: Path, of: str | None, fill: Callable[[], object] | None) -> Path:
    """A workspace that holds what that of another template holds, and what is made in it."""
    home.parent.mkdir()
    url = f"sqlite:///{home / 'bench.sqlite'}"
    if killed.server:
        with create_engine(killed.server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(
                text(f"CREATE DATABASE {home.parent.name}" + (f" TEMPLATE {killed.templates[of].parent.name}" if of else ""))
            )
        url = make_url(killed.server).set(database=home.parent.name).render_as_string(hide_password=False)
    if of:
        shutil.copytree(killed.templates[of], home)
    before = api.workspace._current
    opened = api.open_workspace(Config(home=home, database_url=url, device="cpu", cards=home.parent.parent / "cards"))
    if fill:
        fill()
    opened.database.engine.dispose()
    api.workspace._current = before
    return home


def _study() -> None:
    folder = api.open_workspace().config.home.parent
    for number, (kind, count) in enumerate((("real", 20), ("train", 24))):
        names = write_images(folder / kind, count, seed=number + 1)
        table = pd.DataFrame(
            {"path": names, "subject_id": [f"{kind}{i // 2}" for i in range(count)], "prompt": [f"{i}" for i in range(count)]}
        )
        table["Edema"] = np.arange(count) % 2
        table.to_csv(folder / f"{kind}.csv", index=False)
        api.import_images(kind, folder / kind, folder / f"{kind}.csv", kind)
    api.wait(api.submit(request("fresh", prompts=10, count=2)))


def _full() -> None:
    api.wait(api.submit(request("set", prompts=8, count=2, seed=9)))
    evaluate(evaluation("set"))
    api.thumbnails("set", api.find_set("set").table["image_id"][:3])


@pytest.mark.parametrize("what", OPERATIONS)
def test_a_death_at_any_moment_leaves_nothing_lost_and_nothing_over(killed: Mortal, what: str):
    template = killed.templates[OPERATIONS[what]]
    unbroken = killed.copy(template)
    count = killed.order(unbroken, what)["count"]
    whole = seen(unbroken)
    assert whole["strays"] == []
    assert count > 5
    moments = count if os.environ.get("EVERY_DEATH") else MOMENTS["postgresql" if killed.server else "sqlite"]
    for moment in range(1, count + 1, -(-count // moments)):
        config = killed.copy(template)
        assert killed.order(config, what, die_at=moment) == {"died": DIED}, moment
        killed.order(config, "sweep", what, "sweep")
        assert seen(config) == whole, f"killed before operation {moment} of {count} of {what}"
