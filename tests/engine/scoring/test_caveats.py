"""What spoils a number is said beside it."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.engine.scoring.caveats import look_alikes
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.features import UNNAMED, FeatureSet
from bench_core.features.patients import shared_patients
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate, evaluation
from tests.fakes import write_images


def test_patients_on_both_sides_are_named(study: Workspace, tmp_path: Path):
    names = write_images(tmp_path / "leak", 20, seed=9)
    pd.DataFrame({"path": names, "subject_id": ["real0"] * 20}).to_csv(tmp_path / "leak.csv", index=False)
    api.import_images("leak", tmp_path / "leak", tmp_path / "leak.csv", "train")
    run = evaluate(evaluation(train="leak", metrics=QUICK[:1]))
    assert "1 patients are in both" in run.message


def test_what_spoils_a_number_is_said_beside_it() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(200, 5))
    people = np.arange(200) // 2
    sets = {
        "train": FeatureSet(values[:120], kind="train", subjects=people[:120]),
        "real": FeatureSet(values[118:], kind="real", subjects=people[118:]),
        "synthetic": FeatureSet(np.repeat(rng.normal(size=(30, 5)), [2] + [1] * 29, axis=0), kind="synthetic"),
    }
    results, *_ = score_sets(sets, Scoring(metrics=[Choice(id="precision"), Choice(id="copy_share")], intervals=False))
    precision, copies = (r.message for r in results)
    patients = "Few patients: real has 41 patients (82 images)."  # they count, not their images
    assert precision == f"{patients} Few images: synthetic has n = 31. 1 of the 31 synthetic images repeat another one."
    assert copies.endswith("Not held out: 2 images of real are in train too. Not held out: 1 patients of real are in train too.")
    half_known = {role: f"{UNNAMED}3 {role} a a".split(" ") for role in ("real", "train")}
    assert shared_patients(half_known["real"], half_known["train"]) == ["a"]  # row 3 of either set is of nobody that is known
    clean = {"real": FeatureSet(values[:100], kind="real"), "synthetic": FeatureSet(values[100:], kind="synthetic")}
    assert score_sets(clean, Scoring(metrics=[Choice(id="precision")], intervals=False))[0][0].message == ""


def test_patients_that_look_alike_in_two_sets_are_said() -> None:
    told = look_alikes(["00017", "10000032", "p1", f"{UNNAMED}3"], [17, "10000032.0", "P1", "8", f"{UNNAMED}3"])
    assert told.startswith("3 patients of real look like patients of train ('10000032' and '10000032.0')")
    assert look_alikes(["00017", "17", "a"], ["17", "b"]) == ""


def matrices(folder: Path, **sets: np.ndarray) -> list[str]:
    """The options of `score` for these matrices."""
    for role, values in sets.items():
        np.save(folder / f"{role}.npy", values)
    return [word for role in sets for word in (f"--{role}", str(folder / f"{role}.npy"))]


@pytest.mark.parametrize("metric", ["frechet_distance", "kernel_distance", "precision", "inception_score", None])
def test_widths_that_differ_stop_every_metric_at_once(tmp_path: Path, metric: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    options = matrices(tmp_path, real=rng.normal(size=(60, 16)), synthetic=rng.normal(size=(60, 24)))
    assert main(["score", *options, *(["--metrics", metric] if metric else [])]) == 2
    said = capsys.readouterr()
    assert "real has 16 features per image, synthetic has 24." in said.err and "Traceback" not in said.err and not said.out


def messages(folder: Path, capsys: pytest.CaptureFixture[str], metrics: str, **sets: np.ndarray) -> dict[str, str]:
    """The message beside each metric of a scoring without intervals."""
    assert main(["score", *matrices(folder, **sets), "--metrics", metrics, "--no-intervals", "--json", "-"]) == 0
    return {row["metric"]: row["message"] for row in json.loads(capsys.readouterr().out)["results"]}


def test_fewer_images_than_features_are_said_beside_what_averages_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    told = messages(tmp_path, capsys, "frechet_distance,precision", real=rng.normal(size=(200, 64)), synthetic=rng.normal(size=(60, 64)))
    assert told["frechet_distance"] == (
        "Few images for this space: synthetic has n = 60 and 64 features each, so that its covariance is not whole."
    )
    assert told["precision"] == ""  # distances to neighbours need no covariance


def test_a_set_that_is_given_twice_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = np.random.default_rng(0)
    real, other, train = (rng.normal(size=(60, 8)) for _ in range(3))
    told = messages(tmp_path, capsys, "frechet_distance,coverage", real=real, synthetic=real)
    assert set(told.values()) == {"60 of the 60 synthetic images are, bit by bit, images of real: was the real set given twice?"}
    told = messages(tmp_path, capsys, "precision,copy_share", real=real, synthetic=np.vstack([other[:50], train[:10]]), train=train)
    assert told["precision"] == "" and told["copy_share"] == "10 of the 60 synthetic images are, bit by bit, images of train."
    told = messages(tmp_path, capsys, "precision,copy_share", real=train, synthetic=other, train=train)
    assert told["copy_share"] == "Not held out: 60 images of real are in train too." and told["precision"] == ""
    told = messages(tmp_path, capsys, "coverage", real=real, synthetic=np.ones((60, 8)))
    assert told["coverage"] == "All 60 synthetic images have the same features."


def test_sets_of_the_same_files_are_said_at_the_end_of_the_run(study: Workspace, tmp_path: Path) -> None:
    """Imported under two names and as two kinds, as who takes the wrong folder does."""
    write_images(tmp_path / "same", 20, seed=9)
    for name, kind in (("same-real", "real"), ("same-made", "synthetic")):
        api.import_images(name, tmp_path / "same", None, kind)  # type: ignore[arg-type]
    run = evaluate(api.EvaluateSpec(synthetic="same-made", real="same-real", encoders=[ENCODER], metrics=QUICK[:1]))
    assert "warning: 20 of the 20 synthetic images are, pixel by pixel, images of real" in run.message
