"""A study of small sets: every kind of release, what is shared, what is resumed, and why a cell could not be made."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.config import Config
from bench_core.downstream import private_probe
from bench_core.errors import Cancelled
from bench_core.jobs import studies
from tests import fakes
from tests.engine.runs.test_utility import bring
from tests.engine.studies import ENCODER

TOML = f"""
title = "Small"
real = "real"
train = "train"
encoder = "{ENCODER}"
releases = ["generator", "images", "filtered_images", "classifier", "real_classifier", "private_classifier"]
trainings = 2
steps = 20
metrics = ["frechet_distance"]
[prompts]
reports_of = "train"
per_finding = 10
[[generators]]
id = "tiny"
settings = {{ strength = [1.0] }}
[[filters]]
id = "cap_per_patient"
thresholds = [2]
[[filters]]
id = "drop_near_copies"
thresholds = [10]
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[api.StudySpec]:
    """The study carried out once."""
    folder, before = tmp_path_factory.mktemp("study"), api.workspace._current
    fakes.install(folder / "cards")
    opened = api.open_workspace(
        Config(home=folder / "home", database_url=fakes.fresh_database(folder / "home"), device="cpu", cards=folder / "cards")
    )
    for kind, count in (("train", 120), ("real", 80)):
        bring(folder, kind, count, **({"prompt": [f"report {i}" for i in range(count)]} if kind == "train" else {}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private_probe, "noise_for", lambda *_, **__: 1.0)
        patch.setattr(private_probe, "STEPS", 5)
        yield api.carry_out_study(TOML)
    opened.database.engine.dispose()
    api.workspace._current = before


def test_every_release_has_its_utility_and_the_attack_that_fits(made: api.StudySpec) -> None:
    cells = api.study_cells(made)
    whole = cells[cells["state"] == "made"]
    assert set(whole["release"]) == set(api.RELEASES)
    assert whole[["utility", "utility_low", "attack_auc", "attack_low"]].notna().all().all()
    attacks = whole.groupby("release")["attack"].agg(set)
    assert attacks["images"] == {"gan_leaks"} and attacks["classifier"] == attacks["private_classifier"] == {"rmia"}
    assert attacks["generator"] == {"gan_leaks"}  # the tiny generator cannot be asked, but whoever has it has its images
    assert (whole["seconds"] > 0).any() and set(whole.loc[whole["source"] == "real images", "arm"]) == {"real_only"}


def test_a_filter_that_leaves_nothing_says_why_its_cells_could_not_be_made(made: api.StudySpec) -> None:
    cells = api.study_cells(made)
    failed = cells[cells["state"] == "could not be made"]
    assert set(failed["filter"]) == {"drop_near_copies 10"} and set(failed["release"]) == {"filtered_images", "classifier"}
    assert failed["message"].str.contains("leaves none").all()


def test_what_is_there_is_not_made_again_and_cells_are_shared(made: api.StudySpec) -> None:
    before = len(api.runs(1000))
    api.carry_out_study(TOML, resume=True)
    assert len(api.runs(1000)) == before
    other = api.read_study(TOML.replace('"Small"', '"Other"').replace('"classifier", ', ""))
    assert (api.study_cells(other)["state"] != "not made yet").all()
    assert set(api.studies(api.Reference(*studies.sets_of(api.open_workspace(), made), ENCODER))["title"]) == {"Small"}
    changed = api.study_cells(api.read_study(TOML.replace("trainings = 2", "trainings = 3")))
    assert (changed["state"] == "not made yet").all()


def test_a_study_that_was_stopped_goes_on(made: api.StudySpec) -> None:
    releases = TOML[TOML.index("releases") : TOML.index("trainings")]
    filters = TOML[TOML.index("[[filters]]") :]
    toml = TOML.replace(releases, 'releases = ["images", "real_classifier"]\n').replace(filters, "").replace("steps = 20", "steps = 21")
    reached: list[int] = []

    def stop_after_one(done: int, total: int, message: str) -> None:
        reached.append(done)
        if done == 1:
            raise Cancelled("stopped by the test")

    with pytest.raises(Cancelled):
        api.carry_out_study(toml, stop_after_one)
    states = api.study_cells(api.read_study(toml))["state"].value_counts()
    assert states["not made yet"] == 1
    runs = len(api.runs(1000))
    api.carry_out_study(toml, resume=True)
    assert (api.study_cells(api.read_study(toml))["state"] != "not made yet").all()
    again = api.runs(len(api.runs(1000)) - runs)
    assert "generate" not in set(again["kind"])


def test_the_verb_prints_and_writes_every_cell(made: api.StudySpec, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "s.toml").write_text(TOML)
    out = tmp_path / "out.json"
    assert main(["study", str(tmp_path / "s.toml"), "--resume", "--json", str(out)]) == 0
    assert len(json.loads(out.read_text())["cells"]) == len(api.study_cells(made)) and "gan_leaks" in capsys.readouterr().out
    assert main(["study", str(tmp_path / "s.toml"), "--dry-run"]) == 0 and "there" in capsys.readouterr().out
    assert main(["study", "sok-releas"]) == 2 and "sok-release" in capsys.readouterr().err
