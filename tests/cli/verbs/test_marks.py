"""The verb of marks: a table, CSV, JSON."""

import json
from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


def test_marks_are_shown_and_exported(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_images(tmp_path / "films", 2)
    api.import_images("train", tmp_path / "films", None, "train")
    image = api.find_set(api.wait(api.submit(request())).set_id).table["image_id"].iat[0]
    for mark, author in (("copy", "=ann()"), ("harmless", "bob")):
        api.mark("set", image, "train", "film_0", mark, author)
    assert main(["marks", "--synthetic", "set"]) == 0
    assert "harmless" in (shown := capsys.readouterr().out) and "ann" not in shown
    assert main(["marks", "--history", "--csv", str(tmp_path / "marks.csv")]) == 0
    assert capsys.readouterr().out == f"2 marks in {tmp_path / 'marks.csv'}\n"
    assert pd.read_csv(tmp_path / "marks.csv")["author"].tolist() == ["'=ann()", "bob"], "no formula runs in a spreadsheet"
    assert main(["marks", "--train", "train", "--json", "-"]) == 0
    assert [row["mark"] for row in json.loads(capsys.readouterr().out)["marks"]] == ["harmless"]
    assert main(["marks", "--csv", "-"]) == 0
    assert capsys.readouterr().out.startswith("set_name,image_id,train_name,train_image_id,mark,author,created,stands\n")
    assert main(["marks", "--csv", str(tmp_path / "nowhere" / "marks.csv")]) == 2
    assert "cannot be written" in capsys.readouterr().err
