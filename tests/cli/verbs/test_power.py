"""The verb that finds out what numbers can see, on plain matrices and on sets."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.store.workspace import Workspace
from tests.fakes import write_images


@pytest.fixture
def matrices(tmp_path: Path) -> Path:
    for number, (name, count) in enumerate((("R", 90), ("T", 80))):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(number).normal(size=(count, 6)))
    return tmp_path


def power(folder: Path, *more: str) -> int:
    return main(["power", "--n", "30", "--repeats", "5", "--json", str(folder / "out.json"), *more])


def test_plain_matrices(matrices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--real", str(matrices / "R.npy"), "--train", str(matrices / "T.npy"), "--metrics", "nearest_train_distance,vendi_score"]
    assert power(matrices, *given) == 0
    found = json.loads((matrices / "out.json").read_text())
    limits = {(row["metric"], row["fault"]): row for row in found["limits"]}
    assert limits["nearest_train_distance", "copies"]["seen"] <= 50
    assert {row["fault"] for row in found["power"]} == {"", "copies", "collapsed_modes", "shuffled_labels"}
    assert {row["encoder"] for row in found["power"]} == {"features"}
    assert "copies" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--real", "R.npy", "--encoder", "pixels"], "A matrix needs none"),
        (["--real", "some-set"], "--encoder is missing"),
        (["--real", "R.npy", "--n", "a few"], "is no list of whole numbers"),
        (["--real", "R.npy", "--n", "5"], "--n 5 is too small"),
        (["--real", "R.npy", "--n", "80"], "90 images: of n = 80 films"),
        (["--real", "R.npy", "--faults", "blur"], "Blur changes pixels"),
        (["--real", "R.npy", "--faults", "copies"], "Copies needs training images"),
        (["--real", "R.npy", "--metrics", ","], "--metrics names nothing"),
        (["--real", "R.npy", "--metrics", "copy_share"], "needs the set 'train'"),
    ],
)
def test_what_is_wrong_is_said(
    matrices: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(matrices)
    assert power(matrices, *more) != 0
    assert said in capsys.readouterr().err


def test_a_set_in_the_space_of_an_encoder(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame({"path": write_images(tmp_path / "real", 70)})
    table.to_csv(tmp_path / "real.csv", index=False)
    api.import_images("real", tmp_path / "real", tmp_path / "real.csv", "real")
    given = ["--real", "real", "--encoder", "tiny-pixels", "--metrics", "frechet_distance", "--faults", "contrast"]
    assert power(tmp_path, *given) == 0
    found = json.loads((tmp_path / "out.json").read_text())
    assert [row["strength"] for row in found["power"]] == [0, 5, 10, 20, 40]
    assert found["limits"][0]["words"] in capsys.readouterr().out
