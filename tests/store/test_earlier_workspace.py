"""What an earlier version stored still opens, reads as it did, and is found again instead of being made again.

`earlier_workspace/` holds a workspace of November 2026, what could be read from it then (`expected.json`) and the script that made both.
"""

import base64
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.config import Config
from bench_core.engine.answers.comparison import measurements
from bench_core.engine.keys import card_key, map_key, step_key
from bench_core.errors import NotPossible

FOLDER = Path(__file__).parent / "earlier_workspace"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
IDS: dict[str, str] = EXPECTED["sets"]
RUNS: dict[str, str] = EXPECTED["runs"]


@pytest.fixture
def earlier(tmp_path: Path) -> Iterator[Path]:
    """The folder of a copy of that workspace, which is current for the facade."""
    home = tmp_path / "home"
    shutil.copytree(FOLDER / "home", home)
    before = api.workspace._current
    opened = api.open_workspace(Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu", user="reader"))
    yield home
    opened.database.engine.dispose()
    api.workspace._current = before


def cells(frame: pd.DataFrame, columns: list[str]) -> dict[str, list[Any]]:
    """Columns as JSON holds them, every number exact; None where one is missing."""
    frame = frame[columns].astype({c: str for c in columns if c == "created"}).astype(object)
    return json.loads(json.dumps(frame.where(frame.notna(), None).to_dict("list")))


def assert_reads(frame: pd.DataFrame, expected: dict[str, list[Any]]) -> None:
    """The frame has these columns, with these cells; later versions may have more columns."""
    assert cells(frame, list(expected)) == expected


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def files(home: Path) -> dict[str, int]:
    """Everything that was computed, with the time at which it was written."""
    kept = [p for name in ("derived", "features", "thumbnails") for p in (home / name).rglob("*") if p.is_file()]
    images = [p for p in (home / "sets").rglob("*") if p.parent.name == "images"]
    return {str(p.relative_to(home)): p.stat().st_mtime_ns for p in kept + images}


def test_sets_read_as_they_did(earlier: Path):
    listing = api.sets().set_index("name")
    assert listing["id"].to_dict() == IDS
    kinds = {"real": "real", "train": "train", "plain": "synthetic", "copies": "synthetic", "noisy": "synthetic", "fresh": "synthetic"}
    assert listing["kind"].to_dict() == {**kinds, "stopped": "synthetic"}
    assert listing["images"].drop("stopped").to_dict() == {"real": 24, "train": 30, "plain": 4, "copies": 20, "noisy": 10, "fresh": 2}
    assert listing.index[~listing["complete"]].tolist() == ["stopped"]
    assert listing.index[listing["prompts_are_reports"]].tolist() == ["noisy", "copies", "train", "real"]
    assert (listing["generator"]["copies"], listing["generator"]["fresh"]) == ("copycat", "phantom-oracle")
    for name, expected in EXPECTED["tables"].items():
        assert_reads(api.find_set(name).table, expected)
        assert api.find_set(IDS[name]).id == IDS[name]
    for asked, expected in EXPECTED["members"].items():
        name, _, subgroup = asked.partition(", ")
        assert api.members(IDS[name], subgroup) == expected
    assert [prompt.model_dump() for prompt in api.report_prompts("real", 3)] == EXPECTED["prompts"]


def test_pixels_thumbnails_and_means_read_as_they_did(earlier: Path):
    before = files(earlier)
    for name, expected in EXPECTED["pixels"].items():
        images = api.find_set(name)
        assert [digest(image.tobytes()) for image in images.images()] == expected, name
        assert digest(api.thumbnails(images.id, [images.table["image_id"].iat[0]])[0]) == EXPECTED["thumbnails"][name]
    for name, expected in EXPECTED["means"].items():
        assert api.mean_image(IDS[name]) == base64.b64decode(expected)
    fresh = api.find_set("fresh")
    assert api.read_provenance(api.export_png(fresh.id, fresh.table["image_id"].iat[0], "full")) == EXPECTED["provenance"]
    assert files(earlier) == before


def test_runs_of_every_status_read_as_they_did(earlier: Path):
    status = {
        "copies": "done", "noisy": "done", "fresh": "done", "corrected": "done", "corrected, noisy": "done", "compatible": "done",
        "map": "done", "too few for a map": "failed", "stopped": "cancelled", "never started": "cancelled", "paused": "paused",
        "orphan": "running", "waiting": "queued",
    }  # fmt: skip
    assert {name: api.run(run_id).status for name, run_id in RUNS.items()} == status
    assert sorted(api.runs()["id"]) == sorted(RUNS.values())
    assert "at least 10 images; there are 2" in api.run(RUNS["too few for a map"]).error
    copies = api.run(RUNS["copies"])
    assert (copies.kind, copies.name, copies.set_id, copies.owner, copies.done, copies.progress) == (
        "generate", "copies", IDS["copies"], "reader", 20, 1.0,
    )  # fmt: skip
    assert isinstance(copies.spec, api.GenerateSpec)
    assert copies.spec.generator == api.Choice(id="copycat", settings={"noise": 8.0, "shift": 0, "flip": 0.0})
    assert (copies.spec.count, copies.spec.seed, copies.spec.train, len(copies.spec.prompts)) == (4, 3, IDS["train"], 5)
    corrected = api.run(RUNS["corrected"]).spec
    assert isinstance(corrected, api.EvaluateSpec)
    assert (corrected.synthetic, corrected.real, corrected.train) == (IDS["copies"], IDS["real"], IDS["train"])
    assert (corrected.encoders, corrected.subgroup, corrected.mode) == (["pixels", "phantom-clip"], "view", "corrected")
    drawn = api.run(RUNS["map"]).spec
    assert isinstance(drawn, api.ProjectSpec)
    assert (drawn.sets, drawn.encoder, drawn.seed) == ([IDS["real"], IDS["train"], IDS["copies"]], "pixels", 1)
    assert api.queue_held_by() == "reader"
    assert not api.worker_alive()


def test_numbers_read_as_they_did(earlier: Path):
    assert_reads(api.results(), EXPECTED["results"])
    for name, expected in EXPECTED["numbers"].items():
        assert_reads(api.run_results(RUNS[name]), expected)
    assert api.per_image("copies", "pixels", "nearest_train_distance").to_dict() == EXPECTED["per image"]
    table = api.per_image_table(RUNS["corrected"])
    assert table.set_index("image_id")["pixels/nearest_train_distance"].to_dict() == EXPECTED["per image"]
    found = {(s.real, s.train, s.encoder) for s in api.references()}
    assert found == {(IDS["real"], IDS["train"], "pixels"), (IDS["real"], IDS["train"], "phantom-clip")}
    assert_reads(api.imported_results(), EXPECTED["imported"])


def test_what_was_computed_from_pairs_and_draws_reads_as_it_did(earlier: Path):
    before, reference = files(earlier), api.Reference("real", "train", "pixels")
    assert_reads(api.neighbours("copies", reference, 3), EXPECTED["neighbours"])
    assert api.held_out(reference).tolist() == EXPECTED["held out"]
    points = api.stored_projection([IDS["real"], IDS["train"], IDS["copies"]], "pixels", seed=1)
    assert points is not None
    assert_reads(points, EXPECTED["map"])
    compared, told = api.compare(reference), pd.DataFrame(EXPECTED["compared"])
    pd.testing.assert_frame_equal(compared[["metric", "first", "second"]], told[["metric", "first", "second"]], check_dtype=False)
    # That version compared 20 with 10 images at sizes of their own; the draws read as they did, and what they cannot say is not said.
    assert compared["difference"].isna().all() and (compared["basis"] == "").all() and not compared["excludes_zero"].any()
    found = measurements(api.open_workspace(), reference, told["metric"].tolist())
    spread = [1.96 * np.std(found[m]["copies"].draws - found[m]["noisy"].draws, ddof=1) for m in told["metric"]]
    np.testing.assert_allclose(spread, (told["high"] - told["low"]) / 2, rtol=1e-9)
    assert files(earlier) == before


def test_numbers_of_an_earlier_version_are_made_anew_beside_them(earlier: Path):
    """Since version 2 of all metrics nulls count patients and prompts: values stay, ranges are others, and what was stored still reads."""
    before = files(earlier)
    for name in ("corrected", "compatible"):
        spec, expected = api.run(RUNS[name]).spec, pd.DataFrame(EXPECTED["numbers"][name])
        assert isinstance(spec, api.EvaluateSpec)
        again = api.wait(api.submit(spec.model_copy(update={"encoders": ["pixels"]})))
        assert (again.status, again.error) == ("done", "")
        kept = ["metric", "subgroup", "encoder", "value", "status", "mode", "n_real", "n_synthetic"]
        assert_reads(api.run_results(again.id), cells(expected[expected["encoder"] == "pixels"], kept))
        assert set(api.run_results(again.id)["version"]) == {2} and set(expected["version"]) == {1}
        assert_reads(api.run_results(RUNS[name]), EXPECTED["numbers"][name])
    assert before.items() <= files(earlier).items()


def test_an_encoder_that_left_is_said(earlier: Path):
    """phantom-eye took phantom-clip's place: numbers in it stay, new ones are refused."""
    with pytest.raises(NotPossible, match="phantom-clip left the project") as caught:
        api.wait(api.repeat(RUNS["corrected"]))
    assert "phantom-eye" in caught.value.hint


def test_the_same_requests_again_make_nothing_anew(earlier: Path):
    before, listed = files(earlier), api.sets()["id"].tolist()
    for name in ("map", "copies"):
        again = api.wait(api.repeat(RUNS[name]))
        assert (again.status, again.error) == ("done", "")
    assert "20 of which were there" in again.message
    api.encode("train", "pixels")
    assert files(earlier) == before
    assert api.sets()["id"].tolist() == listed
    files_of_real = api.find_set("real").root
    report = api.import_images("real", files_of_real, FOLDER / "real.csv", "real")
    assert (report.set_id, report.imported, report.problems) == (IDS["real"], 24, [])
    assert api.import_images("plain", api.find_set("plain").root, None, "synthetic").set_id == IDS["plain"]


def test_runs_that_had_not_ended_go_on(earlier: Path):
    api.release_queue()
    assert api.wait(RUNS["waiting"]).status == "done"
    assert api.wait(RUNS["orphan"]).status == "done"
    api.resume(RUNS["paused"])
    assert api.wait(RUNS["paused"]).status == "done"
    assert [len(api.find_set(name)) for name in ("waiting", "orphan", "paused")] == [6, 4, 2]
    stopped = api.find_set("stopped")
    written = {p.name: p.stat().st_mtime_ns for p in stopped.root.iterdir()}
    assert 0 < len(stopped) < 6
    again = api.wait(api.repeat(RUNS["stopped"]))
    assert (again.status, again.set_id) == ("done", IDS["stopped"])
    assert f"{len(stopped)} of which were there" in again.message
    now = {p.name: p.stat().st_mtime_ns for p in api.find_set("stopped").root.iterdir()}
    assert len(now) == 6
    assert written.items() <= now.items()


def test_content_keys_are_what_they_were(earlier: Path):
    """Literally, since a key that changed in the store and in the code alike would be noticed by nobody."""
    encoders = api.encoders()
    assert (IDS["real"], IDS["copies"]) == ("6f3962c2b6c1bb4b", "61f65142df40e36d")
    assert api.find_set("real").fingerprint == "c0b9d48f1111386b"
    assert card_key(encoders["pixels"]) == "58b64d3bfd80f297"
    assert card_key(api.generators()["copycat"]) == "6910fc10aaebc19c"
    spec = api.run(RUNS["corrected"]).spec
    sets = {"synthetic": api.find_set("copies"), "real": api.find_set("real"), "train": api.find_set("train")}
    assert isinstance(spec, api.EvaluateSpec)
    assert (
        step_key(spec, encoders["pixels"], sets, "all") == "23aa7cf13cf1419f"
    )  # 886e4585842b159e with version 1 of the metrics, dc3945e7f265ed72 with the first way of scoring
    assert step_key(spec, encoders["pixels"], sets, "view=AP") == "551e6e0c3e1048ff"  # 6f747e1142804ea1, 1f5f2af930f51e20
    drawn = map_key(api.open_workspace(), [sets[role] for role in ("real", "synthetic", "train")], "pixels", 1, api.MAP_LIMIT)
    assert drawn == "08c5d34f785716c6"
    assert (earlier / "derived" / f"{drawn}.parquet").exists()
