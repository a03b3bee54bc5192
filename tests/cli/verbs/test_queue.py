"""Verbs about the queue."""

import json
from pathlib import Path

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import request


def test_the_queue_is_shown_and_changed(workspace: Workspace, tmp_path: Path, capsys):

    run_id = api.submit(request("batch"), priority=0, owner="ann")
    out = tmp_path / "queue.json"

    def queue(*words: str) -> dict:
        assert main(["queue", *words, "--json", str(out)]) == 0, capsys.readouterr().err
        return json.loads(out.read_text())

    run = queue()["runs"][0]
    assert (run["id"], run["owner"], run["position"], run["status"]) == (run_id, "ann", 1, "queued")
    assert queue("first", run_id)["runs"][0]["priority"] == 10
    assert queue("pause", "batch")["runs"][0]["status"] == "paused"
    assert queue("resume", "batch")["runs"][0]["status"] == "queued"
    assert queue("hold")["held_by"] == workspace.config.user
    assert "The queue is held by" in capsys.readouterr().out
    assert queue("release")["held_by"] is None
    assert queue("cancel", "batch")["runs"] == []
    assert main(["queue", "pause"]) == 2
    assert "needs a run" in capsys.readouterr().err
    assert main(["queue", "hold", "batch"]) == 2
