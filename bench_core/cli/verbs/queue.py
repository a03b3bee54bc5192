"""Verbs of the queue, of workers and of the app."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from bench_core import api
from bench_core.cli.output import Bar, print_table, write_json
from bench_core.errors import BenchError, InputError


def _finish(run_id: str) -> Any:
    """Waits for a run; the run if it is done, else its error."""
    with Bar() as bar:
        run = api.wait(run_id, lambda r: bar(r.done, r.total, f"{r.message} {f'step {r.step}/{r.steps}' if r.steps else ''}"))
    if run.status != "done":
        stopped = "" if run.error else "Give the same command again to go on."  # an error's own hint, or none, is the right one
        raise BenchError(run.error or f"The run was {run.status}.", run.hint or stopped)
    return run


def run_verb(options: argparse.Namespace) -> None:
    """Queues a request of any kind that is here, and waits for it."""
    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{options.file!r} cannot be read: {error}.") from None
    run = _finish(api.submit(api.read_spec(text, **({"name": options.name} if options.name else {}))))
    if options.json != "-":
        print(f"{run.name}: {run.message}")
    write_json(
        options.json, {"run": {name: getattr(run, name) for name in ("id", "kind", "name", "status", "message", "set_id", "seconds")}}
    )


def demo_verb(_: argparse.Namespace) -> None:
    last = ""

    def tell(done: int, total: int, message: str) -> None:
        nonlocal last
        if sys.stderr.isatty():
            bar(done, total, message)
        elif message != last:
            print(f"[{done}/{total}] {message}", flush=True)
        last = message

    with Bar() as bar:
        api.prepare_demo(tell)
    print(api.demo_state().message)


def worker_verb(_: argparse.Namespace) -> None:
    api.work()


def queue_verb(options: argparse.Namespace) -> None:
    whole = {"show": lambda: None, "hold": api.hold_queue, "release": api.release_queue}
    if options.action in whole:
        if options.run is not None:
            raise InputError(f"queue {options.action} takes no run, and {options.run!r} was given.")
        whole[options.action]()
    elif options.run is None:
        raise InputError(f"queue {options.action} needs a run.", "python -m bench_core queue shows them.")
    elif options.action in ("first", "later"):
        api.set_priority(options.run, api.INTERACTIVE if options.action == "first" else api.BEHIND)
    else:
        {"cancel": api.cancel, "pause": api.pause, "resume": api.resume}[options.action](options.run)
    runs = api.runs(500)
    runs = runs[runs["status"].isin(("queued", "running", "paused"))].sort_values("position", na_position="first")
    rows = runs[["id", "status", "owner", "priority", "position", "starts_in", "eta_seconds", "kind", "name", "message"]].to_dict("records")
    workers = api.workers().to_dict("records")
    if options.json != "-":
        if held := api.queue_held_by():
            print(f"The queue is held by {held}: nothing new starts (python -m bench_core queue release).")
        print_table(rows, ["id", "status", "owner", "position", "starts_in", "eta_seconds", "kind", "name"])
        print_table(workers, ["device", "host", "run", "loaded"])
    write_json(options.json, {"held_by": api.queue_held_by(), "runs": rows, "workers": workers})


def serve_verb(_: argparse.Namespace) -> None:
    api.serve()
