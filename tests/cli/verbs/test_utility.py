"""The verb that says what a synthetic set is worth for training."""

import json
from pathlib import Path

import pytest

from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.engine.runs.test_utility import bring
from tests.engine.studies import ENCODER


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Path:
    for kind, count in (("train", 120), ("real", 80), ("synthetic", 60)):
        bring(tmp_path, kind, count)
    return tmp_path


def utility(folder: Path, *more: str) -> int:
    sets = ["--synthetic", "synthetic", "--real", "real", "--train", "train", "--encoder", ENCODER]
    return main(["utility", *sets, "--trainings", "2", "--steps", "20", "--json", str(folder / "out.json"), *more])


def test_it_prints_arms_and_writes_every_figure(study: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert utility(study, "--arms", "augmented,duplicates", "--shares", "20,100", "--uncertain", "soft") == 0
    rows = json.loads((study / "out.json").read_text())["utility"]
    assert {row["arm"] for row in rows} == {"real_only", "augmented", "duplicates"}
    assert {row["share"] for row in rows} == {0.2, 1.0}
    gains = json.loads((study / "out.json").read_text())["gains"]
    assert [(row["metric"], row["share"]) for row in gains] == [("augmentation_gain", 1.0), ("low_data_gain", 0.2)]
    assert utility(study, "--arms", "augmented", "--shares", "20,100", "--protocol", "chexgenbench") == 0
    assert json.loads((study / "out.json").read_text())["gains"] == []  # none of the other study's
    assert "augmented" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"), [(["--shares", "a"], "--shares 'a'"), (["--shares", "0"], "no share"), (["--arms", "x"], "no arm named 'x'")]
)
def test_bad_input_is_named(study: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    assert utility(study, *more) == 2
    assert said in capsys.readouterr().err
