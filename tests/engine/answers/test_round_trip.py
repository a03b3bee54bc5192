"""What is read from the images of a set, and how they and their reports find each other; asked through the verbs."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.errors import InputError
from bench_core.frames import READ_REPORTS, RETRIEVAL, ROUND_TRIP
from tests.engine.studies import ENCODER
from tests.fakes import write_images

TEXTS = ("Edema.", "Left pneumothorax.", "Normal chest radiograph.")


def bring(folder: Path, kind: str, count: int, mixed_up: bool = False) -> None:
    """Films whose thirds are bright by what their reports state."""
    names, rng = write_images(folder / kind, count), np.random.default_rng(len(kind))
    for i, name in enumerate(names):
        grey = 60 + 10 * rng.normal(size=(18, 18))
        grey[:, 6 * ((i + mixed_up) % 3) : 6 * ((i + mixed_up) % 3) + 6] += 120
        Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / kind / name)
    table = pd.DataFrame(
        {"path": names, "prompt": [TEXTS[i % 3] for i in range(count)], "subject_id": [f"{kind}{i}" for i in range(count)]}
    )
    table.to_csv(folder / "table.csv", index=False)
    api.import_images(kind, folder / kind, folder / "table.csv", kind if kind in ("train", "real") else "synthetic")


@pytest.mark.usefixtures("workspace")
def test_right_films_are_read_as_they_were_asked_for_and_mixed_up_ones_are_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind, count in (("train", 45), ("real", 30), ("good", 15), ("bad", 15)):
        bring(tmp_path, kind, count, mixed_up=kind == "bad")
    sets = ["--real", "real", "--encoder", ENCODER, "--json", str(tmp_path / "out.json")]
    for name, best in (("good", True), ("bad", False)):
        assert main(["round-trip", "--images", name, "--train", "train", *sets]) == 0
        found = json.loads((tmp_path / "out.json").read_text())
        whole, first = found["round_trip"][0], found["images"][0]
        assert whole["finding"] == "all" and (whole["value"] > 0.9) == best and whole["null_low"] > 0.8
        assert first["asked"] == "Edema" and (first["missed"] == "") == best
        assert list(whole) == ROUND_TRIP.names and list(first) == READ_REPORTS.names
    assert "Pneumothorax" in capsys.readouterr().out
    assert main(["retrieval", "--images", "good", *sets]) == 0
    rows = json.loads((tmp_path / "out.json").read_text())["retrieval"]
    assert list(rows[0]) == RETRIEVAL.names and {row["reports"] for row in rows} == {3} and rows[1]["value"] == 1
    with pytest.raises(InputError, match="none"):
        api.round_trip("good", api.Reference("real", None, ENCODER))
