"""Marks are a journal: nobody's entry is lost, the last one stands, all go with their sets."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from bench_core import api
from bench_core.errors import UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


@pytest.fixture
def sets(workspace: Workspace, tmp_path) -> tuple[str, str]:
    """Ids of a synthetic and of a training set."""
    write_images(tmp_path / "films", 3)
    train = api.import_images("train", tmp_path / "films", None, "train").set_id
    return api.wait(api.submit(request())).set_id, str(train)


def test_many_people_at_once_lose_nothing(workspace: Workspace, sets: tuple[str, str]) -> None:
    def say(number: int) -> None:
        workspace.marks.add(sets[0], f"image {number % 5}", sets[1], "a film", mark="copy", author=f"person {number}")

    with ThreadPoolExecutor(8) as people:
        list(people.map(say, range(24)))
    rows = workspace.marks.rows(sets[0])
    assert sorted(row["author"] for row in rows) == sorted(f"person {n}" for n in range(24))
    assert len({row["id"] for row in rows}) == 24


def test_the_same_word_again_is_no_new_entry_but_everything_else_is(workspace: Workspace, sets: tuple[str, str]) -> None:
    said = [("", "ann"), ("copy", "ann"), ("copy", "ann"), ("copy", "bob"), ("harmless", "ann"), ("", "ann"), ("", "bob"), ("copy", "ann")]
    for mark, author in said:
        workspace.marks.add(sets[0], "i", sets[1], "t", mark=mark, author=author)
    kept = [(row["mark"], row["author"]) for row in workspace.marks.rows()]
    assert kept == [("copy", "ann"), ("copy", "bob"), ("harmless", "ann"), ("", "ann"), ("copy", "ann")]
    assert workspace.marks.rows(train="another") == []


@pytest.mark.parametrize("which", [0, 1])
def test_marks_go_with_either_set_and_none_is_made_of_a_set_that_is_gone(workspace: Workspace, sets: tuple[str, str], which: int) -> None:
    workspace.marks.add(sets[0], "i", sets[1], "t", mark="copy", author="ann")
    assert api.deletion_of(sets[which]).marks == 1
    api.delete_set(sets[which])
    assert workspace.marks.rows() == []
    with pytest.raises(UnknownName, match=sets[which]):
        workspace.marks.add(sets[0], "i", sets[1], "t", mark="copy", author="ann")


def test_a_new_name_takes_the_marks_along_and_nobody_else_gets_it(workspace: Workspace, sets: tuple[str, str]) -> None:
    workspace.marks.add(sets[0], "i", sets[1], "t", mark="copy", author=workspace.guests.name_of("aaaaaaaa1"))
    workspace.marks.add(sets[0], "i", sets[1], "t", mark="harmless", author="cora@site")
    workspace.guests.rename("aaaaaaaa1", "Ann")
    assert [row["author"] for row in workspace.marks.rows()] == ["Ann", "cora@site"]
    with pytest.raises(api.NameTaken):
        workspace.guests.rename("bbbbbbbb1", "cora@site")
