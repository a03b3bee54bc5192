"""The journal of answers: whoever sends what how often at once, and whenever the process is killed, an answer stands exactly once."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, event

from bench_core.errors import NameTaken, NotAllowed, UnknownName
from bench_core.store import schema
from bench_core.store.database import Database
from bench_core.store.reading import ReadingStore

VALUES = {"rating": 3.0, "choice": "unsure", "seconds": 1.0}
READER = """
import sys
from bench_core.errors import BenchError
from bench_core.store.database import Database
from bench_core.store.reading import ReadingStore

url, study, reader = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = ReadingStore(Database(url))
for position in range(int(sys.argv[4]), 100_000):
    place = {"reader": reader, "position": position, "question": "quality", "part": ""}
    for _ in range(2):
        store.answer(study, place, 0, {"rating": float(position), "choice": "", "seconds": 0.5})
    print(position, flush=True)
"""


def place(position: int, reader: int = 1) -> dict[str, object]:
    return {"reader": reader, "position": position, "question": "quality", "part": ""}


def test_an_answer_that_comes_from_many_sides_at_once_stands_once(url: str) -> None:
    store = ReadingStore(Database(url))
    study = store.add("one", {}, [], "ann")
    with ThreadPoolExecutor(8) as tabs:
        kept = list(tabs.map(lambda i: store.answer(study, place(1 + i % 3), 0, {**VALUES, "rating": float(i)}), range(24)))
    assert sum(kept) == 3 and len(store.answers(study, history=True)) == 3
    assert store.answer(study, place(2), 1, {**VALUES, "rating": 99.0}) and not store.answer(study, place(2), 1, VALUES)
    assert {row["position"]: row["rating"] for row in store.answers(study)}[2] == 99.0
    assert store.count(study) == {1: 3} and len(store.answers(study, history=True)) == 4
    with pytest.raises(NotAllowed, match="to correct"):
        store.answer(study, place(2), 3, VALUES)


def test_readers_and_names_are_told_apart_and_a_closed_study_stays_as_it_is(url: str) -> None:
    store = ReadingStore(Database(url))
    study = store.add("one", {"seed": 1}, [{"id": "c1", "films": [{"set": "s1"}]}], "ann")
    with ThreadPoolExecutor(4) as doors:
        came = list(doors.map(lambda i: store.add_reader(study, f"reader {i % 2}", ["c1"]), range(8)))
    assert len({reader["token"] for reader in came}) == 2 and len(store.readers(study)) == 2
    assert store.reader_of(came[0]["token"])["sequence"] == ["c1"] and store.reader_of("none") is None
    assert store.open_studies_of("s1") == ["one"] and store.open_studies_of("s2") == []
    with pytest.raises(NameTaken):
        store.add("one", {}, [], "bob")
    with pytest.raises(UnknownName, match="Did you mean 'one'"):
        store.study("on")
    store.close(study)
    closed = store.study("one")["closed"]
    store.close(study)
    assert store.study(study)["closed"] == closed and store.open_studies_of("s1") == []
    for late in (lambda: store.answer(study, place(1), 0, VALUES), lambda: store.add_reader(study, "late", [])):
        with pytest.raises(NotAllowed, match="closed"):
            late()
    assert store.add_reader(study, "reader 1", [])["name"] == "reader 1", "who was in it finds the way back"


def test_what_was_kept_before_the_process_was_killed_is_there_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bench.sqlite'}"
    store = ReadingStore(Database(url))
    study, said, start = store.add("one", {}, [], "ann"), [0], 1
    for moment in (0.02, 0.11):
        arguments = [sys.executable, "-c", READER, url, study, "1", str(start)]
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd())})
        assert process.stdout is not None
        said.append(int(process.stdout.readline()))
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in process.stdout.read().split("\n")[:-1]]
        process.wait()
        start = said[-1]  # the last one that was told, as a browser that had no answer sends it again
    found = [row["position"] for row in store.answers(study, history=True)]
    assert len(set(found)) == len(found) and set(said) - {0} <= set(found)
    assert found == list(range(1, len(found) + 1))


def test_a_study_goes_whole_or_not_at_all_and_takes_nothing_of_another_one(url: str) -> None:
    store = ReadingStore(Database(url))
    studies = [store.add(name, {}, [], name) for name in ("one", "two")]
    tokens = [store.add_reader(study, "ann", ["c1"])["token"] for study in studies]
    ids = [store.readers(study)[0]["id"] for study in studies]
    for study, reader in zip(studies, ids, strict=True):
        assert store.answer(study, place(1, reader), 0, VALUES)

    class Death(Exception):
        pass

    for last in (1, 2, 3):
        begun: list[str] = []

        def die(_connection: object, _cursor: object, statement: str, *_: object, last: int = last, begun: list[str] = begun) -> None:
            begun += [statement] if statement.startswith("DELETE") else []
            if len(begun) == last:
                raise Death

        event.listen(store._database.engine, "before_cursor_execute", die)
        with pytest.raises(Death):
            store.remove(studies[0])
        event.remove(store._database.engine, "before_cursor_execute", die)
        assert store.count(studies[0]) == {ids[0]: 1} and store.reader_of(tokens[0]) and store.study("one"), last
    store.remove(studies[0])
    assert [row["name"] for row in store.studies()] == ["two"] and store.reader_of(tokens[0]) is None and not store.readers(studies[0])
    assert store.count(studies[1]) == {ids[1]: 1} and store.reader_of(tokens[1]) and store.sweep() == 0
    for late in (lambda: store.answer(studies[0], place(2), 0, VALUES), lambda: store.add_reader(studies[0], "late", [])):
        with pytest.raises(NotAllowed, match="deleted"):
            late()
    with store._database.write() as connection:  # what a process of an earlier version may leave
        connection.execute(delete(schema.reader_studies))
    assert store.sweep() == 2 and store.reader_of(tokens[1]) is None and store.sweep() == 0
    kept = store.add("three", {}, [], "cora")
    store.forget_owner("cora", time.time() + 9)
    store.forget_owner("ann", 0.0)
    assert store.study(kept)
    store.forget_owner("cora", 0.0)
    assert store.studies() == []
