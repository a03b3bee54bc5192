"""How long a run should take: what the last one took that was alike."""

import pytest

from bench_core.engine.runs.plan import expected_seconds
from bench_core.registry import Request
from bench_core.spec import ProjectSpec
from bench_core.store.workspace import Workspace


def test_the_last_run_that_was_alike_says_how_long(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def sets(spec: ProjectSpec) -> tuple[int, str]:
        return len(spec.sets), spec.encoder

    asked = ProjectSpec(sets=["a", "b"], encoder="e")
    assert expected_seconds(workspace, asked, sets) is None
    clock = 1000.0
    monkeypatch.setattr("bench_core.store.claims.time.time", lambda: clock)
    for spec, seconds in ((asked, 30.0), (ProjectSpec(sets=["c", "d"], encoder="e"), 20.0), (ProjectSpec(sets=["a"], encoder="e"), 5.0)):
        worker = workspace.runs.enlist()
        run_id = workspace.runs.add(Request(spec, "map"))
        assert workspace.runs.claim(worker, run_id) == run_id
        clock += seconds
        workspace.runs.end(run_id, worker, "done")
    assert expected_seconds(workspace, asked, sets) == pytest.approx(20.0)
    assert expected_seconds(workspace, ProjectSpec(sets=["z"], encoder="e"), sets) == pytest.approx(5.0)
    assert expected_seconds(workspace, ProjectSpec(sets=["z"], encoder="other"), sets) is None
