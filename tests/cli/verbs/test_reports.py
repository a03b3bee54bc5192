"""The verb that scores predicted reports."""

import json
from pathlib import Path

import pytest

from bench_core.cli import main

ROWS = [{"prediction": f"Small {side} pneumothorax.", "reference": f"Tiny {side} pneumothorax.", "id": side} for side in ("left", "right")]


def test_scores_are_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.jsonl").write_text("\n".join(map(json.dumps, ROWS)))
    assert main(["reports", "--predictions", str(tmp_path / "p.jsonl"), "--json", str(tmp_path / "out.json")]) == 0
    rows = {(r["score"], r["finding"]): r for r in json.loads((tmp_path / "out.json").read_text())["reports"]}
    assert rows["report_detail_f1", "all"]["value"] == 1 and rows["report_bleu_1", "all"]["value"] == pytest.approx(0.75)
    assert "Pneumothorax" in capsys.readouterr().out


def test_without_a_file_it_says_which_scores_there_are_and_what_they_need(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reports"]) == 0
    out = capsys.readouterr().out
    assert "report_finding_f1" in out and "pip install radgraph" in out


@pytest.mark.parametrize(
    ("text", "more", "said"),
    [
        ('{"prediction": "x"}', [], "there is no 'reference'"),
        ("\n".join(map(json.dumps, ROWS)), ["--scores", "rate_score"], "pip install RaTEScore"),
        ("\n".join(map(json.dumps, ROWS)), ["--scores", ","], "--scores names no score"),
    ],
)
def test_bad_input_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, more: list[str], said: str) -> None:
    (tmp_path / "p.jsonl").write_text(text)
    assert main(["reports", "--predictions", str(tmp_path / "p.jsonl"), *more]) == 2
    assert said in capsys.readouterr().err
