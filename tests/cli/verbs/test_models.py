"""Verbs about models."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cards.card import BUILT_IN
from bench_core.cli import main
from bench_core.store.workspace import Workspace

WEIGHTS = BUILT_IN / "generators" / "weights" / "phantom-ldm"


def test_verbs_check_and_add(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-model", "phantom-ldm", "--json", str(tmp_path / "out.json")]) == 0
    assert '"can_run": true' in (tmp_path / "out.json").read_text() and "can run here" in capsys.readouterr().out
    assert main(["check-model", "tiny-absent"]) == 2
    assert "the weights are not on this machine" in capsys.readouterr().out
    assert main(["check-model", "no-such-model"]) == 2
    assert main(["check-model", "phantom-ldm", "--set", "wings=2"]) == 2
    add = ["add-model", "mine", "--folder", str(WEIGHTS), "--set", "num_inference_steps=2", "--licence", "Apache-2.0", "--trained-on", "x"]
    assert main([*add, "--dry-run"]) == 0 and "mine" not in api.generators()
    assert main(add) == 0 and api.generators()["mine"].settings == {"num_inference_steps": 2}
    assert main(add) == 2 and "Choose another id" in capsys.readouterr().err
    assert main([*add, "--replace", "--title", "Again"]) == 0 and api.generators()["mine"].title == "Again"
    assert main(["list", "generators"]) == 0
    printed = capsys.readouterr().out
    assert "radedit: The weights of microsoft/radedit" in printed and "llm-cxr: LLM-CXR runs in its own code only" in printed
