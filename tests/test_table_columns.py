"""The words for columns, the same at every door."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.errors import TableError
from bench_core.store.workspace import Workspace
from bench_core.table_columns import FILES, TEXTS, VIEWS, Columns
from tests.intake.miniatures import film


@pytest.mark.parametrize(
    ("header", "names", "found"),
    [
        (["Image Path"], FILES, "Image Path"), (["image-path"], FILES, "image-path"), (["Image Index"], FILES, "Image Index"),
        (["filename", "path"], FILES, "path"), (["path", "synthetic_filename"], FILES, "synthetic_filename"),
        (["View Position"], VIEWS, "View Position"), (["ViewPosition"], VIEWS, "ViewPosition"), (["REPORT"], TEXTS, "REPORT"),
        (["words"], TEXTS, None),
    ],
)  # fmt: skip
def test_case_spaces_and_dashes_do_not_matter(header: list[str], names: tuple[str, ...], found: str | None) -> None:
    assert Columns("t.csv", header).find(names) == found


def test_a_column_that_is_missing_is_told_with_the_nearest_one() -> None:
    with pytest.raises(TableError, match="has no column with image files") as caught:
        Columns("t.csv", ["Img_Path", "Age"]).need(FILES, "image files")
    assert "Is 'Img_Path' meant? Call it 'image_path'" in caught.value.hint and "synthetic_filename" in caught.value.hint


def test_two_columns_of_one_meaning_are_refused() -> None:
    with pytest.raises(TableError, match="'image_path' and 'Image Path' have one meaning"):
        Columns("t.csv", ["image_path", "Image Path"]).find(FILES)


def test_what_nobody_reads_is_known() -> None:
    assert Columns("t.csv", ["path", "Age", "pleural_effusion", "Unnamed: 0"]).unread({"path", None}) == ["Age"]


@pytest.mark.parametrize("text", ["prompt", "Annotated Prompt", "REPORT", "text", "impression", "caption"])
@pytest.mark.parametrize("view", ["view", "ViewPosition", "View Position"])
def test_imports_and_prompts_understand_the_same_words(workspace: Workspace, tmp_path: Path, text: str, view: str):
    film(tmp_path / "in" / "f.png")
    (tmp_path / "t.csv").write_text(
        f"Image ID;Image Path;{text};{view};Chexpert Labels;edema\n17.0;f.png;Mass, left;PA;{{'Fracture': nan}};TRUE\n"
    )
    (prompt,) = api.prompt_table(tmp_path / "t.csv")
    assert (prompt.text, prompt.labels, prompt.source_image_id) == ("Mass, left", {"Edema": 1, "view": "PA"}, "17")
    assert api.import_images("mine", tmp_path / "in", tmp_path / "t.csv", "real").notes == []
    row = api.find_set("mine").table.iloc[0]
    assert (row["image_id"], row["prompt"], row["view"], row["Edema"]) == ("17", "Mass, left", "PA", 1)
