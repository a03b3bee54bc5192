"""Sets on disk: drafts that survive a kill, names, deletion."""

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError, NameTaken, UnknownName
from bench_core.store.drafts import JOURNAL
from bench_core.store.files import inside
from bench_core.store.workspace import Workspace

ID = "0123456789abcdef"


def image(value: int) -> np.ndarray:
    return np.full((16, 16), value, np.uint8)


def add(draft, rows):
    draft.add(rows, [{"image_id": str(r), "prompt": "p", "seed": r} for r in rows], [image(r) for r in rows], [None for _ in rows])


def test_a_draft_goes_on_where_it_stopped(workspace: Workspace):
    with workspace.sets.draft(ID, "synthetic", {"generator": "tiny"}, total=4) as draft:
        assert draft.missing == [0, 1, 2, 3]
        add(draft, [0, 2])
    assert not workspace.sets.is_complete(ID)
    assert list(workspace.sets.open(ID).table["image_id"]) == ["0", "2"]
    with workspace.sets.draft(ID, "synthetic", {"generator": "tiny"}, total=4) as draft:
        assert draft.missing == [1, 3]
        add(draft, [1, 3])
        draft.finish()
    assert workspace.sets.is_complete(ID)
    opened = workspace.sets.open(ID)
    assert list(opened.table["image_id"]) == ["0", "1", "2", "3"]
    assert [int(opened.read(i)[0, 0]) for i in range(4)] == [0, 1, 2, 3]
    assert not (workspace.sets.home_of(ID) / JOURNAL).exists()


def test_a_line_that_a_kill_cut_is_made_again(workspace: Workspace):
    with workspace.sets.draft(ID, "synthetic", {}, total=3) as draft:
        add(draft, [0])
    journal = workspace.sets.home_of(ID) / JOURNAL
    journal.write_text(journal.read_text() + '{"row": 1, "columns": {"image_id": "1", "pa')
    with workspace.sets.draft(ID, "synthetic", {}, total=3) as draft:
        assert draft.missing == [1, 2]
        add(draft, [1, 2])
        draft.finish()
    assert len(workspace.sets.open(ID)) == 3


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


@pytest.mark.parametrize("path", ["../x.png", "/etc/passwd", "a/../../x", "a\x00b"])
def test_paths_stay_inside(tmp_path, path):
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError):
        inside(tmp_path / "in", path)


def test_links_that_leave_the_folder_are_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(InputError):
        inside(tmp_path / "in", "link.png")
