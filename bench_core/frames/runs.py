"""Runs, the workers that carry them out, and what they leave on disk."""

from bench_core.frames.column import COUNT, COUNT_OR_NA, FLAG, FLOAT, LIST, TEXT, TEXT_OR_NONE, TIME, Column, Frame

RUNS = Frame(
    (
        Column("id", TEXT, "id of the run"),
        Column("kind", TEXT, "id of its kind: `generate`, `evaluate`, `project` or another one"),
        Column("name", TEXT, "what users call it"),
        Column("status", TEXT, "`queued`, `running`, `paused`, `done`, `failed` or `cancelled`"),
        Column("message", TEXT, "what is being done"),
        Column("error", TEXT, "why it failed"),
        Column("hint", TEXT, "what to do about it"),
        Column("created", TIME, "when it was asked for"),
        Column("started", TIME, "when a worker last took it"),
        Column("finished", TIME, "when it ended"),
        Column("set_id", TEXT_OR_NONE, "id of the set that it makes or evaluates"),
        Column("cancelling", FLAG, "asked to stop, and still running"),
        Column("pausing", FLAG, "asked to pause, and still running"),
        Column("owner", TEXT, "who asked for it"),
        Column("priority", COUNT, "higher ones first"),
        Column("progress", FLOAT, "0 to 1"),
        Column("seconds", FLOAT, "how long workers have spent on it"),
        Column("eta_seconds", FLOAT, "seconds that are left"),
        Column("position", COUNT_OR_NA, "place in the queue, from 1"),
        Column("starts_in", FLOAT, "seconds until its turn"),
    )
)
"""One row per run."""

WORKERS = Frame(
    (
        Column("id", TEXT, "id of the worker"),
        Column("device", TEXT, "device that it computes on"),
        Column("host", TEXT, "machine that it runs on"),
        Column("serves", FLAG, "whether it takes whatever is queued"),
        Column("loaded", LIST, "ids of the models that it holds in memory"),
        Column("run_id", TEXT_OR_NONE, "id of what it carries out; None when idle"),
        Column("run", TEXT_OR_NONE, "name of that run"),
    )
)
"""One row per worker process."""

DISK_USE = Frame((Column("what", TEXT, "what lies there"), Column("bytes", COUNT, "bytes on this machine")))
"""One row per kind of thing."""
