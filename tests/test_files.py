"""Files are whole or not there, and stay in their folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench_core import files
from bench_core.errors import InputError
from bench_core.files import PARTS, inside, is_free, locked, make_place_of_parts, remove_folder, sweep_parts, write_whole

WRITER = """
import os, sys
from pathlib import Path
from bench_core.files import write_whole

def write(part):
    part.write_text("half")
    print(part, flush=True)
    sys.stdin.readline()
    os._exit(9)

write_whole(Path(sys.argv[1]), write)
"""


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


@pytest.mark.parametrize("placed", [True, False])
def test_a_part_matches_no_pattern_of_a_reader_and_goes_when_writing_fails(tmp_path: Path, placed: bool):
    if placed:
        make_place_of_parts(tmp_path)

    def write(part: Path) -> None:
        part.write_text("half")
        assert list(tmp_path.rglob("*.txt")) == []
        assert part.parent == (tmp_path / PARTS if placed else tmp_path / "features" / "key")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "features" / "key" / "list.txt", write)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    write_whole(tmp_path / "features" / "key" / "list.txt", lambda part: part.write_text("whole"))
    assert [path.read_text() for path in tmp_path.rglob("*.txt")] == ["whole"]


def test_a_living_writer_keeps_its_part_and_a_killed_one_does_not(tmp_path: Path):
    make_place_of_parts(tmp_path)
    command = [sys.executable, "-c", WRITER, str(tmp_path / "a.txt")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        part = Path(writer.stdout.readline().strip())
        assert part.read_text() == "half"
        assert sweep_parts(tmp_path) == 0
        assert part.exists()
        writer.communicate("die\n")
    assert sweep_parts(tmp_path) == 1
    assert list((tmp_path / PARTS).iterdir()) == []
    assert not (tmp_path / "a.txt").exists()


def test_a_folder_whose_removal_was_killed_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_place_of_parts(tmp_path)
    (tmp_path / "sets" / "one").mkdir(parents=True)
    (tmp_path / "sets" / "one" / "a.png").write_bytes(b"x")
    monkeypatch.setattr(files.shutil, "rmtree", lambda *_, **__: None)
    remove_folder(tmp_path / "sets" / "one")
    monkeypatch.undo()
    assert list((tmp_path / "sets").iterdir()) == []
    assert sweep_parts(tmp_path) == 1
    assert list((tmp_path / PARTS).iterdir()) == []


def test_whether_a_lock_is_free(tmp_path: Path):
    assert is_free(tmp_path / "lock")
    with locked(tmp_path / "lock"):
        assert not is_free(tmp_path / "lock")
    assert is_free(tmp_path / "lock")
