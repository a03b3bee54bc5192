"""The command line: JSON, exit codes, handing over to a worker; help without heavy packages."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
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


@pytest.mark.parametrize("code", ["import bench_core.api", "from bench_core.cli import main; main(['--help'])"])
def test_facade_and_help_load_nothing_heavy(code):
    program = f"import sys\ntry:\n    {code}\nexcept SystemExit:\n    pass\nprint('LOADED', *sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("LOADED")


@pytest.mark.parametrize(
    "verb",
    [
        "demo",
        "list",
        "phantom",
        "import",
        "import-results",
        "generate",
        "evaluate",
        "score",
        "compare",
        "neighbours",
        "project",
        "train",
        "delete",
        "worker",
        "serve",
        "check-model",
        "add-model",
        "run",
        "queue",
    ],
)
def test_every_verb_has_help(verb, capsys):
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert "usage" in capsys.readouterr().out


@pytest.fixture
def matrices(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for number, (name, count) in enumerate((("R", 60), ("S", 40), ("T", 80))):
        np.save(tmp_path / f"{name}.npy", rng.normal(size=(count, 6)) + 0.1 * number)
    return tmp_path


def score(folder: Path, *more: str) -> int:
    return main(["score", "--real", str(folder / "R.npy"), "--synthetic", str(folder / "S.npy"), "--json", str(folder / "out.json"), *more])


def results(folder: Path) -> dict[str, dict]:
    rows = json.loads((folder / "out.json").read_text())["results"]
    return {row["metric"]: row for row in rows}


def test_score_plain_matrices(matrices: Path):
    assert score(matrices, "--train", str(matrices / "T.npy"), "--no-intervals", "--per-image", str(matrices / "each.parquet")) == 0
    found = results(matrices)
    assert set(found) == set(api.metrics())
    assert list(found["frechet_distance"]) == FIELDS
    assert found["frechet_distance"]["status"] == "ok"
    assert found["frechet_distance"]["low"] is None
    assert found["tstr_auroc"]["status"] == "skipped"
    assert (found["copy_share"]["n_synthetic"], found["copy_share"]["n_train"]) == (40, 80)
    each = pd.read_parquet(matrices / "each.parquet")
    assert len(each) == 40
    assert "nearest_train_distance" in each
    assert each["nearest_train_distance"].mean() == pytest.approx(found["nearest_train_distance"]["value"], rel=0.2)


def test_score_without_a_training_set_skips(matrices: Path):
    assert score(matrices, "--no-intervals") == 0
    assert results(matrices)["copy_share"]["status"] == "skipped"
    assert "train" in results(matrices)["copy_share"]["message"]


def test_score_of_a_named_metric_that_cannot_run(matrices: Path, capsys):
    assert score(matrices, "--metrics", "copy_share") == 2
    assert "error: copy_share" in capsys.readouterr().err
    assert not (matrices / "out.json").exists()


def test_score_of_a_named_metric_that_has_too_few_images(matrices: Path, capsys):
    np.save(matrices / "S.npy", np.load(matrices / "S.npy")[:3])
    assert score(matrices, "--metrics", "precision,frechet_distance", "--no-intervals") == 2
    assert "error: frechet_distance cannot run: synthetic has n = 3 images" in capsys.readouterr().err
    assert [r["status"] for r in results(matrices).values()] == ["ok", "skipped"]  # what could be computed is there
    assert score(matrices, "--no-intervals") == 0


def test_score_of_no_metric(matrices: Path, capsys):
    assert score(matrices, "--metrics", ",") == 2
    assert "names no metric" in capsys.readouterr().err


def test_a_skipped_metric_says_what_to_do(matrices: Path):
    assert score(matrices, "--no-intervals") == 0
    found = results(matrices)
    assert "Give it too." in found["copy_share"]["message"]
    assert "Import the images" in found["ms_ssim_diversity"]["message"]
    assert "columns of findings" in found["tstr_auroc"]["message"]
    assert "such an encoder" in found["matched_prompt_rank"]["message"]


def test_score_settings_and_intervals(matrices: Path, capsys):
    assert score(matrices, "--metrics", "precision,recall", "--set", "precision.k=3", "--seed", "4") == 0
    found = results(matrices)
    assert list(found) == ["precision", "recall"]
    assert (found["precision"]["settings"]["k"], found["recall"]["settings"]["k"], found["precision"]["seed"]) == (3, 5, 4)
    assert found["precision"]["low"] <= found["precision"]["value"] <= found["precision"]["high"]
    assert score(matrices, "--set", "precision.kk=3") == 2
    assert score(matrices, "--set", "precision=3") == 2
    assert score(matrices, "--metrics", "recall", "--set", "precision.k=3") == 2
    assert score(matrices, "--metrics", "precison") == 2
    assert "Did you mean 'precision'?" in capsys.readouterr().err


def test_a_setting_leaves_the_other_metrics_as_they_are(matrices: Path, capsys):
    assert score(matrices, "--set", "precision.k=3", "--no-intervals") == 0
    found = results(matrices)
    assert set(found) == set(api.metrics())
    assert (found["precision"]["settings"]["k"], found["recall"]["settings"]["k"]) == (3, 5)
    assert found["copy_share"]["status"] == "skipped"
    assert score(matrices, "--set", "copy_share.k=2", "--no-intervals") == 2
    assert "train" in capsys.readouterr().err


def test_score_in_compatible_mode(matrices: Path, capsys):
    np.save(matrices / "R.npy", np.load(matrices / "R.npy").repeat(2, axis=0))  # every image twice: prdc does not tell
    assert score(matrices, "--mode", "compatible") == 0
    found = results(matrices)
    assert {r["mode"] for r in found.values()} == {"compatible"}
    assert found["coverage"]["value"] == round(found["coverage"]["value"], 3) and found["coverage"]["null"] is not None
    assert found["kernel_distance"]["settings"] == {"subsets": 100, "subset_size": 40}
    assert found["closer_to_train"]["status"] == "skipped"
    assert score(matrices, "--no-intervals", "--metrics", "coverage") == 0
    assert results(matrices)["coverage"]["mode"] == "corrected" and results(matrices)["coverage"]["value"] > found["coverage"]["value"]
    assert score(matrices, "--mode", "compatible", "--metrics", "closer_to_train") == 2
    assert "protocol" in capsys.readouterr().err


@pytest.mark.parametrize("bad", [np.zeros(5), np.array([["a"]]), np.full((20, 6), np.nan), np.zeros((20, 5))])
def test_score_refuses_what_is_no_matrix(matrices: Path, capsys, bad):
    np.save(matrices / "S.npy", bad)
    assert score(matrices) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_score_unpickles_nothing(matrices: Path, capsys):
    np.save(matrices / "S.npy", np.array([object()], dtype=object), allow_pickle=True)
    assert score(matrices) == 2
    assert main(["score", "--real", str(matrices / "none.npy"), "--synthetic", str(matrices / "S.npy")]) == 2
    assert "there is no file" in capsys.readouterr().err


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


def test_generating_again(workspace: Workspace, tmp_path: Path, capsys):
    command = ["generate", "--generator", "tiny", "--prompt", "Edema.", "--count", "4", "--name", "made"]
    assert main(command) == 0
    assert main(command) == 0
    assert "4 of which were there" in capsys.readouterr().out
    assert main([*command, "--seed", "1"]) == 2
    assert "belongs to another request" in capsys.readouterr().err
    assert main([*command[:-1], "other", "--set", "fail_at_seed=0"]) == 2
    assert "error: The tiny generator fails." in capsys.readouterr().err
    assert main([*command[:-1], "third", "--set", "stepz"]) == 2
    assert main([*command[:5], "--count", "999999", "--name", "huge"]) == 2


def test_prompts_from_a_table(workspace: Workspace, tmp_path: Path):
    (tmp_path / "p.csv").write_text("text,Edema\none,1\ntwo,0\n")
    assert main(["generate", "--generator", "tiny", "--prompts", str(tmp_path / "p.csv"), "--count", "2", "--name", "made"]) == 0
    table = api.find_set("made").table
    assert list(table["prompt"]) == ["one", "one", "two", "two"]
    assert list(table["Edema"]) == [1, 1, 0, 0]


def test_import_lists_problems(workspace: Workspace, tmp_path: Path, capsys):
    write_images(tmp_path / "images", 2)
    (tmp_path / "t.csv").write_text("path\nfilm_0.png\ngone.png\n")
    command = ["import", "--name", "mine", "--images", str(tmp_path / "images"), "--table", str(tmp_path / "t.csv")]
    assert main(command) == 2
    said = capsys.readouterr().err
    assert "row 2: there is no file 'gone.png'" in said
    assert "--skip-bad" in said
    assert main([*command, "--skip-bad"]) == 0
    assert "left out: row 2" in capsys.readouterr().err
    assert len(api.find_set("mine")) == 1


def test_a_path_that_cannot_be_written(workspace: Workspace, capsys):
    assert main(["list", "sets", "--json", "/nonexistent/out.json"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_json_to_standard_output(workspace: Workspace, capsys):
    assert main(["list", "encoders", "--json", "-"]) == 0
    assert {e["id"] for e in json.loads(capsys.readouterr().out)["encoders"]} >= {"tiny-pixels"}


def test_the_queue_is_shown_and_changed(workspace: Workspace, tmp_path: Path, capsys):
    from tests.fakes import request

    run_id = api.submit(request("batch"), priority=0, owner="ann")
    out = tmp_path / "queue.json"

    def queue(*words: str) -> dict:
        assert main(["queue", *words, "--json", str(out)]) == 0, capsys.readouterr().err
        return json.loads(out.read_text())

    run = queue()["runs"][0]
    assert (run["id"], run["owner"], run["position"], run["status"]) == (run_id, "ann", 1, "queued")
    assert queue("first", run_id)["runs"][0]["priority"] == 10
    assert queue("pause", "batch")["runs"][0]["status"] == "paused"
    assert queue("resume", "batch")["runs"][0]["status"] == "queued"
    assert queue("hold")["held_by"] == workspace.config.user
    assert "The queue is held by" in capsys.readouterr().out
    assert queue("release")["held_by"] is None
    assert queue("cancel", "batch")["runs"] == []
    assert main(["queue", "pause"]) == 2
    assert "needs a run" in capsys.readouterr().err
    assert main(["queue", "hold", "batch"]) == 2


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
