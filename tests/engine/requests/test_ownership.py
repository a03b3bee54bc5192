"""Nobody stops or deletes another's run, unless allowed."""

from dataclasses import replace

import pytest

from bench_core import api
from bench_core.errors import NotAllowed
from bench_core.store.workspace import Workspace
from tests.fakes import request


@pytest.mark.parametrize("change", ["cancel", "pause", "resume", "delete_run", "set_priority"])
def test_only_ones_own_runs(workspace: Workspace, change: str):
    workspace.config = replace(workspace.config, user="runner", admins=("chief",))
    run_id = api.submit(request(), owner="ann")
    more = (5,) if change == "set_priority" else ()
    with pytest.raises(NotAllowed, match="asked for by ann, and you are bob"):
        getattr(api, change)(run_id, *more, by="bob")
    assert api.run(run_id).status == "queued"
    assert [api.may_change("ann", by) for by in ("ann", "bob", "chief", "runner", None)] == [True, False, True, True, True]
    assert api.may_change("", "bob"), "a run of nobody is everybody's"
    getattr(api, change)(run_id, *more, by="ann")
