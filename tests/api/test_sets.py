"""What the facade says of sets: pictures, exports, deletion, disk use, prompts."""

import io
import zipfile

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import InputError, TableError, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


@pytest.fixture
def made(workspace: Workspace) -> api.ImageSet:
    return api.find_set(api.wait(api.submit(request())).set_id)


def unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {n: archive.read(n) for n in archive.namelist()}


def test_pictures(made: api.ImageSet):
    with Image.open(io.BytesIO(api.image_png(made.id, "000001"))) as image:
        np.testing.assert_array_equal(np.asarray(image), made.read(1))
    small = api.thumbnails(made.id, ["000002", "000000"], side=16)
    assert [Image.open(io.BytesIO(s)).size for s in small] == [(16, 16), (16, 16)]
    assert api.thumbnails(made.id, ["000002"], side=16)[0] == small[0]
    with pytest.raises(UnknownName, match="no image in set"):
        api.image_png(made.id, "../../etc")
    with pytest.raises(InputError):
        api.thumbnails(made.id, ["000000"], side=10**6)


def test_mean_image(made: api.ImageSet, workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    with Image.open(io.BytesIO(api.mean_image(made.id))) as image:
        np.testing.assert_array_equal(np.asarray(image), np.mean([i.astype(float) for i in made.images()], axis=0).astype(np.uint8))
    assert workspace.derived.count("mean image") == 1
    monkeypatch.setattr(api.ImageSet, "read", None)  # it is kept
    assert api.mean_image(made.name) == api.mean_image(made.id)
    monkeypatch.undo()
    api.delete_set(made.id)
    assert workspace.derived.count("mean image") == 0
    with pytest.raises(UnknownName):
        api.mean_image(made.id)


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


def test_prompts_of_ones_own_are_not_redacted(made: api.ImageSet):
    assert b"prompt 1" in b"".join(unzipped(api.export_zip(made.id)).values())


def test_deleting_frees_the_disk(workspace: Workspace, made: api.ImageSet):
    api.encode(made.id, "tiny-pixels")
    api.thumbnails(made.id, list(made.table["image_id"]))
    used = dict(api.disk_use().itertuples(index=False))
    assert used["images of set"] > 0
    assert used["features"] > 0
    assert used["thumbnails"] > 0
    api.delete_set("set")
    used = dict(api.disk_use().itertuples(index=False))
    assert "images of set" not in used
    assert used["features"] == used["thumbnails"] == 0
    assert not made.root.exists()
    with pytest.raises(UnknownName):
        api.find_set("set")


def test_deleting_keeps_what_another_set_holds(workspace: Workspace, made: api.ImageSet, tmp_path):
    for row in range(2):
        (tmp_path / "images").mkdir(exist_ok=True)
        (tmp_path / "images" / f"{row}.png").write_bytes(made.path(row).read_bytes())
    api.import_images("copy", tmp_path / "images", None, "synthetic")
    api.encode(made.id, "tiny-pixels")
    api.delete_set("set")
    kept = workspace.features.missing(next(p.name for p in workspace.features.folder.iterdir()), made.table["digest"].tolist())
    assert kept == made.table["digest"].tolist()[2:]


def test_a_set_in_use_is_not_deleted(workspace: Workspace):
    run_id = api.submit(request())
    with pytest.raises(InputError, match="has not ended"):
        api.delete_set("set")
    api.cancel(run_id)
    api.delete_run(run_id)
    with pytest.raises(UnknownName):
        api.find_set("set")
    with pytest.raises(UnknownName):
        api.run(run_id)


def test_prompts_from_a_table(workspace: Workspace, tmp_path):
    (tmp_path / "p.csv").write_text("prompt,Edema,view\nEdema is seen.,1,PA\nNone.,,\n")
    prompts = api.prompt_table(tmp_path / "p.csv")
    assert prompts[0].labels == {"Edema": 1, "view": "PA"}
    assert prompts[1].labels == {}
    (tmp_path / "p.csv").write_text("prompt,Edema\n,1\nok,sometimes\n")
    with pytest.raises(TableError) as caught:
        api.prompt_table(tmp_path / "p.csv")
    assert [p.split(":")[0] for p in caught.value.problems] == ["row 1", "row 2"]


def test_a_preset_for_each_finding():
    assert set(api.presets()) == set(api.FINDINGS)


def test_provenance_of_strangers():
    assert api.read_provenance(b"no png") is None
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, format="PNG")
    assert api.read_provenance(buffer.getvalue()) is None
