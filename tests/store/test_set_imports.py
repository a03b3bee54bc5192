"""What imports said of a set, by name."""

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.fakes import write_images


def test_each_name_keeps_what_its_import_said(workspace: Workspace, tmp_path):
    write_images(tmp_path / "films", 2)
    api.import_images("anna", tmp_path / "films", None, "real")
    (tmp_path / "films" / "notes.txt").write_text("x")
    set_id = api.import_images("ben", tmp_path / "films", None, "real").set_id
    anna, ben = api.import_of("anna"), api.import_of("ben")
    assert anna is not None and ben is not None
    assert (anna.set_id, anna.imported, anna.left_out) == (set_id, 2, {})
    assert (ben.set_id, ben.imported, ben.left_out) == (set_id, 2, {".txt file(s)": 1})
    assert ben.sentence() == "2 images imported; 1 left out: 1 .txt file"
    api.delete_set("anna")
    assert set(api.find_set("ben").meta["imports"]) == {"ben"}


def test_a_set_that_was_not_imported_says_nothing(workspace: Workspace):
    workspace.sets.keep_import("f" * 16, "nobody", {"imported": 1})
    assert api.sets().empty
