"""The command line: JSON, exit codes, handing over to a worker; help without heavy packages."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.config import PROJECT
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images

FIELDS = [
    "metric", "family", "value", "low", "high", "matched", "null", "null_low", "null_high", "mode", "settings", "seed", "version", "status",
    "message", "n_real", "n_synthetic", "n_train", "seconds",
]  # fmt: skip


HEAVY = {"torch", "diffusers", "transformers", "sklearn", "umap", "streamlit", "numba", "plotly"}


@pytest.mark.parametrize(("words", "code"), [(["--help"], 0), (["score", "--help"], 0), (["scroe"], 2), ([], 2)])
def test_the_program_ends_with_the_code_of_its_verb(words: list[str], code: int) -> None:
    ended = subprocess.run([sys.executable, "-m", "bench_core", *words], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert "python -m bench_core" in (ended.stderr if code else ended.stdout)


@pytest.mark.parametrize("code", ["import bench_core.api", "from bench_core.cli import main; main(['--help'])"])
def test_facade_and_help_load_nothing_heavy(code):
    program = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('LOADED', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("LOADED")


def run_study(tmp_path: Path) -> None:
    """Import, generate and evaluate through the command line."""
    for number, kind in enumerate(("real", "train")):
        names = write_images(tmp_path / kind, 30, seed=number + 1)
        pd.DataFrame({"path": names, "subject_id": names}).to_csv(tmp_path / f"{kind}.csv", index=False)
        command = ["import", "--name", kind, "--images", str(tmp_path / kind), "--table", str(tmp_path / f"{kind}.csv"), "--kind", kind]
        assert main(command) == 0
    command = ["generate", "--generator", "tiny", "--prompt", "Edema.", "--count", "30", "--seed", "3", "--name", "made"]
    assert main([*command, "--set", "strength=0.5", "--json", str(tmp_path / "set.json")]) == 0


def test_the_whole_job(workspace: Workspace, tmp_path: Path, capsys):
    run_study(tmp_path)
    made = json.loads((tmp_path / "set.json").read_text())["set"]
    assert len(list(Path(made["root"]).glob("*.png"))) == 30
    out = tmp_path / "out.json"
    evaluate = ["evaluate", "--synthetic", "made", "--real", "real", "--train", "train", "--encoder", "tiny-pixels", "--json", str(out)]
    assert main([*evaluate, "--metrics", "frechet_distance,nearest_train_distance", "--per-image", str(tmp_path / "each.parquet")]) == 0
    rows = json.loads(out.read_text())["results"]
    assert [list(r) for r in rows] == [[*FIELDS, "encoder", "subgroup"]] * 2
    assert {(r["encoder"], r["subgroup"]) for r in rows} == {("tiny-pixels", "all")}
    each = pd.read_parquet(tmp_path / "each.parquet")
    assert list(each.columns) == ["image_id", "nearest_train_distance"]
    near = ["neighbours", "--synthetic", "made", "--train", "train", "--encoder", "tiny-pixels", "-k", "2", "--json", str(out)]
    assert main(near) == 0
    rows = json.loads(out.read_text())["neighbours"]
    assert len(rows) == 60
    assert rows[0]["distance"] == pytest.approx(each["nearest_train_distance"].iloc[0], rel=1e-4)
    for what in ("generators", "encoders", "metrics", "sets", "runs"):
        assert main(["list", what, "--json", str(out)]) == 0
        assert json.loads(out.read_text())[what]
    assert main(["list", "sets", "--json", str(out)]) == 0
    rows = json.loads(out.read_text())["sets"]
    assert {r["name"] for r in rows} == {"made", "real", "train"}
    assert all(Path(r["root"]).is_absolute() and Path(r["root"]).is_dir() for r in rows)
    assert main(["delete", "set", "made"]) == 0
    assert main(["delete", "set", "made"]) == 2
    assert "error: There is no image set named 'made'" in capsys.readouterr().err


def test_run_takes_a_request_of_any_kind_from_standard_input(workspace: Workspace, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO(request("asked").model_dump_json()))
    assert main(["run", "-", "--name", "mine", "--json", "-"]) == 0
    run = json.loads(capsys.readouterr().out)["run"]
    assert (run["kind"], run["name"], run["status"]) == ("generate", "mine", "done")
    assert len(api.find_set("mine")) == 4
    for text, problem in (
        ("[1]", "no JSON object"),
        ("{", "no JSON"),
        ('{"images": "films"}', "needs the field 'kind'"),
        ('{"kind": "generate", "name": "x"}', "generator"),
    ):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))
        assert main(["run", "-"]) == 2
        assert problem in capsys.readouterr().err
    assert main(["run", "absent.json"]) == 2
