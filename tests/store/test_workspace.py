"""The workspace as a whole."""

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.fakes import request


def test_data_version_changes_with_the_data(workspace: Workspace):
    seen = [api.data_version()]
    for act in (lambda: api.wait(api.submit(request())), lambda: api.delete_run("set"), lambda: api.delete_set("set")):
        act()
        seen.append(api.data_version())
        assert seen[-1] == api.data_version()
        assert seen[-1] != seen[-2]
