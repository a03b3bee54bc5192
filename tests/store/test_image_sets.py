"""Image sets: what is listed, and who owns a name."""

import pytest

from bench_core import api
from bench_core.errors import NameTaken, UnknownName
from bench_core.store.workspace import Workspace
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
