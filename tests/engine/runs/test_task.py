"""Studies of segmentation and of writing reports: what is stored, what is not done again, what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.cli import main
from bench_core.errors import InputError, UnknownName
from bench_core.frames import TASKS
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER
from tests.fakes import write_images

REFERENCE = api.Reference("real", "train", ENCODER)


def bring(folder: Path, kind: str, count: int, masks: bool = True, prompts: bool = True) -> None:
    """Films with a bright square, its mask, and a report that says on which side it is."""
    names, rng = write_images(folder / kind, count), np.random.default_rng(len(kind))
    (folder / f"{kind}-masks").mkdir()
    for i, name in enumerate(names):
        mask = np.zeros((32, 32), bool)
        mask[8:24, 2 + 14 * (i % 2) : 14 + 14 * (i % 2)] = True
        film = np.where(mask, 200, 60) + 10 * rng.normal(size=mask.shape)
        Image.fromarray(np.clip(film, 0, 255).astype(np.uint8)).save(folder / kind / name)
        Image.fromarray(np.where(mask, 255, 0).astype(np.uint8)).save(folder / f"{kind}-masks" / name)
    said = [("Left", "Right")[i % 2] + " pleural effusion." for i in range(count)]
    table = pd.DataFrame({"path": names, "image_id": [f"{kind}{i}" for i in range(count)], **({"prompt": said} if prompts else {})})
    table["subject_id"] = [f"{kind}{i}" for i in range(count)] if kind != "synthetic" else None
    table.to_csv(folder / "t.csv", index=False)
    api.import_images(kind, folder / kind, folder / "t.csv", kind)
    if masks:
        table.drop(columns=["prompt"], errors="ignore").to_csv(folder / "m.csv", index=False)
        api.import_images(f"{kind}-masks", folder / f"{kind}-masks", folder / "m.csv", "real")


def asked(task: str = "segmentation", **more: object) -> api.TaskSpec:
    given = {
        "task": task,
        "synthetic": "synthetic",
        "real": "real",
        "train": "train",
        "encoder": ENCODER,
        "arms": ["augmented", "duplicates"],
    }
    return api.TaskSpec.model_validate({**given, "shares": [1.0], "trainings": 2, "steps": 5, "side": 32, **more})


@pytest.fixture
def untrained(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Networks that draw and write at random, and what they were asked; those that learn are in `tests/downstream`."""
    called: list[str] = []

    def draw(films, masks, stages, tested, how, seed):  # type: ignore[no-untyped-def]
        called.append("masks")
        assert (films[masks[:, 0]] > 120).mean() > 0.98  # each film lies below its own mask, altered ones but for their edges
        return np.random.default_rng(seed).random((len(tested), masks.shape[1], *tested.shape[1:])) > 0.5

    def write(pool, texts, stages, tested, vocabulary, how, seed):  # type: ignore[no-untyped-def]
        called.append("reports")
        return [texts[seed % 2]] * len(tested)

    monkeypatch.setattr("bench_core.downstream.segmentation.task.trained_masks", draw)
    monkeypatch.setattr("bench_core.downstream.reports.writing.written_reports", write)
    return called


def test_both_tasks_are_stored_and_not_done_again(workspace: Workspace, tmp_path: Path, untrained: list[str]) -> None:
    for kind, count in (("train", 24), ("real", 12), ("synthetic", 8)):
        bring(tmp_path, kind, count)
    verb = ["--synthetic", "synthetic", "--real", "real", "--train", "train", "--arms", "augmented,altered,reconstructed",
            "--shares", "100", "--trainings", "2", "--steps", "5", "--json", str(tmp_path / "out.json")]  # fmt: skip
    for name, more, measure in (
        ("segmentation", ["--side", "32"], "segmentation_dice"), ("report-writing", ["--encoder", ENCODER], "report_finding_f1"),
    ):  # fmt: skip
        assert main([name, *verb, *more]) == 0
        rows = json.loads((tmp_path / "out.json").read_text())["tasks"]
        assert list(rows[0]) == TASKS.names and {r["arm"] for r in rows} == {"real_only", "augmented", "altered", "reconstructed"}
        found = next(r for r in rows if (r["arm"], r["measure"], r["finding"]) == ("augmented", measure, "all"))
        assert (found["n_added"], found["n_test"]) == (8, 12) and found["low"] <= found["value"] <= found["high"]
        other = next(r for r in rows if (r["arm"], r["measure"], r["finding"]) == ("altered", measure, "all"))
        assert (other["n_added"], other["trainings"]) == (8, 2)
        told = next(r["message"] for r in rows if r["arm"] == "reconstructed")
        assert told == "synthetic was imported, so the autoencoder of its generator is not here."
    before = len(untrained)
    assert main(["segmentation", *verb, "--side", "32"]) == 0 and len(untrained) == before == 12
    assert set(api.tasks(REFERENCE, "segmentation")["finding"]) == {"all", "mask", ""}
    api.delete_set("synthetic")
    assert api.tasks(REFERENCE, "segmentation").empty
    api.delete_set("train")
    assert api.tasks(REFERENCE, "segmentation").empty, "a set that is gone is no error"


def test_arms_without_masks_say_why_and_controls_are_trained(workspace: Workspace, tmp_path: Path, untrained: list[str]) -> None:
    for kind, count in (("train", 24), ("real", 12), ("synthetic", 8)):
        bring(tmp_path, kind, count, masks=kind != "synthetic", prompts=kind != "synthetic")
    assert api.wait(api.submit(asked())).status == "done"
    found = api.tasks(REFERENCE, "segmentation").set_index("arm")
    assert "imported without masks" in found.loc["augmented", "message"] and found.loc[["duplicates"], "trainings"].iloc[0] == 2
    with pytest.raises(InputError, match="Some images of synthetic have no report"):
        api.submit(asked("reports"))
    api.delete_set("train-masks")
    run = api.wait(api.submit(asked(steps=6)))
    assert run.status == "failed" and "Segmentation needs masks of the training images." in run.error


@pytest.mark.parametrize(
    ("more", "problem", "said"),
    [({"arms": ["no_arm"]}, UnknownName, "no_arm"), ({"train": "real"}, InputError, "two roles"),
     ({"task": "reports", "encoder": None}, InputError, "needs an encoder"),
     ({"train": "synthetic", "synthetic": "train"}, InputError, "given as")],
)  # fmt: skip
def test_what_cannot_be_is_said_before_anything_runs(
    workspace: Workspace, tmp_path: Path, more: dict[str, object], problem: type[Exception], said: str
) -> None:
    for kind in ("train", "real", "synthetic"):
        bring(tmp_path, kind, 2, masks=False)
    with pytest.raises(problem, match=said):
        api.submit(asked(**more))
    with pytest.raises(ValueError, match="no share"):
        asked(shares=[0.0])
