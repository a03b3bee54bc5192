"""The verb that makes a report of folders."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder, write_images
from tests.handover.report.reports import a_number, a_report

BARE = ["--encoder", "tiny-pixels", "--metrics", "frechet_distance"]
QUICK = [*BARE[:-1], "frechet_distance,copies_found,nearest_train_distance"]


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Three folders; the training one has a table, and some of it is among the synthetic images, which are JPEG."""
    root = tmp_path / "films"
    write_images(root / "real", 40, seed=1)
    names = write_images(root / "train" / "images", 60, seed=2)
    table = pd.DataFrame({"path": [f"images/{n}" for n in names], "subject_id": [f"p{i // 2}" for i in range(60)]})
    table.to_csv(root / "train" / "table.csv", index=False)
    write_images(root / "made", 30, seed=3)
    for name in names[:6]:
        shutil.copy(root / "train" / "images" / name, root / "made" / f"copy_{name}")
    grey = np.random.default_rng(4).integers(0, 256, (16, 16)).astype(np.uint8)
    Image.fromarray(grey).save(root / "made" / "plain.jpg")
    return root


def command(folders: Path, out: Path, *more: str, train: bool = True) -> list[str]:
    roles = ["--synthetic", str(folders / "made"), "--real", str(folders / "real"), *(["--train", str(folders / "train")] if train else [])]
    return ["judge", *roles, *(QUICK if train else BARE), "--out", str(out), *more]


def test_folders_become_a_report_and_the_second_time_nothing_is_done_twice(
    workspace: Workspace, folders: Path, tmp_path: Path, capsys
) -> None:
    out, facts = tmp_path / "r.html", tmp_path / "r.json"
    assert main(command(folders, out, "--no-attacks", "--json", str(facts))) == 0
    said = capsys.readouterr()
    assert "The train images are those of" in said.err and "37 images imported" in said.err and f"The report: {out}" in said.out
    report = json.loads(facts.read_text())
    assert [(s["role"], s["name"], s["images"], s["patients"]) for s in report["sets"]] == [
        ("synthetic", "made", 37, None), ("real", "real", 40, None), ("train", "train", 60, 30),
    ]  # fmt: skip
    assert sum(pair["ratio"] == 0 for pair in report["pairs"]) == 6 and report["copies"]["found"] >= 6
    assert "6 of the 37 synthetic images are, pixel by pixel, images of train" in report["warnings"]
    assert api.read_set_report(out).numbers == api.read_set_report(facts).numbers
    encoded = TinyEncoder.calls
    assert main(command(folders, out, "--no-attacks")) == 0
    said = capsys.readouterr()
    assert TinyEncoder.calls == encoded and said.err.count("are in the workspace") == 3 and "Importing" not in said.err
    write_images(folders / "made", 31, seed=3)  # one more
    assert main(command(folders, out, "--no-attacks", train=False)) == 0
    assert "38 images imported" in capsys.readouterr().err and len(api.find_set("made 2")) == 38
    assert len(api.find_set("made")) == 37, "the set of before is still there"


def test_attacks_come_with_a_training_set(workspace: Workspace, folders: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []
    real_submit = api.AttackSpec
    monkeypatch.setattr(
        "bench_core.jobs.judging.AttackSpec", lambda **k: asked.append(k) or real_submit(**k, attacks=[api.Choice(id="gan_leaks")])
    )
    real_detect, facts = api.DetectSpec, tmp_path / "r.json"
    monkeypatch.setattr("bench_core.jobs.judging.DetectSpec", lambda **k: real_detect(**{**k, "copies": "nobody"}))
    assert main(command(folders, tmp_path / "r.html", "--json", str(facts))) == 0
    report = json.loads(facts.read_text())
    assert any("Looking for copies" in said and "'nobody'" in said for said in report["warnings"]), "the rest is told all the same"
    assert len(asked) == 1 and [a["id"] for a in report["attacks"]] == ["gan_leaks"]
    capsys.readouterr()


def test_sets_of_the_workspace_and_a_workspace_to_throw_away(
    workspace: Workspace, folders: Path, tmp_path: Path, monkeypatch, capsys
) -> None:
    api.import_images("held-out", folders / "real", None, "real")
    order = ["judge", "--synthetic", str(folders / "made"), "--real", "held-out", *BARE, "--out", str(tmp_path / "r.html")]
    assert main(order) == 0 and api.read_set_report(tmp_path / "r.html").set_of("real").name == "held-out"
    monkeypatch.setenv("BENCH_HOME", str(workspace.config.home))
    monkeypatch.setenv("BENCH_CARDS", str(workspace.config.cards))
    monkeypatch.setenv("BENCH_DEVICE", "cpu")
    before = set(api.sets()["name"])
    assert main(command(folders, tmp_path / "t.html", "--throw-away", train=False)) == 0
    assert api.open_workspace().config.home == workspace.config.home and set(api.sets()["name"]) == before
    assert api.read_set_report(tmp_path / "t.html").set_of("real").name == "real"
    capsys.readouterr()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--real", "gone", "--synthetic", "{made}"], "'gone' is neither a folder nor a set of the workspace"),
        (["--real", "{made}", "--synthetic", "{made}"], "given as --synthetic and as --real"),
        (["--synthetic", "{made}"], "--synthetic and --real are needed"),
        (["--real", "{real}", "--synthetic", "{made}", "--train-table", "t.csv"], "--train-table goes with --train"),
        (["--compare", "a.json", "b.json", "--real", "x"], "--compare reads two reports, and --real was given too"),
        (["--compare", "a.json", "b.json"], "'a.json' cannot be read"),
        (["--real", "{real}", "--synthetic", "{made}", "--encoder", "nobody"], "no encoder named 'nobody'"),
        (["--real", "{real}", "--synthetic", "{made}", "--table", "none.csv"], "There is no file 'none.csv', which --table names"),
    ],
)
def test_what_cannot_be_is_said(workspace: Workspace, folders: Path, tmp_path: Path, capsys, more: list[str], said: str) -> None:
    given = [part.format(made=folders / "made", real=folders / "real") for part in more]
    assert main(["judge", *given, "--out", str(tmp_path / "r.html")]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "r.html").exists() and api.sets().empty, "before anything is imported"


def test_a_place_that_is_not_there_is_said_before_anything_is_computed(workspace: Workspace, folders: Path, tmp_path: Path, capsys) -> None:
    assert main(command(folders, tmp_path / "gone" / "r.html")) == 2
    assert "no such folder" in capsys.readouterr().err and api.sets().empty


def test_two_reports_are_compared(tmp_path: Path, capsys) -> None:
    paths = [tmp_path / f"{name}.json" for name in "ab"]
    for path, value in zip(paths, (10.0, 20.0), strict=True):
        path.write_text(a_report(path.stem, [a_number(value=value)]).model_dump_json())
    out = ["--out", str(tmp_path / "c.html"), "--json", str(tmp_path / "c.json")]
    assert main(["judge", "--compare", *map(str, paths), *out]) == 0
    assert "1 are worse and 0 better" in capsys.readouterr().out
    assert json.loads((tmp_path / "c.json").read_text())["differences"][0]["difference"] == 10
    assert "a → b" in (tmp_path / "c.html").read_text()
