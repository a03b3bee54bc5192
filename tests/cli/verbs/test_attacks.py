"""The verb that asks who was in the training set, on plain matrices; sets go through the same facade (tests/engine/runs)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.cli import main


@pytest.fixture
def matrices(tmp_path: Path) -> Path:
    train, real = (np.random.default_rng(seed).normal(size=(120, 6)) for seed in (1, 2))
    for name, values in (("T", train), ("R", real), ("S", train[:60] + 0.01), ("O", np.random.default_rng(3).normal(size=(60, 6)))):
        np.save(tmp_path / f"{name}.npy", values)
    return tmp_path


def attack(folder: Path, *more: str) -> int:
    given = [str(folder / word) if word.endswith(".npy") else word for word in more]
    return main(["attack", "--json", str(folder / "out.json"), *given])


def test_plain_matrices(matrices: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sets = ["--synthetic", "S.npy", "--train", "T.npy", "--real", "R.npy", "--other", "O.npy"]
    kinds = "gan_leaks,gan_leaks_by_generator,domias"
    assert attack(matrices, *sets, "--kind", kinds, "--set", "domias.dimensions=4", "--per-patient", str(matrices / "p.parquet")) == 0
    rows = {row["attack"]: row for row in json.loads((matrices / "out.json").read_text())["attacks"]}
    assert set(rows) == set(kinds.split(",")) and rows["domias"]["settings"] == {"dimensions": 4}
    leaks = rows["gan_leaks"]
    assert (
        leaks["verdict"] == "leak" and leaks["auc_low"] > 0.5 and set(leaks["controls"]) == {"perfect", "members", "planted", "generated"}
    )
    assert leaks["tpr_at"]["0.001"]["message"] == "TPR at 0.1 % needs 1,000 held-out patients; there are 60."
    patients = pd.read_parquet(matrices / "p.parquet")
    assert len(patients) == 3 * 180 and patients["member"].sum() == 3 * 120
    assert "Tells members from others" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--synthetic", "S.npy", "--real", "R.npy"], "No training set was given"),
        (["--synthetic", "S.npy", "--train", "T.npy"], "No held-out set was given"),
        (["--synthetic", "some-set", "--train", "a", "--real", "b"], "--encoder is missing"),
        (["--synthetic", "S.npy", "--train", "T.npy", "--real", "R.npy", "--kind", "gan_leak"], "Did you mean 'gan_leaks'"),
        (["--synthetic", "S.npy", "--train", "T.npy", "--real", "R.npy", "--kind", "gan_leaks_by_generator"], "there is no other to read"),
    ],
)
def test_what_is_wrong_is_said(matrices: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str) -> None:
    assert attack(matrices, *more) != 0
    assert said in capsys.readouterr().err
