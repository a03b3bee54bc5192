"""Where masks come from: the simulator, the generators that draw or copy, imported sets; and who has none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api, phantom
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.engine.utility.masks import PARTS, masked_films, small, thinned
from bench_core.errors import InputError, NotPossible
from bench_core.store.workspace import Workspace
from tests.fakes import write_images

PROMPTS = [api.PromptSpec(text="Severe left pleural effusion and severe right consolidation. PA view.", labels={"view": "PA"})]


def masked(workspace: Workspace, name: str, count: int = 1, side: int = 64):  # type: ignore[no-untyped-def]
    return masked_films(workspace, Models(workspace.config), workspace.sets.open(name), np.arange(count), side, Tally())


def test_the_oracle_and_the_copycat_know_where_things_are(workspace: Workspace, tmp_path: Path) -> None:
    phantom.export(tmp_path / "cohort", subjects=1, seed=3, workers=1)
    api.import_images("train", tmp_path / "cohort", tmp_path / "cohort" / "table.csv", "train")
    ids = api.find_set("train").table["image_id"]
    masks = {i: np.load(tmp_path / "cohort" / "masks" / f"{i}.npz")["heart"] for i in ids}
    (tmp_path / "masks").mkdir()
    for i, mask in masks.items():
        Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(tmp_path / "masks" / f"{i}.png")
    pd.DataFrame({"path": [f"{i}.png" for i in ids], "image_id": list(ids)}).to_csv(tmp_path / "masks.csv", index=False)
    api.import_images("train-masks", tmp_path / "masks", tmp_path / "masks.csv", "real")
    moved = api.Choice(id="copycat", settings={"noise": 0, "shift": 20, "flip": 1.0})
    for name, generator, train in (("drawn", api.Choice(id="phantom-oracle"), None), ("copied", moved, "train")):
        spec = api.GenerateSpec(name=name, generator=generator, prompts=PROMPTS, count=1, seed=4, train=train)
        assert api.wait(api.submit(spec)).status == "done"
    drawn, film = masked(workspace, "drawn"), phantom.render_prompt(PROMPTS[0].text, 4)
    assert drawn.structures == tuple(PARTS)
    for i, parts in enumerate(PARTS.values()):
        whole = np.logical_or.reduce([film.masks[p] for p in parts if p in film.masks])
        np.testing.assert_array_equal(drawn.masks[0, i], small(np.where(whole, 255, 0).astype(np.uint8), 64) > 127)
    assert drawn.masks[0, 2].sum() > 100
    copied = masked(workspace, "copied", side=256)
    image = api.find_set("copied").read(0)
    source = next(i for i in range(len(ids)) if np.array_equal(_mirrored_and_moved(api.find_set("train").read(i), image), image))
    np.testing.assert_array_equal(copied.masks[0, 0], _mirrored_and_moved(masks[ids[source]].astype(np.uint8), image, source, "train") > 0)


def _mirrored_and_moved(film: np.ndarray, goal: np.ndarray, row: int | None = None, name: str = "") -> np.ndarray:
    """The film as it was moved onto the copy: the shift of the training film that fits best, found by trying all."""
    pattern = (api.find_set(name).read(row) if row is not None else film)[:, ::-1]
    shifts = [(d, r) for d in range(-20, 21) for r in range(-20, 21)]
    inner = (slice(40, -40), slice(40, -40))
    best = min(shifts, key=lambda s: np.abs(np.roll(pattern, s, (0, 1))[inner].astype(int) - goal[inner]).sum())
    padded = np.pad(film[:, ::-1], 21, mode="edge")
    return padded[21 - best[0] : 277 - best[0], 21 - best[1] : 277 - best[1]]


def test_imported_masks_must_be_there_for_every_image_and_others_have_none(workspace: Workspace, tmp_path: Path) -> None:
    names = write_images(tmp_path / "films", 3)
    for name, table in (("films", names), ("films-masks", names[:2])):
        pd.DataFrame({"path": table, "image_id": [Path(n).stem for n in table]}).to_csv(tmp_path / "t.csv", index=False)
        if name == "films":
            with pytest.raises(NotPossible, match="imported without masks"):
                api.import_images(name, tmp_path / "films", tmp_path / "t.csv", "synthetic")
                masked(workspace, name)
        else:
            api.import_images(name, tmp_path / "films", tmp_path / "t.csv", "real")
    assert masked(workspace, "films", 2).structures == ("mask",)
    with pytest.raises(InputError, match="films-masks has no mask for 1 of 3 images"):
        masked(workspace, "films", 3)


def test_whole_patients_are_taken(workspace: Workspace, tmp_path: Path) -> None:
    names = write_images(tmp_path / "films", 12)
    pd.DataFrame({"path": names, "subject_id": [f"p{i // 3}" for i in range(12)]}).to_csv(tmp_path / "t.csv", index=False)
    api.import_images("films", tmp_path / "films", tmp_path / "t.csv", "train")
    rows = thinned(api.find_set("films"), 7)
    assert len(rows) == 6 and len({r // 3 for r in rows}) == 2 and thinned(api.find_set("films"), 12).tolist() == list(range(12))
