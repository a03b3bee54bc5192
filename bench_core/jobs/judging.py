"""One command from folders to a report: imports, encodes, scores, attacks; what was done before is not done again."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

from bench_core.data import Kind, content_key
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.requests.submission import submit
from bench_core.errors import BenchError, InputError, NameTaken, UnknownName
from bench_core.handover.report.order import ImageSource, Judgement, JudgeOrder
from bench_core.intake.images import import_set
from bench_core.intake.outcome import Import
from bench_core.jobs.waiting import wait_for
from bench_core.pixels.formats import is_hidden
from bench_core.records import ImportReport, Progress, Reference, Run
from bench_core.spec import AttackSpec, DetectSpec, EvaluateSpec, PowerSpec, RunSpec
from bench_core.store.workspace import Workspace

TABLE = "table.csv"
"""A table of this name in a folder of images is that of the folder, as exports write it."""
KEPT = "judged folder"
"""Kind of the small values that say which set a folder has become."""
LONGEST = 90
"""Letters of a name that a folder gives its set."""


Tell = Callable[[str], None]


def judge(workspace: Workspace, order: JudgeOrder, tell: Tell, on_progress: Progress | None = None) -> Judgement:
    """Does all of it in the workspace. Killed, and given again, it goes on where it stopped.

    Args:
        tell: is told of each step and of what is to be looked at, a line each.

    Raises:
        UnknownName: there is no such encoder.
        InputError: a folder or table that is not there, or one that has two roles.
        TableError: images that cannot be imported, and are not to be skipped.
        BenchError: scoring failed. Where only attacks or power failed, that is said beside the rest.
    """
    sources: dict[Kind, ImageSource] = {"synthetic": order.synthetic, "real": order.real}
    if order.train is not None:
        sources["train"] = order.train
    _check_apart(sources)
    _check_there(workspace, sources, order.encoder)
    sets = {kind: _set_of(workspace, order, kind, source, tell, on_progress) for kind, source in sources.items()}
    synthetic, real, train = sets["synthetic"], sets["real"], sets.get("train")
    if len(set(sets.values())) < len(sets):
        raise InputError("Two of the folders hold the same images.", "synthetic, real and train must be three different sets.")
    metrics = None if order.metrics is None else list(order.metrics)
    evaluation = EvaluateSpec(synthetic=synthetic, real=real, train=train, encoders=[order.encoder], metrics=metrics, seed=order.seed)
    tell(f"Scoring in the space of {order.encoder}")
    run = _done(workspace, evaluation, on_progress)
    said = [part.removeprefix("warning: ") for part in run.message.split(", warning: ")[1:]]
    more: list[tuple[str, RunSpec]] = []
    if train is not None and order.attacks:
        attack = AttackSpec(synthetic=synthetic, train=train, real=real, encoder=order.encoder, seed=order.seed)
        more += [("Attacking membership", attack)]
        more += [("Looking for copies", DetectSpec(synthetic=synthetic, train=train, real=real, encoder=order.encoder))]
    if order.power:
        size = max(20, min(len(workspace.sets.open(synthetic)), len(workspace.sets.open(real)) // 2))
        power = PowerSpec(real=real, train=train, encoder=order.encoder, n=[size], metrics=metrics, seed=order.seed)
        more += [("Trying what the numbers see", power)]
    for words, spec in more:
        tell(words)
        try:
            _done(workspace, spec, on_progress)
        except BenchError as error:  # the numbers are there, and are told
            said.append(f"{words}: {error}")
            tell(f"{words}: {error}")
    return Judgement(synthetic, Reference(real, train, order.encoder), said)


def _done(workspace: Workspace, spec: RunSpec, on_progress: Progress | None) -> Run:
    def show(run: Run) -> None:
        if on_progress:
            on_progress(run.done, run.total, run.message)

    run = wait_for(workspace, submit(workspace, spec), show)
    if run.status != "done":
        raise BenchError(run.error or f"The run was {run.status}.", run.hint or "Give the same command again to go on.")
    return run


def _check_apart(sources: dict[Kind, ImageSource]) -> None:
    """Two roles of one folder are a mistake that is seen before anything is read."""
    seen: dict[Any, str] = {}
    for kind, source in sources.items():
        place = Path(source.place).resolve() if Path(source.place).is_dir() else source.place
        key = (place, source.table and source.table.resolve())
        if key in seen:
            raise InputError(f"{source.place!r} was given as --{seen[key]} and as --{kind}.", "The sets must be different ones.")
        seen[key] = kind


def _check_there(workspace: Workspace, sources: dict[Kind, ImageSource], encoder: str) -> None:
    """Folders, tables, sets and the encoder, before the first of them is imported."""
    encoder_card(workspace.config, encoder)
    for kind, source in sources.items():
        if not Path(source.place).expanduser().is_dir():
            _known(workspace, source)
        elif source.table is not None and not source.table.is_file():
            option = "--table" if kind == "synthetic" else f"--{kind}-table"
            raise InputError(f"There is no file {str(source.table)!r}, which {option} names.", "Give a CSV file with a column path.")


def _set_of(workspace: Workspace, order: JudgeOrder, kind: Kind, source: ImageSource, tell: Tell, on_progress: Progress | None) -> str:
    """The id of the set that a source is, imported if need be."""
    folder = Path(source.place).expanduser()
    if not folder.is_dir():
        return _known(workspace, source)
    table = source.table
    if table is None and (folder / TABLE).is_file():
        table = folder / TABLE
        tell(f"The {kind} images are those of {table}")
    key = _folder_key(kind, folder, table, order)
    kept = workspace.state(key)
    if kept and workspace.sets.is_complete(kept["set"]) and workspace.sets.names_of(kept["set"]):
        tell(f"The {kind} images are in the workspace: {workspace.sets.open(kept['set']).name!r}")
        return str(kept["set"])
    tell(f"Importing the {kind} images of {folder}")
    report = _imported(workspace, order, kind, folder, table, on_progress)
    for line in (*(f"left out: {problem}" for problem in report.problems[:20]), *(f"look at this: {note}" for note in report.notes)):
        tell(f"  {line}")
    tell(f"  {report.sentence()}")
    workspace.set_state(key, {"set": report.set_id})
    return str(report.set_id)


def _known(workspace: Workspace, source: ImageSource) -> str:
    if source.table is not None:
        raise InputError(f"{source.place!r} is no folder, and a table goes with one.")
    try:
        return workspace.sets.find(source.place)
    except UnknownName as error:
        raise InputError(f"{source.place!r} is neither a folder nor a set of the workspace.", error.hint) from None


def _folder_key(kind: Kind, folder: Path, table: Path | None, order: JudgeOrder) -> str:
    """Names, sizes and times of all files: what is unchanged is not decoded again."""
    files = sorted(
        (str(path.relative_to(folder)), stat.st_size, stat.st_mtime_ns)
        for root, _, names in os.walk(folder)
        for name in names
        if not is_hidden(name)
        for path in [Path(root, name)]
        for stat in [_stat(path)]
        if stat is not None
    )
    return f"{KEPT} {content_key(kind, str(folder.resolve()), files, table and table.read_bytes().hex(), order.copy, order.skip_bad)}"


def _stat(path: Path) -> os.stat_result | None:
    with suppress(OSError):
        return path.stat()
    return None


def _imported(
    workspace: Workspace, order: JudgeOrder, kind: Kind, folder: Path, table: Path | None, on_progress: Progress | None
) -> ImportReport:
    """The report of the import, under the folder's name; where that belongs to other images, with a number behind it."""
    name = (folder.resolve().name or kind)[:LONGEST].strip()

    def under(own: str) -> ImportReport:
        return import_set(Import(workspace, own, kind, order.copy, order.skip_bad, on_progress), folder, table)

    try:
        return under(name)
    except NameTaken:
        return under(_free_name(workspace, name))


def _free_name(workspace: Workspace, name: str) -> str:
    for number in count(2):
        try:
            workspace.sets.find(f"{name} {number}")
        except UnknownName:
            break
    return f"{name} {number}"
