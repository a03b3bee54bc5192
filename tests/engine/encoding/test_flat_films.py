"""Films of one grey are told beside the numbers, however the set came in."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.data import FLAT
from bench_core.engine.encoding.flat_films import with_flat_films
from bench_core.store.workspace import Workspace
from tests.engine.studies import QUICK
from tests.fakes import SIDE, request, write_images


def black(folder: Path, names: list[str]) -> None:
    for name in names:
        Image.fromarray(np.zeros((SIDE, SIDE), np.uint8)).save(folder / name)


@pytest.mark.parametrize("copy", [True, False])
def test_an_evaluation_says_how_many_films_are_flat(workspace: Workspace, tmp_path: Path, copy: bool):
    for name, seed in (("real", 1), ("made", 2)):
        write_images(tmp_path / name, 30, seed=seed)
    black(tmp_path / "made", ["film_3.png", "film_4.png"])
    api.import_images("real", tmp_path / "real", None, "real", copy=copy)
    api.import_images("made", tmp_path / "made", None, "synthetic", copy=copy)
    spec = api.EvaluateSpec(synthetic="made", real="real", encoders=["tiny-pixels"], metrics=QUICK[:1], intervals=False)
    run = api.wait(api.submit(spec))
    (message,) = api.run_results(run.id)["message"]
    assert "2 of the 30 synthetic images are nearly one grey." in message and "real images are nearly" not in message


def test_a_set_whose_import_did_not_count_is_looked_at_once(workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    images = api.find_set(api.wait(api.submit(request())).set_id)
    assert FLAT not in images.meta
    assert with_flat_films(workspace, images).meta[FLAT]["of"] == len(images)
    monkeypatch.setattr(type(images), "read", None)
    assert with_flat_films(workspace, images).meta[FLAT]["of"] == len(images)
