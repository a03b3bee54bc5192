"""Workspaces to be killed in: copies of one, and what can be seen in them."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import create_engine, make_url, select, text

from bench_core.config import Config
from bench_core.store import schema
from bench_core.store.workspace import Workspace

ROOT = Path(__file__).parents[2]
PASSING = {"id", "run_id", "created", "seconds"}
"""Columns of results that differ between two equal evaluations."""


@dataclass
class Mortal:
    """The process that dies (`tests.hostile.dying`), and the workspace that it gets copies of."""

    folder: Path
    cards: Path
    server: str | None
    process: "subprocess.Popen[str]"
    copies: int = 0
    templates: dict[str, Path] = field(default_factory=dict)

    def copy(self, template: Path) -> Config:
        """A workspace of its own with what the template holds."""
        self.copies += 1
        home = self.folder / f"copy{self.copies}" / "home"
        home.parent.mkdir()
        shutil.copytree(template, home)
        return Config(home=home, database_url=self._database(template, home), device="cpu", cards=self.cards)

    def _database(self, template: Path, home: Path) -> str:
        if self.server is None:
            return f"sqlite:///{home / 'bench.sqlite'}"
        name = f"{template.parent.name}_{self.copies}"
        with create_engine(self.server, isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template.parent.name}"))
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def order(self, config: Config, *what: str, die_at: int = 0) -> dict[str, Any]:
        """Has operations done in a workspace, one after the other.

        Args:
            die_at: the process dies before its change of that number to files or database; 0: it does not.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        order = {"home": str(config.home), "database": config.database_url, "cards": str(config.cards), "what": what, "die_at": die_at}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer


@contextmanager
def mortal(folder: Path, cards: Path, server: str | None) -> Iterator[Mortal]:
    """Starts the process that dies."""
    command = [sys.executable, "-m", "tests.hostile.dying", str(cards)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Mortal(folder, cards, server, process)
        assert process.stdin is not None
        process.stdin.close()


def seen(config: Config) -> dict[str, Any]:
    """All that a workspace holds and anybody could see, in an order of its own."""
    workspace = Workspace(config)
    try:
        return {
            "sets": {name: _set(workspace, name) for name in workspace.sets.listing()["name"]},
            "results": _results(workspace),
            "features": _features(workspace),
            "derived": _derived(workspace),
            "thumbnails": sorted(path.name for path in workspace.thumbnails.folder.rglob("*.webp")),
            "strays": _strays(workspace),
        }
    finally:
        workspace.database.engine.dispose()


def _set(workspace: Workspace, name: str) -> Any:
    images = workspace.sets.open(name)
    listed = workspace.sets.listing().set_index("name").loc[name]
    pixels = [images.read(row).tobytes() for row in range(len(images.table))]
    assert len(set(images.table["image_id"])) == len(images.table)
    return (images.id, images.table.to_csv(index=False), pixels, bool(listed["complete"]))


def _results(workspace: Workspace) -> Any:
    rows = pd.DataFrame(workspace.results.rows())
    if not len(rows):
        return []
    rows = rows[[column for column in rows.columns if column not in PASSING]]
    return sorted(set(rows.to_csv(index=False).splitlines()))


def _features(workspace: Workspace) -> Any:
    found = {}
    for folder in sorted(workspace.features.folder.iterdir()):
        digests = sorted({d for listing in folder.glob("*.txt") for d in listing.read_text().split("\n")})
        found[folder.name] = [(d, workspace.features.read(folder.name, [d]).tobytes()) for d in digests]
    return {key: rows for key, rows in found.items() if rows}


def _derived(workspace: Workspace) -> Any:
    derived, links = schema.derived.c, schema.derived_sets.c
    rows = workspace.database.rows(select(derived.key, derived.kind, derived.value))
    of = workspace.database.rows(select(links.key, links.set_id))
    files = {path.stem for path in workspace.derived.folder.glob("*.parquet")}
    return (
        sorted((r["key"], r["kind"], r["value"] or "", r["key"] in files) for r in rows),
        sorted((r["key"], r["set_id"]) for r in of),
        sorted(files - {r["key"] for r in rows}),
    )


def _strays(workspace: Workspace) -> list[str]:
    """Files that belong to nothing: parts, folders of sets and images that no table has, shards without a list."""
    home = workspace.config.home
    strays = [path for path in home.rglob("*") if path.name.endswith(".part") or path.name == "journal.jsonl"]
    listing = workspace.sets.listing()
    known = set(listing["id"])
    for folder in (home / "sets").iterdir():
        if folder.is_dir() and folder.name not in known:
            strays.append(folder)
        elif folder.is_dir():
            listed = set(workspace.sets.open(folder.name).table["path"])
            strays += [path for path in (folder / "images").iterdir() if path.name not in listed]
    strays += [path for path in (home / "features").rglob("*.npy") if not path.with_suffix(".txt").exists()]
    return sorted(str(path.relative_to(home)) for path in strays)
