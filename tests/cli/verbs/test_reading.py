"""The verb of reader studies: made, shown, closed and exported without a browser."""

import json
from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import write_images


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    assert main(["reading", *arguments, "--json", "-"]) == 0, capsys.readouterr().err
    return json.loads(capsys.readouterr().out)


def test_a_study_from_its_design_to_its_answers(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for seed, kind in enumerate(("real", "synthetic")):
        write_images(tmp_path / kind, 5, seed=seed)
        api.import_images(f"the-{kind}", tmp_path / kind, None, kind)
    create = ["create", "turing", "--synthetic", "the-synthetic", "--real", "the-real", "--cases", "4", "--training", "0"]
    made = said(capsys, *create, "--reader", "Ann", "--reader", "Bob")
    assert made["design"]["cases"] == 4 and [reader["reader"] for reader in made["readers"]] == ["Ann", "Bob"]
    token = made["readers"][0]["address"].removeprefix("read/")
    slot = api.reading_state(token)["now"]["slot"]
    api.keep_answer(token, {"slot": slot, "question": "real_or_synthetic", "rating": 1, "seconds": 3.0})
    assert said(capsys, "show", "turing")["readers"][0]["done"] == 1
    assert [study["answers"] for study in said(capsys, "list")["studies"]] == [1]
    assert said(capsys, "export", "turing")["answers"][0]["truth"] == ""
    assert main(["reading", "close", "turing"]) == 0 and "closed: " in capsys.readouterr().out
    assert main(["reading", "export", "turing", "--csv", str(tmp_path / "a.csv")]) == 0
    assert capsys.readouterr().out == f"1 answers in {tmp_path / 'a.csv'}\n"
    row = pd.read_csv(tmp_path / "a.csv").iloc[0]
    assert (row["reader"], row["choice"], row["rating"]) == ("Ann", "real", 1) and row["truth"] in ("real", "synthetic")
    assert main(["delete", "reading", "turing"]) == 0
    assert capsys.readouterr().out == "reader study 'turing' is deleted: 2 readers and 1 answers; the films stay\n"
    assert main(["reading", *create]) == 0 and set(api.sets()["name"]) == {"the-real", "the-synthetic"}
    token = api.invite_reader("turing", "Ann")
    api.keep_answer(token, {"slot": api.reading_state(token)["now"]["slot"], "question": "real_or_synthetic", "rating": 1, "seconds": 3.0})
    assert main(["delete", "reading", "turing"]) == 2 and "Ann (1 of 4) is in the middle" in capsys.readouterr().err
    api.close_reading("turing")
    for wrong, words in ((["close"], "needs the name"), (["show", "nothing"], "no reader study"), (create, "already"),
                         (["invite", "turing", "--reader", "Late"], "closed")):  # fmt: skip
        assert main(["reading", *wrong]) == 2 and words in capsys.readouterr().err
