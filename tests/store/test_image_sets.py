"""Image sets: what is listed, and who owns a name."""

import pytest

from bench_core import api
from bench_core.data import Result
from bench_core.errors import NameTaken, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images
from tests.store.drafting import ID, add


def test_an_unfinished_set_is_not_listed_and_a_cancelled_one_is(workspace: Workspace):
    workspace.sets.claim_name("mine", ID)
    with workspace.sets.draft(ID, "synthetic", {}, total=3) as draft:
        add(draft, [0])
        assert len(api.sets()) == 0
        draft.finish()
    listed = api.sets().iloc[0]
    assert (listed["name"], listed["images"], listed["complete"]) == ("mine", 1, False)


def test_names(workspace: Workspace):
    workspace.sets.claim_name("a", ID)
    workspace.sets.claim_name("a", ID)
    workspace.sets.claim_name("a", "f" * 16)  # the first owner never got an image
    with workspace.sets.draft("f" * 16, "synthetic", {}, total=1) as draft:
        add(draft, [0])
        draft.finish()
    with pytest.raises(NameTaken):
        workspace.sets.claim_name("a", ID)
    workspace.sets.claim_name("another", "f" * 16)
    assert workspace.sets.find("another") == workspace.sets.find("a")
    with pytest.raises(UnknownName, match="Did you mean 'another'"):
        workspace.sets.find("anoter")


def test_deleting_one_name_keeps_the_set_of_the_others(workspace: Workspace, tmp_path):
    write_images(tmp_path / "films", 3)
    for name in ("anna", "ben"):
        api.import_images(name, tmp_path / "films", None, "real")
    about = {"synthetic": "s", "real": api.find_set("ben").id, "encoder_key": "k"}
    workspace.results.write(api.submit(request()), "step", about, [Result("precision", "fidelity", 1.0)])
    assert api.delete_set("anna").other_names == ["ben"]
    found = api.find_set("ben")
    assert len(list(found.images())) == 3
    assert list(api.sets()["name"]) == ["ben"]
    assert workspace.results.count(found.id) == 1
    with pytest.raises(UnknownName):
        api.find_set("anna")
    gone = api.delete_set("ben")
    assert (gone.other_names, gone.images, gone.numbers) == ([], 3, 1)
    assert not found.root.exists()
    assert api.sets().empty
    assert workspace.results.count(found.id) == 0


def test_a_set_goes_with_all_of_its_names_by_its_id(workspace: Workspace, tmp_path):
    write_images(tmp_path / "films", 1)
    for name in ("anna", "ben"):
        set_id = api.import_images(name, tmp_path / "films", None, "real").set_id
    api.delete_set(str(set_id))
    assert api.sets().empty


def test_a_set_that_got_a_name_while_it_was_deleted_stays(workspace: Workspace, tmp_path):
    write_images(tmp_path / "films", 1)
    set_id = str(api.import_images("anna", tmp_path / "films", None, "real").set_id)
    assert workspace.sets.release_name("anna") == []
    workspace.sets.claim_name("ben", set_id)
    assert not workspace.sets.forget(set_id, "anna")
    assert api.find_set("ben").id == set_id
