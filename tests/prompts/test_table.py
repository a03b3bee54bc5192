"""Prompts from a table."""

import pytest

from bench_core import api
from bench_core.errors import TableError
from bench_core.store.workspace import Workspace


def test_prompts_from_a_table(workspace: Workspace, tmp_path):
    (tmp_path / "p.csv").write_text("prompt,Edema,view\nEdema is seen.,1,PA\nNone.,,\n")
    prompts = api.prompt_table(tmp_path / "p.csv")
    assert prompts[0].labels == {"Edema": 1, "view": "PA"}
    assert prompts[1].labels == {}
    (tmp_path / "p.csv").write_text("prompt,Edema\n,1\nok,sometimes\n")
    with pytest.raises(TableError) as caught:
        api.prompt_table(tmp_path / "p.csv")
    assert [p.split(":")[0] for p in caught.value.problems] == ["row 1", "row 2"]
