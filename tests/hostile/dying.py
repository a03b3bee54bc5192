"""A process that carries out operations on workspaces and dies in the middle of them, as often as it is asked to.

It loads the program once, and forks for each line of its standard input, a JSON object: what to do, in which workspace, and before which
file operation or SQL statement to die. It answers with the number of operations that were begun, or with what went wrong.
"""

import importlib
import json
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numba import njit
from sqlalchemy import event
from sqlalchemy.engine import Engine

from bench_core import api, files, registry
from bench_core.config import Config
from bench_core.engine.runs import project
from bench_core.errors import UnknownName
from tests.engine.studies import evaluation
from tests.fakes import install, request

CHANGES = {"os.rename": 1, "os.remove": 0, "os.mkdir": 0, "os.rmdir": 0, "os.truncate": 0}
"""Audit events that change files, and the argument that says where."""
DIED = 9
LOADED = (
    "bench_core.engine.run",
    "bench_core.engine.requests.deletion",
    "bench_core.engine.requests.submission",
    "bench_core.engine.scoring.score_sets",
    "bench_core.engine.scoring.subgroups",
    "bench_core.features.tiles",
    "bench_core.intake.images",
    "bench_core.jobs.worker",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "scipy.linalg",
    "scipy.special",
)
"""What every operation would load anew."""


class Clock:
    """Counts the operations that change files below a folder, or the database, and ends the process before the one of that number."""

    def __init__(self, home: Path, last: int) -> None:
        self.home, self.last, self.count = str(home), last, 0
        sys.addaudithook(self._audited)
        event.listen(Engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: self._stated(statement))
        event.listen(Engine, "commit", lambda _connection: self._tick())

    def _tick(self) -> None:
        self.count += 1
        if self.count == self.last:
            os._exit(DIED)

    def _audited(self, name: str, details: tuple[Any, ...]) -> None:
        if name == "open":
            path, _mode, flags = details
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        else:
            writes = name in CHANGES
            path = details[CHANGES[name]] if writes else None
        if writes and isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith(self.home):
            self._tick()

    def _stated(self, statement: str) -> None:
        if statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            self._tick()


def _delete() -> None:
    try:
        api.delete_set("set")
    except UnknownName:  # the sweep finished it
        return


def _done(run_id: str) -> None:
    run = api.wait(run_id)
    assert run.status == "done", run.error


def operations(home: Path) -> dict[str, Callable[[], object]]:
    """What can be killed, by name; each can be asked for again."""
    images = home.parent.parent / "images"
    return {
        "import": lambda: api.import_images("brought", images, None, "real"),
        "generate": lambda: _done(api.submit(request())),
        "evaluate": lambda: _done(api.submit(evaluation(subgroup=None))),
        "map": lambda: _done(api.submit(api.ProjectSpec(sets=["real", "fresh"], encoder="tiny-pixels"))),
        "delete": _delete,
        "sweep": api.sweep,
    }


def _carry_out(order: dict[str, Any]) -> int:
    home = Path(order["home"])
    api.open_workspace(Config(home=home, database_url=order["database"], device="cpu", cards=Path(order["cards"])))
    clock = Clock(home, order["die_at"])
    known = operations(home)
    for what in order["what"]:
        known[what]()
    return clock.count


def main() -> None:
    """Reads orders until the input ends."""
    os.fsync = lambda _file: None  # processes die here, and the power stays on
    files.YOUNG = -1.0  # nobody else works here: what a death left may be swept at once
    install(Path(sys.argv[1]))
    for module in LOADED:
        importlib.import_module(module)
    registry.run_kinds(), registry.metrics()
    njit(lambda number: number + 1)(
        1
    )  # numba loads what it knows of NumPy when it first compiles, or finds compiled code: a third of an evaluation
    project._fit = lambda values, *_: values[:, :2].astype(np.float32)  # UMAP changes no file, and takes long to compile
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.write(writing, json.dumps({"count": _carry_out(json.loads(line))}).encode())
            except BaseException:  # noqa: BLE001  it is told
                os.write(writing, json.dumps({"error": traceback.format_exc()}).encode()[:60_000])
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            told = answer.read()
        _, status = os.waitpid(child, 0)
        sys.stdout.write((told or json.dumps({"died": os.waitstatus_to_exitcode(status)})) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
