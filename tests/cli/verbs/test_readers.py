"""The verb of reader statistics: a table, a plan, and what is refused."""

import json
from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.frames.reader_statistics import READER_POWER
from bench_core.readers.answers import READ_ANSWERS
from tests.readers.studies import study


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "answers.csv"
    study(readers="ab", films=6, generators=("one",)).to_csv(path, index=False)
    return path


def test_a_table_is_analysed(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = api.read_answers(table)
    assert list(answers.columns) == READ_ANSWERS.names
    files = ["--json", str(tmp_path / "found.json"), "--tables", str(tmp_path / "tables")]
    assert main(["readers", str(table), *files]) == 0
    shown = capsys.readouterr().out
    assert "Two readers judged 12 cases" in shown and "OR DeLong" in shown and "krippendorff_alpha" in shown
    found = json.loads((tmp_path / "found.json").read_text())
    by_hand = api.reader_statistics(answers)
    assert found["accuracy"][0]["auc"] == pytest.approx(by_hand.accuracy["auc"].iat[0])
    points = pd.read_csv(tmp_path / "tables" / "roc.csv")
    assert len(points) == len(by_hand.roc) and {"fpr", "tpr", "reader"} <= set(points.columns)


def test_one_study_of_several(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    both = tmp_path / "both.csv"
    first = pd.read_csv(table)
    pd.concat([first, first[first["reader"] == "a"].assign(study="t", reader="c")]).to_csv(both, index=False)
    assert main(["readers", str(both)]) == 2
    assert "2 studies: 's', 't'" in capsys.readouterr().err
    assert main(["readers", str(both), "--study", "t", "--json", "-"]) == 0
    captured = capsys.readouterr()
    assert {row["reader"] for row in json.loads(captured.out)["accuracy"]} == {"c"} and "One reader" in captured.err
    assert main(["readers", str(both), "--study", "u"]) == 2
    assert "no answer of study 'u'" in capsys.readouterr().err


def test_a_plan(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["readers", "--plan", "--readers", "3", "--cases", "20,40", "--area", "0.8", "--studies", "40", "--json", "-"]
    assert main(asked) == 0
    first = json.loads(capsys.readouterr().out)["plan"]
    assert [row["cases"] for row in first] == [20, 40] and first[0]["studies"] == 40
    frame = api.plan_readers((3,), (20, 40), (0.8,), studies=40)
    assert frame["power"].tolist() == [row["power"] for row in first] and list(frame.columns) == READER_POWER.names


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "Give a table of answers, or --plan."),
        (["x.csv", "--plan"], "--plan reads no table"),
        (["nowhere.csv"], "There is no table 'nowhere.csv'"),
        (["--plan", "--readers", "three"], "--readers is 'three', not whole numbers"),
        (["--plan", "--area", "high"], "--area is 'high'"),
        (["--plan", "--area", "1.5"], "An area of 1.5 cannot be expected"),
    ],
)
def test_what_cannot_be_asked_is_refused(options: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readers", *options]) == 2
    assert said in capsys.readouterr().err
