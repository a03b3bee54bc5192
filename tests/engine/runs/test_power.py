"""Power of a small study: planted faults are seen, chance is not, and what was finished is not done again."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import power_key
from bench_core.engine.power import films
from bench_core.engine.runs.power import thinned
from bench_core.errors import InputError, UnknownName
from bench_core.store.archive import Archive
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER
from tests.fakes import write_images

METRICS = [api.Choice(id="frechet_distance"), api.Choice(id="copy_share"), api.Choice(id="nearest_train_distance")]


PATTERN = 40 * np.sign(np.random.default_rng(0).normal(size=(4, 4))).repeat(4, 0).repeat(4, 1)


def smooth(folder: Path, count: int, seed: int) -> list[str]:
    """Pictures of one pattern, a shade and some noise of their own."""
    names, rng = write_images(folder, count), np.random.default_rng(seed)
    for name in names:
        own = 10 * rng.normal(size=(4, 4)).repeat(4, 0).repeat(4, 1) + 6 * rng.normal(size=(16, 16))
        grey = 128 + PATTERN + 10 * rng.normal() + own
        Image.fromarray(np.clip(grey, 0, 255).astype(np.uint8)).save(folder / name)
    return names


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """90 real patients of 120 films, 80 training films."""
    for number, (kind, count, patients) in enumerate((("real", 120, 90), ("train", 80, 80))):
        table = pd.DataFrame({"path": smooth(tmp_path / kind, count, number + 1)})
        table["subject_id"] = [f"{kind}{i % patients}" for i in range(count)]
        table["prompt"] = [f"{i}" for i in range(count)]
        table["Edema"] = np.arange(count) % 2
        table.to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    return workspace


def asked(**more) -> api.PowerSpec:
    given = {"real": "real", "train": "train", "encoder": ENCODER, "n": [30], "metrics": METRICS, "faults": ["copies", "contrast"], **more}
    return api.PowerSpec(**given)


def done(spec: api.PowerSpec) -> pd.DataFrame:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return api.power(api.Reference("real", spec.train, ENCODER))


def test_copies_and_lost_contrast_are_seen_and_chance_is_not(study: Workspace) -> None:
    found = done(asked(repeats=12)).set_index(["metric", "fault", "strength"])
    assert (found["repeats"] >= 10).all()  # of a repeat whose findings differ by chance there may be no range
    assert found.loc[("nearest_train_distance", "copies", 50.0), "share"] == 1.0
    assert found.loc[("frechet_distance", "contrast", 40.0), "share"] == 1.0
    assert found.loc[(slice(None), ""), "share"].max() <= 0.2
    found = found.sort_index()
    copies = found.loc[("nearest_train_distance", "copies"), "share"]
    assert copies.is_monotonic_increasing
    assert ((found["low"] <= found["share"]) & (found["share"] <= found["high"])).all()
    limits = api.power_limits(found.reset_index()).set_index(["metric", "fault"])
    assert 1 < limits.loc[("nearest_train_distance", "copies"), "seen"] <= 50
    assert limits.loc[("copy_share", "contrast"), "words"].startswith(("does not see", "calls", "sees"))
    assert set(found["against"]) == {40}


def test_what_is_stored_is_not_made_again_travels_and_goes_with_the_set(
    study: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = done(asked(repeats=5))
    monkeypatch.setattr("bench_core.engine.runs.power.PowerStudy", None)
    pd.testing.assert_frame_equal(done(asked(repeats=5)), before)
    assert study.derived.count("part of a step") == 0
    entries = study.derived.entries([study.sets.find(name) for name in ("real", "train")])
    Archive(entries=[e for e in entries if e.kind.startswith("power")]).write(tmp_path / "archive")
    study.derived.forget([e.key for e in entries])
    assert api.power(api.Reference("real", "train", ENCODER)).empty
    study.derived.write_entries(Archive.read(tmp_path / "archive").entries)  # as results come along with the embedded study
    pd.testing.assert_frame_equal(api.power(api.Reference("real", "train", ENCODER)), before)
    api.delete_set("real")
    assert study.derived.count("power") == study.derived.count("power about") == 0


def test_a_killed_study_goes_on_where_it_stopped(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    encoded: list[str] = []

    def counting(models, images, *more):
        encoded.append(images.fault)
        return one_by_one(models, images, *more)

    one_by_one = films.encoded
    monkeypatch.setattr("bench_core.engine.runs.power.encoded", counting)
    judged: list[int] = []

    def dying(self, number):
        judged.append(number)
        if len(judged) == 3:
            raise RuntimeError("killed")
        return whole(self, number)

    from bench_core.engine.power.study import PowerStudy

    whole = PowerStudy._judge
    monkeypatch.setattr(PowerStudy, "_judge", dying)
    spec = asked(repeats=5)
    assert api.wait(api.submit(spec)).status == "failed"
    assert encoded == ["contrast"] * 4
    found = done(spec)
    assert encoded == ["contrast"] * 4
    assert judged == [0, 1, 2, 2, 3, 4]
    monkeypatch.undo()
    assert len(found) == len(METRICS) * (1 + 4 + 6)


def test_pixels_are_read_where_metrics_ask_for_them(study: Workspace) -> None:
    spectral = api.Choice(id="spectral_distance", settings={"side": 16})
    found = done(asked(metrics=[spectral], faults=["noise", "collapsed_modes"], repeats=6)).set_index(["fault", "strength"])
    assert found.loc[("noise", 20.0), "share"].item() == 1.0
    assert found.loc[("collapsed_modes", 25.0), "worse"].item() < 6


def test_what_cannot_be_asked_is_said(study: Workspace) -> None:
    with pytest.raises(
        InputError, match="real has 90 patients .120 images.: of n = 70 films .* 20 patients are left .* 35 are needed"
    ) as told:
        api.submit(asked(n=[30, 70]))
    assert told.value.hint.startswith("Ask for at most n = 60")
    with pytest.raises(InputError, match="n = 10 is too small"):
        api.submit(asked(n=[10]))
    with pytest.raises(UnknownName, match="no fault named 'blurr'"):
        api.submit(asked(faults=["blurr"]))
    with pytest.raises(InputError, match="two roles"):
        api.submit(asked(train="real"))
    with pytest.raises(InputError, match="trtr_auroc reads no synthetic images"):
        api.submit(asked(metrics=[api.Choice(id="trtr_auroc")]))
    run = api.wait(api.submit(asked(train=None, metrics=None)))
    assert run.status == "failed"
    assert "Copies needs training images" in run.error
    run = api.wait(api.submit(asked(metrics=[api.Choice(id="inception_score")])))
    assert "needs class logits" in run.error


def test_counts_of_other_versions_and_sets_are_left_out(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = asked(train=None, faults=["contrast"], metrics=[api.Choice(id="frechet_distance")], repeats=5)
    found = done(spec)
    assert len(api.power(api.Reference("real", "train", ENCODER))) == len(found) > 0  # no training set was needed
    assert api.power(api.Reference("train", None, ENCODER)).empty
    images = {"real": study.sets.open("real")}
    key = power_key(spec, 30, encoder_card(study.config, ENCODER), images)
    table = study.derived.table(key)
    assert table is not None
    study.derived.write_table(key, "power", table.assign(version=99), [images["real"].id])
    assert api.power(api.Reference("real", None, ENCODER)).empty


def test_a_large_set_is_thinned_by_patients(study: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    images = study.sets.open("real")
    assert thinned(images, 30, 0) is images
    monkeypatch.setattr("bench_core.engine.runs.power.MOST_PATIENTS", 50)
    few = thinned(images, 10, 0)
    assert few.table["subject_id"].nunique() == 50
    whole = images.table["subject_id"].value_counts()
    assert (
        few.table["subject_id"].value_counts()
        == whole[few.table["subject_id"].unique()].reindex(few.table["subject_id"].value_counts().index)
    ).all()


def test_time_is_told_beforehand(study: Workspace) -> None:
    few, many = asked(repeats=5), asked(repeats=50)
    assert 0 < api.expected_power(few) < api.expected_power(many)
