"""What goes out says where it comes from, as far as that is asked."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


@pytest.fixture
def made(workspace: Workspace) -> api.ImageSet:
    return api.find_set(api.wait(api.submit(request())).set_id)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert len({n.split("/")[0] for n in names}) == 1 and all(n.count("/") == 1 for n in names), "one folder at the top"
        return {n.split("/")[1]: archive.read(n) for n in names}


@pytest.mark.parametrize(
    ("provenance", "knows_prompt", "knows_seed"), [("full", True, True), ("redacted", False, True), ("none", False, False)]
)
def test_exports(made: api.ImageSet, provenance, knows_prompt, knows_seed):
    files = unzipped(api.export_zip(made.id, ["000001", "000003"], provenance))
    assert {"000000.png", "000001.png", "table.csv"} <= set(files)
    everything = b"".join(files.values())
    assert (b"prompt 1" in everything) is knows_prompt
    told = api.read_provenance(files["000001.png"])
    assert (told is not None and told.get("seed") == 8) is knows_seed
    table = pd.read_csv(io.BytesIO(files["table.csv"]))
    assert ("seed" in table) is knows_seed
    with Image.open(io.BytesIO(files["000001.png"])) as image:
        np.testing.assert_array_equal(np.asarray(image), made.read(3))


def test_reports_are_redacted_unless_asked(workspace: Workspace, tmp_path):
    names = write_images(tmp_path / "images", 2)
    pd.DataFrame({"path": names, "prompt": ["secret one", "secret two"], "subject_id": ["anna", "bert"]}).to_csv(
        tmp_path / "t.csv", index=False
    )
    api.import_images("clinic", tmp_path / "images", tmp_path / "t.csv", "real")
    prompts = api.report_prompts("clinic")
    assert [p.text for p in prompts] == ["secret one", "secret two"]
    spec = request().model_copy(update={"name": "asked", "prompts": prompts})
    made = api.find_set(api.wait(api.submit(spec)).set_id)
    typed = spec.model_copy(update={"name": "typed", "prompts": [api.PromptSpec(text="secret one")]})
    for images in (made, api.find_set(api.wait(api.submit(typed)).set_id), api.find_set("clinic")):
        everything = b"".join(unzipped(api.export_zip(images.id)).values())
        for word in (b"secret", b"anna", b"film_0"):
            assert word not in everything
        assert b"secret" in b"".join(unzipped(api.export_zip(images.id, provenance="full")).values())


@pytest.mark.parametrize(("provenance", "folder"), [("full", "set"), ("redacted", "images"), ("none", "images")])
def test_a_zip_unpacks_into_a_folder(made: api.ImageSet, provenance: str, folder: str):
    with zipfile.ZipFile(io.BytesIO(api.export_zip(made.id, provenance=provenance))) as archive:
        assert {n.split("/")[0] for n in archive.namelist()} == {folder}


def test_prompts_of_ones_own_are_not_redacted(made: api.ImageSet):
    assert b"prompt 1" in b"".join(unzipped(api.export_zip(made.id)).values())


def test_a_table_runs_nothing_in_a_spreadsheet_and_is_imported_as_it_was(workspace: Workspace, tmp_path):
    prompts = ["=HYPERLINK(1)", "-2+3", "@x", "'+1", "plain"]
    names = write_images(tmp_path / "images", len(prompts))
    table = {"path": names, "prompt": prompts, "subject_id": ["=a", "+b", "c", "d", "e"], "Edema": [1, 0, -1, 1, 0]}
    pd.DataFrame(table).to_csv(tmp_path / "t.csv", index=False)
    api.import_images("odd", tmp_path / "images", tmp_path / "t.csv", "synthetic")
    data = api.export_zip("odd", provenance="full")
    shown = pd.read_csv(io.BytesIO(unzipped(data)["table.csv"]), dtype=str)
    assert not shown[["prompt", "subject_id"]].stack().str.match(r"\s*[=+\-@]").any()
    assert shown["Edema"].astype(float).tolist() == table["Edema"], "numbers stay numbers"
    assert api.import_upload("again", [("odd.zip", data)], "synthetic").imported == len(prompts)
    before, after = api.find_set("odd").table, api.find_set("again").table
    for column in ("prompt", "subject_id", "Edema"):
        assert after[column].tolist() == before[column].tolist(), column
