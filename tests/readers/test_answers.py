"""Tables of answers that people hand in: what is filled in, and what is refused with its line."""

from pathlib import Path

import pytest

from bench_core.errors import TableError
from bench_core.readers.answers import READ_ANSWERS, read_answers


def read(tmp_path: Path, text: str):  # type: ignore[no-untyped-def]
    (tmp_path / "answers.csv").write_text(text)
    return read_answers(tmp_path / "answers.csv")


def test_a_table_of_the_literature_is_read_by_its_own_names(tmp_path: Path) -> None:
    found = read(tmp_path, "reader,treatment,case,truth,rating\n1,1.0,7,0,2\n1,2.0,7,0,1\n1,1.0,8,1.0,5\n")
    assert list(found.columns) == READ_ANSWERS.names
    assert found["modality"].tolist() == ["1", "2", "1"] and found["truth"].tolist() == ["real", "real", "synthetic"]
    assert found["position"].tolist() == [1, 2, 3] and set(found["choice"]) == {""}, "without a scale no rating has a side"


def test_a_scale_gives_ratings_sides(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        "reader,case_id,truth,rating,scale\na,1,real,1,5\na,2,synthetic,3,5\na,3,synthetic,4,5\nb,1,real,50,100\nb,2,synthetic,51,100\n",
    )
    assert found["choice"].tolist() == ["real", "unsure", "synthetic", "unsure", "synthetic"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("case_id,rating\n1,2\n", "no column 'reader'"),
        ("reader,case_id\na,1\n", "neither a column 'rating' nor 'choice'"),
        ("reader,case_id,truth,rating\na,1,real,two\n", "line 2: rating is 'two', not a number"),
        ("reader,case_id,truth,rating\na,1,maybe,2\n", "line 2: truth is 'maybe'; known are real"),
        ("reader,case_id,truth,rating\na,1,real,\n", "line 2: it has neither rating nor choice"),
        ("reader,case_id,truth,rating\n,1,real,2\n", "line 2: reader is empty"),
        ("reader,case_id,truth,rating,scale\na,1,real,7,5\n", "line 2: rating is 7, above its scale of 5"),
        ("reader,case_id,truth,rating\na,1,real,2\na,1,real,3\n", "line 3: a answered real_or_synthetic of case 1 before, in"),
        ("reader,case_id,truth,rating\na,1,real,2\nb,1,synthetic,3\n", "line 3: case 1 is 'synthetic' here and 'real' in"),
        ("reader,case_id,question,rating\na,1,beauty,2\n", "line 2: question is 'beauty'; known are real_or_synthetic"),
        ("reader,case_id,truth,rating,block\na,1,real,2,first\n", "line 2: block is 'first'; known are training, main, repeat"),
        ("reader,case_id,question,choice,truth\na,1,which_is_real,2,1\n", "line 2: options is missing or less than 2"),
        ("reader,case_id,question,choice,truth,options\na,1,which_is_real,5,1,4\n", "line 2: choice is '5'; it is the place of a film"),
        ("reader,case_id,truth,rating,seconds\na,1,real,2,-1\n", "line 2: seconds is -1; it is at least 0"),
        ("reader,case_id,truth,rating,position\na,1,real,2,1.5\n", "line 2: position is 1.5, not a whole number"),
        ("reader,case_id,question,rating\na,1,quality,\n", "line 2: rating is empty"),
        ("reader,case_id,truth,rating\na,1,real,inf\n", "line 2: rating is not finite"),
    ],
)  # fmt: skip
def test_what_it_cannot_mean_is_refused_with_its_line(tmp_path: Path, table: str, said: str) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path, table)
    assert said in str(error.value)


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError) as error:
        read(tmp_path, "reader,case_id,truth,rating\na,1,x,1\na,2,real,1\na,3,y,1\n")
    assert [problem.split(":")[0] for problem in error.value.problems] == ["answers.csv line 2", "answers.csv line 4"]
    assert "and 1 more" in error.value.message
