"""Visits at a screen that anybody may use: what goes with one, and what never does."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from bench_core import api
from bench_core.config import Config
from bench_core.engine.requests.kiosk import VISIT, reset, visit
from bench_core.errors import InputError
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


def made(owner: str, name: str, seed: int) -> str:
    run = api.wait(api.submit(request(name, prompts=1, count=1, seed=seed), owner=owner))
    assert run.status == "done", run.error
    return run.id


@pytest.fixture
def kiosk(workspace: Workspace) -> Workspace:
    workspace.config = replace(workspace.config, kiosk_seconds=60)
    return workspace


def test_what_a_visit_made_goes_and_all_else_stays(kiosk: Workspace, tmp_path: Path) -> None:
    made("bob", "theirs", 1)
    write_images(tmp_path / "films", 2)
    api.import_images("before", tmp_path / "films", None, "train")
    time.sleep(0.01)
    guest, later, began = "abc", "def", time.time()
    visit(kiosk, guest, began)
    owner = api.rename_guest(guest, "eve")
    made(owner, "mine", 2)
    made(owner, "theirs", 1)  # the same request: it was there
    made("bob", "shared", 3)
    made(owner, "shared", 3)
    write_images(tmp_path / "upload", 2, seed=9)
    api.import_images("upload", tmp_path / "upload", None, "synthetic")
    api.kiosk_made(guest, "upload")
    set_id, image_id = api.find_set("theirs").id, str(api.find_set("theirs").table["image_id"].iat[0])
    for author in (owner, "bob"):  # a study that is open and shows a set keeps it, unless it goes as well
        shown = api.find_set("mine" if author == owner else "theirs").id
        kiosk.reading.add(f"study of {author}", {}, [{"films": [{"set": shown}]}], author)
        kiosk.marks.add(set_id, image_id, api.find_set("before").id, "film_0", mark="copy", author=author)
    visit(kiosk, later, began + 59)
    assert "mine" in set(api.sets()["name"]), "not idle for long enough"
    visit(kiosk, later, began + 300)
    assert set(api.sets()["name"]) == {"theirs", "before", "shared"}
    assert set(api.runs()["owner"]) == {"bob"} and [m["author"] for m in kiosk.marks.rows()] == ["bob"]
    assert [study["name"] for study in kiosk.reading.studies()] == ["study of bob"]
    assert list(kiosk.states(VISIT)) == [VISIT + later]
    assert api.rename_guest(later, "eve") == "eve", "the name is free"
    assert reset(kiosk, "nobody") == [], "who has no visit loses nothing"


def test_a_run_that_waits_is_cancelled_and_goes(kiosk: Workspace) -> None:
    guest = "abc"
    visit(kiosk, guest)
    run_id = api.submit(request("waiting", seed=4), owner=api.guest_name(guest))
    api.kiosk_reset(guest)
    assert run_id not in set(api.runs()["id"])
    assert "waiting" not in set(api.sets()["name"]) and kiosk.states(VISIT) == {}


def test_the_setting_is_a_number_of_seconds() -> None:
    read = lambda text: Config.from_environment({"BENCH_HOME": "/x", "BENCH_KIOSK_SECONDS": text}).kiosk_seconds
    assert read("120") == 120 and read("") is None
    with pytest.raises(InputError, match="BENCH_KIOSK_SECONDS is '5'"):
        read("5")
