"""Utility of a small study: what is refused before anything is trained, what is stored, and what is not done again."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.engine.utility.people import subgroups
from bench_core.errors import InputError, UnknownName
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER
from tests.fakes import write_images

REFERENCE = api.Reference("real", "train", ENCODER)


def bring(folder: Path, kind: str, count: int, patients: str | None = None, **labels: object) -> None:
    """Films whose left half is brighter with edema and whose right half is with a fracture."""
    names, rng = write_images(folder / kind, count), np.random.default_rng(len(kind))
    table = pd.DataFrame({"path": names, "Edema": np.arange(count) % 2, "Fracture": np.arange(count) // 2 % 2, **labels})
    table["view"] = np.where(np.arange(count) // 4 % 2, "PA", "AP")
    for name, edema, fracture in zip(names, np.arange(count) % 2, np.arange(count) // 2 % 2, strict=True):
        grey = 100 + 20 * rng.normal(size=(16, 16))
        grey[:, :8] += 40 * edema
        grey[:, 8:] += 40 * fracture
        Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / kind / name)
    if kind != "synthetic":
        table["subject_id"] = [f"{patients or kind}{i // 2}" for i in range(count)]
    table.to_csv(folder / f"{kind}.csv", index=False)
    api.import_images(kind, folder / kind, folder / f"{kind}.csv", kind)


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    for kind, count in (("train", 120), ("real", 80), ("synthetic", 60)):
        bring(tmp_path, kind, count)
    return workspace


def asked(**more: object) -> api.UtilitySpec:
    given = {"synthetic": "synthetic", "real": "real", "train": "train", "encoder": ENCODER, "shares": [0.2, 1.0], "trainings": 2}
    return api.UtilitySpec.model_validate({**given, "steps": 40, **more})


def done(spec: api.UtilitySpec) -> api.Run:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run


def test_arms_are_stored_with_what_could_not_be_trained_and_found_again(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    done(asked())
    found = api.utility(REFERENCE)
    overall = found[(found["measure"] == "auroc") & (found["finding"] == "all")].set_index(["arm", "share"])
    assert overall.loc["real_only", 1.0]["value"] > 0.9 and overall.loc["synthetic_only", 1.0]["value"] > 0.9
    assert overall.loc["altered", 0.2]["n_added"] == 60
    refused = found[found["arm"] == "reconstructed"]
    assert refused["message"].str.contains("synthetic was imported").all() and (refused["trainings"] == 0).all()
    assert "auroc gap by view" in set(found["measure"])
    gains = api.utility_gains(REFERENCE).set_index("metric")
    assert list(gains.index) == ["augmentation_gain", "low_data_gain"] and list(gains["share"]) == [1.0, 0.2]
    assert gains.loc["low_data_gain", "value"] == overall.loc["augmented", 0.2]["gain"]
    assert gains.loc["low_data_gain", "null"] == overall.loc["more_real", 0.2]["gain"]
    assert np.isnan(gains.loc["augmentation_gain", "null"])  # at the full share there are no more real images
    curves = api.utility_curves(REFERENCE, "synthetic", "linear")
    assert {"real_only", "augmented"} <= set(curves["arm"]) and set(curves["share"]) == {1.0}
    monkeypatch.setattr("bench_core.downstream.study.train", lambda *_: pytest.fail("trained again"))
    done(asked())
    done(asked(arms=None))


def test_other_classifiers_stand_beside_and_a_deleted_set_takes_its_figures_along(study: Workspace) -> None:
    done(asked(arms=["augmented", "pretrained"], shares=[1.0]))
    done(asked(arms=["augmented", "pretrained"], shares=[1.0], classifier="knn"))
    found = api.utility(REFERENCE)
    assert set(found["classifier"]) == {"linear", "knn"}
    assert set(api.utility(REFERENCE, "knn")["classifier"]) == {"knn"}
    refused = found[(found["classifier"] == "knn") & (found["message"] != "")]
    assert set(refused["arm"]) == {"pretrained"} and "no steps" in refused["message"].iloc[0]
    api.delete_set("synthetic")
    assert api.utility(REFERENCE).empty and api.utility_curves(REFERENCE, "synthetic", "linear").empty


@pytest.mark.parametrize(
    ("more", "problem", "said"),
    [
        ({"arms": ["no_arm"]}, UnknownName, "no_arm"),
        ({"findings": ["Edem"]}, UnknownName, "Edema"),
        ({"train": "real"}, InputError, "two roles"),
        ({"train": "synthetic", "synthetic": "train"}, InputError, "holds real images and was given as the synthetic set"),
        ({"encoder": "nothing"}, UnknownName, "nothing"),
    ],
)
def test_what_cannot_be_is_said_before_anything_runs(study: Workspace, more: dict, problem: type, said: str) -> None:
    with pytest.raises(problem, match=said):
        api.submit(asked(**more))


def test_subgroups_are_read_as_tables_write_them(study: Workspace, tmp_path: Path) -> None:
    table = pd.read_csv(tmp_path / "real.csv")
    table["Patient Gender"] = ["Female", "m", "F", "male"] * 20
    table["Patient Age"] = ["064Y", "41", "", "60.0"] * 20
    table.to_csv(tmp_path / "people.csv", index=False)
    api.import_images("people", tmp_path / "real", tmp_path / "people.csv", "real")
    found = subgroups(api.find_set("people"))
    assert found["sex"][:4].tolist() == ["F", "M", "F", "M"]
    assert found["age"][:4].tolist() == ["60 or older", "younger than 60", "", "60 or older"]
    assert set(found["view"]) == {"AP", "PA"}
    assert set(subgroups(api.find_set("real"))) == {"view"}


def test_a_network_on_pixels_is_tested_on_further_sets_and_on_what_the_generator_was_not_told(study: Workspace, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "real", tmp_path / "elsewhere")
    table = pd.read_csv(tmp_path / "real.csv").assign(subject_id=[f"other{i}" for i in range(80)])
    table.to_csv(tmp_path / "elsewhere.csv", index=False)
    api.import_images("elsewhere", tmp_path / "elsewhere", tmp_path / "elsewhere.csv", "real")
    spec = asked(
        arms=["altered", "augmented", "synthetic_only"], shares=[1.0], classifier="convnet", side=32, steps=12, tests=["elsewhere"],
        untold=["Fracture", "view"],
    )  # fmt: skip
    done(spec)
    found = api.utility(api.Reference("real", "train", ENCODER))
    auroc = found[found["measure"] == "auroc"].set_index(["tested_on", "arm", "finding"])["value"]
    assert {"", "elsewhere"} == set(found["tested_on"]) and np.isfinite(auroc).all()
    assert auroc["elsewhere", "real_only", "Edema"] == pytest.approx(auroc["", "real_only", "Edema"])  # the same films
    told = {arm: set(found.loc[(found["arm"] == arm) & (found["measure"] == "auroc"), "finding"]) for arm in set(found["arm"])}
    assert {"Edema", "Fracture", "view", "all", "untold"} <= told["altered"]
    assert not {"Fracture", "view", "untold"} & told["synthetic_only"]  # nobody told it
    assert auroc["", "altered", "untold"] == pytest.approx((auroc["", "altered", "Fracture"] + auroc["", "altered", "view"]) / 2)
    assert set(api.utility_curves(REFERENCE, "synthetic", "convnet")["finding"]) == {"Edema", "all"}
    assert list(api.utility_gains(REFERENCE)["metric"]) == ["augmentation_gain", "cross_task_gain"]
    assert not list((study.config.checkpoints / "utility").glob("*"))
    with pytest.raises(InputError, match="2 patients are in both train and leaky"):
        table.assign(subject_id=["train0", "train7"] * 40).to_csv(tmp_path / "leaky.csv", index=False)
        api.import_images("leaky", tmp_path / "elsewhere", tmp_path / "leaky.csv", "real")
        api.submit(asked(tests=["leaky"]))


def test_what_was_asked_last_is_shown_and_a_null_is_never_another_studys(study: Workspace) -> None:
    """Whatever the order of their keys."""
    arms = {10: ["augmented", "more_real"], 20: ["augmented"], 30: ["augmented"]}
    for steps in (10, 20, 30, 20, 10):
        done(asked(arms=arms[steps], shares=[0.2], steps=steps))
        found = api.utility(REFERENCE)
        mine = found[(found["arm"] == "augmented") & (found["measure"] == "auroc") & (found["finding"] == "all")]
        assert len(mine) == 1 and mine["kept_at"].iloc[0] <= steps
        (gain,) = api.utility_gains(REFERENCE).to_dict("records")
        assert gain["value"] == mine["gain"].iloc[0] and np.isnan(gain["null"]) == (steps != 10)


def test_chexgenbenchs_protocol_stands_beside_the_corrected_one(study: Workspace) -> None:
    for protocol in ("corrected", "chexgenbench"):
        done(asked(arms=["mixed", "duplicates"], shares=[1.0], protocol=protocol))
    found = api.utility(REFERENCE)
    theirs, ours = (found[found["protocol"] == name] for name in ("chexgenbench", "corrected"))
    assert set(theirs["arm"]) == {"real_only", "mixed"} and set(theirs["trainings"]) == {1} and set(ours["trainings"]) == {2}
    assert {"accuracy", "f1_micro", "precision", "recall_micro"} <= set(theirs["measure"])
    assert not {"accuracy", "f1_micro"} & set(ours["measure"])
    assert theirs["n_real"].max() > ours["n_real"].max()  # 95 % of images, not 90 % of patients
    assert set(api.utility_curves(REFERENCE, "synthetic", "linear", "chexgenbench")["protocol"]) == {"chexgenbench"}


def test_patients_on_both_sides_are_counted(study: Workspace, tmp_path: Path) -> None:
    table = pd.read_csv(tmp_path / "real.csv")
    table.loc[:3, "subject_id"] = ["train0", "train0", "train7", "train7"]
    table.to_csv(tmp_path / "leaky.csv", index=False)
    api.import_images("leaky", tmp_path / "real", tmp_path / "leaky.csv", "real")
    with pytest.raises(InputError, match="2 patients are in both train and leaky"):
        api.submit(asked(real="leaky"))


def test_a_set_without_labels_fails_with_its_role(study: Workspace, tmp_path: Path) -> None:
    api.import_images("bare", tmp_path / "synthetic", None, "synthetic")
    run = api.wait(api.submit(asked(synthetic="bare")))
    assert run.status == "failed" and "The synthetic images have no finding" in run.error


@pytest.mark.parametrize(("field", "value"), [("shares", [0.0]), ("shares", [1.5]), ("ratios", [-1.0]), ("trainings", 1)])
def test_shares_and_ratios_are_checked(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        asked(**{field: value})
