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
    assert [p.split(":")[0] for p in caught.value.problems] == ["line 2", "line 3"]


def test_a_prompt_table_understands_what_an_import_does(workspace: Workspace, tmp_path):
    (tmp_path / "p.csv").write_text(
        "sep=;\nReport;pleural_effusion;chexpert_labels;ViewPosition;id\nMass, left;1.0;{'Edema': nan};nan;17.0\n"
    )
    (prompt,) = api.prompt_table(tmp_path / "p.csv")
    assert (prompt.text, prompt.labels, prompt.source_image_id) == ("Mass, left", {"Pleural Effusion": 1}, "17")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id,prompt\n1,Small effusion, left side\n2,None.\n", "line 2: 3 cells for 2 columns"),
        ("id,prompt\n1,ok\n\n2,nan\n", "line 4: the prompt is empty"),
        ("prompt,id\nok,1.2E+17\n", "line 2: '1.2E+17' is a number that a spreadsheet shortened"),
        ("prompt,chexpert_labels\nok,{}\nok,{'Edema': 7}\n", "line 3: chexpert_labels: Edema"),
        ("words\nok\n", "columns are: words"),
    ],
)
def test_a_prompt_is_never_cut_or_made_of_a_word_for_nothing(workspace: Workspace, tmp_path, text, told):
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(TableError) as caught:
        api.prompt_table(tmp_path / "p.csv")
    assert [p for p in caught.value.problems if p.startswith(told)], caught.value.problems
