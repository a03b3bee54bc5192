"""Template copies that were planted are counted; whole copies and new images are none; through queue, facade and command line."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, REFERENCE

CHANGED = 12


def plant(folder: Path) -> None:
    """Copies of training films with one region of another patient's film, a whole copy beside them."""
    train = api.find_set("train")
    folder.mkdir()
    for row in range(CHANGED + 1):
        film, other = train.read(row).copy(), train.read(row + 30)
        height, width = film.shape
        if row < CHANGED:
            box = slice(height // 4, height * 3 // 4), slice(width // 4, width * 5 // 8)
            film[box] = other[box]
        Image.fromarray(film).save(folder / f"made_{row:02d}.png")


def test_planted_ones_are_counted_and_whole_copies_and_new_images_are_not(study: Workspace, tmp_path: Path) -> None:
    plant(tmp_path / "made")
    api.import_images("made", tmp_path / "made", None, "synthetic")
    with pytest.raises(NotPossible, match="were not looked for in 'made'"):
        api.template_copies("made", REFERENCE)
    sets = ["--train", "train", "--real", "real", "--encoder", ENCODER, "--json", str(tmp_path / "pairs.json")]
    main(["detect", "--synthetic", "made", *sets, "--templates", str(tmp_path / "templates.json")])
    found, train = api.template_copies("made", REFERENCE), api.find_set("train").table
    assert sorted(one.image_id for one in found.copies) == [f"made_{row:02d}" for row in range(CHANGED)], "the whole copy is none"
    shown = {one.image_id: one.train_image_id for one in found.copies}
    assert [shown[f"made_{row:02d}"] for row in range(CHANGED)] == train["image_id"].iloc[:CHANGED].tolist()
    assert found.count.found == CHANGED and found.count.chance < 1e-4 and "show 12 training images outside of one region" in found.verdict
    first = found.copies[0]
    assert first.outside > 0.9 > 0.8 > first.inside and 0.08 < first.area < 0.4 and first.patient is not None
    told = json.loads((tmp_path / "templates.json").read_text())
    assert told["verdict"] == found.verdict and len(told["copies"]) == CHANGED
    assert np.isclose(told["count"]["chance"], found.count.chance)
    api.wait(api.submit(api.DetectSpec(synthetic="fresh", train="train", real="real", encoder=ENCODER)))
    clear = api.template_copies("fresh", REFERENCE)
    assert not clear.copies and clear.count.chance == 1.0 and clear.verdict.startswith("None of")
    with pytest.raises(InputError, match="cannot be the cut"):
        api.template_copies("made", REFERENCE, 0.9)
