# ruff: noqa: B023  every lambda is called at once
"""Whatever is handed in is right, or an error of ours that says what is wrong: no traceback, nothing written elsewhere, no long wait."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bench_core import api
from bench_core.engine.scoring.matrices import read_matrix
from bench_core.errors import BenchError
from bench_core.store.workspace import Workspace
from tests.engine.studies import evaluation
from tests.fakes import request, write_images
from tests.hostile import inputs

INTERNAL = ("Traceback", "object at 0x", "NoneType", "fault of the program")
"""Words of a program that did not expect this."""


def outcome(do: Callable[[], object], given: object) -> str:
    """`right`, or the message of an error of ours; anything else fails the test, naming the input."""
    try:
        do()
    except BenchError as error:
        said = f"{error.message} {error.hint}"
        assert len(error.message) > 10 and len(said) < 6_000 and not any(word in said for word in INTERNAL), (given, said[:500])
        return error.message
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} ({error}) for {str(given)[:300]!r}") from error
    return "right"


@pytest.fixture
def films(tmp_path: Path) -> Path:
    write_images(tmp_path / "films", 2)
    for number in range(2):
        (tmp_path / "films" / f"film_{number}.png").rename(tmp_path / "films" / f"{number}.png")
    return tmp_path / "films"


@pytest.mark.parametrize("copy", [True, False])
def test_images(workspace: Workspace, films: Path, tmp_path: Path, copy: bool):
    said = []
    for number, (name, data) in enumerate(inputs.images(tmp_path)):
        (films / name).write_bytes(data)
        bring = lambda: api.import_images(f"set-{number}", films, None, "real", skip_bad=True, copy=copy)
        said.append(outcome(bring, (name, data[:80])))
        if said[-1] == "right" and not copy:
            images = api.find_set(f"set-{number}")
            said += [outcome(lambda row=row: images.read(row), name) for row in range(len(images))]
        (films / name).unlink()
    assert len(said) > 90 and "right" in said


def test_tables(workspace: Workspace, films: Path, tmp_path: Path):
    said = []
    for number, data in enumerate(inputs.tables()):
        table = tmp_path / "t.csv"
        table.write_bytes(data)
        said.append(outcome(lambda: api.import_images(f"set-{number}", films, table, "real"), data[:200]))
        said.append(outcome(lambda: api.prompt_table(table), data[:200]))
    assert len(said) > 150 and {"right"} < set(said)


def test_archives(workspace: Workspace, tmp_path: Path):
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(workspace.config.home)}
    said = []
    for number, data in enumerate(inputs.archives()):
        said.append(outcome(lambda: api.import_upload(f"set-{number}", [("a.zip", data)], "real", skip_bad=True), data[:200]))
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(workspace.config.home)} == before
    assert list((workspace.config.home / "uploads").iterdir()) == []
    assert len(said) > 35 and {"right"} < set(said)


def test_matrices(tmp_path: Path):
    said = []
    for name, data in inputs.matrices():
        (tmp_path / name).write_bytes(data)
        said.append(outcome(lambda: read_matrix(tmp_path / name, "real"), data[:128]))
    assert len(said) > 40 and {"right"} < set(said)


def test_dropped_pngs(workspace: Workspace):
    assert len([outcome(lambda data=data: api.read_provenance(data), data[:200]) for data in inputs.dropped()]) > 50


def test_names_and_words(workspace: Workspace, films: Path):
    said = []
    for number, word in enumerate(inputs.ODD):
        said.append(outcome(lambda: api.import_images(word, films, None, "real"), word))
        said.append(outcome(lambda: api.find_set(word), word))
        asked = request(f"asked-{number}", prompts=1, count=1, seed=number)
        sound = asked.model_dump_json()
        said.append(outcome(lambda: api.submit(api.read_spec(sound, name=word)), word))
        said.append(outcome(lambda: api.wait(api.submit(api.read_spec(sound, prompts=[{"text": word}]))), word))
        said.append(outcome(lambda: api.submit(asked, owner=word), word))
        said.append(outcome(lambda: api.members(api.find_set(f"asked-{number}").id, word), word))
    for seed in (-1, 2**31, 2**63, 2**64, 10**30):
        for spec in (request("seeded"), evaluation()):
            said.append(outcome(lambda: api.submit(api.read_spec(spec.model_dump_json(), seed=seed)), seed))
    assert len(said) > 80


def test_cards(workspace: Workspace):
    folder = workspace.config.card_folder / "generators"
    sound = (folder / "tiny.toml").read_bytes()
    lines = [
        *inputs.spoiled(sound, 30, 5),
        *(b'title = "' + word.replace('"', "").replace("\0", "").encode("utf-8", "replace") + b'"\n' for word in inputs.ODD),
    ]
    for number, data in enumerate(lines):
        (folder / "mine.toml").write_bytes(data)
        assert outcome(lambda: api.generators(), data) == "right"
        outcome(lambda: api.check_model("mine"), data)
        outcome(lambda: api.submit(request(f"set-{number}").model_copy(update={"generator": api.Choice(id="mine")})), data)
