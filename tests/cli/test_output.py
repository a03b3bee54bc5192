"""What verbs print and write."""

import json

from bench_core.cli import main
from bench_core.store.workspace import Workspace


def test_a_path_that_cannot_be_written(workspace: Workspace, capsys):
    assert main(["list", "sets", "--json", "/nonexistent/out.json"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_json_to_standard_output(workspace: Workspace, capsys):
    assert main(["list", "encoders", "--json", "-"]) == 0
    assert {e["id"] for e in json.loads(capsys.readouterr().out)["encoders"]} >= {"tiny-pixels"}
