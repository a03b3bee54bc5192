"""Verbs about numbers: scores of plain matrices."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.chexgenbench_files import ALIGNMENT, SHARDED
from tests.fakes import write_images

FIELDS = [
    "metric", "family", "value", "low", "high", "matched", "null", "null_low", "null_high", "mode", "settings", "seed", "version", "status",
    "message", "n_real", "n_synthetic", "n_train", "seconds",
]  # fmt: skip


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


@pytest.mark.parametrize(
    ("make", "told", "fix"),
    [
        (lambda f: np.save(f, np.zeros((20, 6, 1, 1))), "has shape (20, 6, 1, 1)", "values.reshape(20, -1)"),
        (lambda f: np.save(f, np.zeros((20, 6), complex)), "holds complex numbers", "values.real"),
        (lambda f: np.save(f, np.random.default_rng(0).normal(size=(6, 40))), "is it turned?", "values.T"),
        (lambda f: np.savez(f.open("wb"), mu=np.zeros(6), sigma=np.eye(6)), "holds mean and covariance", "the features themselves"),
        (lambda f: np.savez(f.open("wb"), a=np.zeros(6), b=np.zeros(6)), "holds 2 arrays: a, b", "features alone"),
        (lambda f: f.write_text("0.1,0.2\n0.3,0.4\n"), "is text, not a .npy matrix", "loadtxt"),
        (lambda f: np.save(f, np.array([[object()]]), allow_pickle=True), "table of Python objects", "to_numpy"),
        (lambda f: f.write_bytes(b""), "is empty", "fetch it again"),
        (lambda f: f.write_bytes(b"\x93NUMPY\x01"), "cut off or damaged", "fetch it again"),
        (lambda f: f.write_bytes(b"version https://git-lfs.github.com/spec/v1"), "git-lfs pointer", "git lfs pull"),
    ],
)
def test_what_is_no_matrix_is_named_with_the_way_to_one(matrices: Path, capsys, make, told: str, fix: str):
    (matrices / "S.npy").unlink()
    make(matrices / "S.npy")
    assert score(matrices, "--metrics", "frechet_distance") == 2
    error, hint = capsys.readouterr().err.split("hint: ")
    assert told in error and fix in hint and "Traceback" not in error


@pytest.mark.parametrize("kind", ["float16", ">f4", "float64"])
def test_matrices_of_other_numbers_are_read(matrices: Path, kind: str):
    np.save(matrices / "S.npy", np.load(matrices / "S.npy").astype(kind))
    assert score(matrices, "--no-intervals", "--metrics", "coverage") == 0
    values = np.load(matrices / "S.npy")
    np.savez((matrices / "S.npy").open("wb"), features=values)
    assert score(matrices, "--no-intervals", "--metrics", "coverage") == 0


def test_score_unpickles_nothing(matrices: Path, capsys):
    np.save(matrices / "S.npy", np.array([object()], dtype=object), allow_pickle=True)
    assert score(matrices) == 2
    assert main(["score", "--real", str(matrices / "none.npy"), "--synthetic", str(matrices / "S.npy")]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_the_verb(workspace: Workspace, tmp_path, capsys) -> None:
    for name, text in (("image_generation_metrics.csv", SHARDED), ("img_text_alignment.csv", ALIGNMENT)):
        (tmp_path / name).write_text(text)
    files = [f"--file={tmp_path / n}" for n in ("image_generation_metrics.csv", "img_text_alignment.csv")]
    assert main(["import-results", "--name", "theirs", *files, "--json", str(tmp_path / "out.json")]) == 0
    said = capsys.readouterr()
    assert "20 numbers of 2 models" in said.out and "warning: Mean over shards" in said.err
    rows = json.loads((tmp_path / "out.json").read_text())["results"]
    assert len(rows) == 20 and rows[0]["value"] == 40.1
    assert main(["list", "imports", "--json", "-"]) == 0
    assert len(json.loads(capsys.readouterr().out)["imports"]) == 20
    assert main(["list", "published", "--json", str(tmp_path / "out.json")]) == 0
    (tmp_path / "image_generation_metrics.csv").write_text(SHARDED.replace("54.225", "x"))
    assert main(["import-results", "--name", "bad", *files]) == 2
    assert "image_generation_metrics.csv, line 2, column 'FID (RadDino)': 'x' is no number" in capsys.readouterr().err
    assert main(["import-results", "--name", "bad", *files, "--skip-bad"]) == 0
    assert main(["import-results", "--name", "none", "--file", str(tmp_path / "absent.csv")]) == 2
    assert main(["delete", "import", "theirs"]) == 0
    assert set(api.imported_results()["name"]) == {"bad"}


def test_subgroups_that_nobody_is_in_are_said(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for seed, kind in enumerate(("real", "synthetic")):
        names = write_images(tmp_path / kind, 24, seed=seed)
        views = ["PA", " pa", "ap" if kind == "real" else "", "LAO"] * 6
        pd.DataFrame({"path": names, "view": views}).to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)  # type: ignore[arg-type]
    asked = ["evaluate", "--synthetic", "synthetic", "--real", "real", "--encoder", "tiny-pixels", "--metrics", "frechet_distance"]
    assert main([*asked, "--subgroup", "view", "--no-intervals"]) == 0
    said = capsys.readouterr()
    assert "view=PA" in said.out and "view=AP" not in said.out
    assert "no numbers by view for AP: no such image in synthetic" in said.err
    assert "no numbers by view for lateral: no such image in synthetic and real" in said.err
    assert main([*asked, "--subgroup", "finding"]) == 2
    assert "so there are no subgroups by finding" in capsys.readouterr().err
