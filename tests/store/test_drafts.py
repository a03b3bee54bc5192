"""Drafts of image sets survive a kill."""

from bench_core.store.drafts import JOURNAL
from bench_core.store.workspace import Workspace
from tests.store.drafting import ID, add


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
