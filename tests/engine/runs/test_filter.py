"""A filter makes a set of its own, with its parent and a log; the verb, exports, and what it says of bad input."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.errors import BenchError
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER
from tests.fakes import write_images


def made(name: str, kind: str = "drop_near_copies", images: str = "mixed", at: float | None = None, **more) -> api.Run:
    given = {"real": "real", "train": "train", "encoder": ENCODER, **more}
    spec = api.FilterSpec(name=name, images=images, filter=api.Choice(id=kind), threshold=at, **given)
    run = api.wait(api.submit(spec))
    if run.status != "done":
        raise BenchError(run.error, run.hint)
    return run


@pytest.fixture
def mixed(study: Workspace, tmp_path: Path) -> api.ImageSet:
    """A synthetic set whose first 5 images are training images."""
    write_images(tmp_path / "mixed", 25, seed=9)
    for i in range(5):
        (tmp_path / "mixed" / f"film_{i}.png").write_bytes((tmp_path / "train" / f"film_{i}.png").read_bytes())
    api.import_images("mixed", tmp_path / "mixed", None, "synthetic")
    return api.find_set("mixed")


def test_a_set_without_copies(mixed: api.ImageSet, study: Workspace) -> None:
    run = made("clean", at=0.3)
    assert run.message == "20 of 25 images stay, 5 went"
    clean, facts = api.find_set("clean"), api.find_set("clean").meta["filter"]
    assert (clean.id, clean.kind, len(clean)) == (run.set_id, "synthetic", 20)
    assert (facts["parent"], facts["id"], facts["threshold"], facts["gone"]) == (mixed.id, "drop_near_copies", 0.3, 5)
    log = api.filter_log("clean")
    gone = log[~log["kept"]]
    assert len(log) == 25 and gone["image_id"].tolist() == gone["because"].tolist() == [f"film_{i}" for i in range(5)]
    assert gone["patient"].tolist() == ["train0", "train0", "train1", "train1", "train2"]
    assert (gone["reason"] == [f"0 of the spacing away from training image film_{i}" for i in range(5)]).all()
    assert api.filter_log("mixed").empty
    rows = [mixed.rows_by_id[i] for i in clean.table["image_id"]]
    for row, there in enumerate(rows):
        np.testing.assert_array_equal(clean.read(row), mixed.read(there))
    api.delete_set("mixed")  # the part outlives the whole
    assert clean.read(0).shape and len(api.filter_log("clean")) == 25
    with zipfile.ZipFile(io.BytesIO(api.export_zip("clean", provenance="full"))) as archive:
        assert len(pd.read_csv(archive.open("clean/filter_log.csv"))) == 25
    with zipfile.ZipFile(io.BytesIO(api.export_zip("clean", provenance="redacted"))) as archive:
        assert not {"because", "patient", "reason"} & set(pd.read_csv(archive.open("images/filter_log.csv")))


def test_the_id_is_what_made_it(mixed: api.ImageSet) -> None:
    first = made("a", at=0.3)
    assert made("b", at=0.3).set_id == first.set_id
    assert made("c", at=0.9, kind="drop_reidentified").set_id != first.set_id != made("d", at=0.31).set_id
    with pytest.raises(BenchError, match="belongs to another request"):
        made("a", at=0.4)


def test_labels_need_no_encoder(study: Workspace) -> None:
    run = made("even", "resample_labels", "fresh", encoder=None, train=None)
    table = api.find_set(run.set_id).table
    assert table["Edema"].mean() == pytest.approx(0.5, abs=0.04) and len(table) < 30


def test_a_set_in_place_stays_there(study: Workspace, tmp_path: Path) -> None:
    write_images(tmp_path / "there", 12, seed=4)
    api.import_images("there", tmp_path / "there", None, "synthetic", copy=False)
    run = made("part", "cap_per_patient", "there", 1, encoder=ENCODER)
    part = api.find_set(run.set_id)
    assert part.root == tmp_path / "there" and 0 < len(part) < 12 and part.read(0).shape == (16, 16)


def test_the_verb(mixed: api.ImageSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["filter", "--set", "mixed", "--kind", "drop_near_copies", "--name", "clean", "--train", "train", "--encoder", ENCODER]
    assert main([*command, "--threshold", "0.3", "--json", str(tmp_path / "f.json"), "--log", str(tmp_path / "f.csv")]) == 0
    found = json.loads((tmp_path / "f.json").read_text())
    assert found["filter"]["gone"] == 5 and len(found["log"]) == len(pd.read_csv(tmp_path / "f.csv")) == 25
    assert "film_0: 0 of the spacing" in capsys.readouterr().err
    assert main([*command[:-2], "--threshold", "0.3"]) == 2
    assert "needs an encoder" in capsys.readouterr().err
    assert main([*command, "--threshold", "11"]) == 2
    assert "from 0 to 10" in capsys.readouterr().err


BAD = [
    ({"train": None}, "needs a training set"),
    ({"images": "real"}, "holds real images"),
    ({"images": "gone"}, "no image set named 'gone'"),
    ({"at": 9.5}, "leaves none of the 25 images"),
    ({"kind": "resample_labels"}, "set 'mixed' has none"),
    ({"kind": "best_of_n"}, "needs the prompt of each image"),
    ({"kind": "cap_per_patient", "train": "nobodys"}, "whose the training images are"),
    ({"train": "one", "at": 0.3}, "other patients' distinct images"),
]


def test_bad_input_is_named(mixed: api.ImageSet, tmp_path: Path) -> None:
    for name in ("nobodys", "one"):
        table = pd.DataFrame({"path": write_images(tmp_path / "own", 8, seed=5)} | ({"subject_id": "p"} if name == "one" else {}))
        table.to_csv(tmp_path / "own.csv", index=False)
        api.import_images(name, tmp_path / "own", tmp_path / "own.csv", "train")
    for given, said in BAD:
        with pytest.raises(BenchError, match=said):
            made("clean", **given)
    assert "clean" not in set(api.sets()["name"])
