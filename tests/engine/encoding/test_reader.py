"""Readers in processes: the same pixels, started once, ended with the run; who dies is named."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench_core import api
from bench_core.cards import EncoderCard, encoder_cards
from bench_core.config import PROJECT, Config
from bench_core.data import ImageSet
from bench_core.engine.encoding import decode
from bench_core.engine.encoding.decode import Readers
from bench_core.engine.encoding.encode import encode_images
from bench_core.engine.encoding.reader import Reader
from bench_core.engine.encoding.views import ReadingTask, View
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import Cancelled, ImageUnreadable, StoreError
from bench_core.store.workspace import Workspace
from tests.fakes import write_images

WAIT = 120.0


PARENT = """
import sys, time
from bench_core.engine.encoding.reader import Reader
print(Reader()._process.pid, flush=True)
time.sleep(600)
"""


@pytest.fixture
def films(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ImageSet:
    """As many films as processes are started for."""
    monkeypatch.setattr(decode, "MANY", 100)
    write_images(tmp_path / "films", 100)
    api.import_images("films", tmp_path / "films", None, "synthetic")
    return workspace.sets.open("films")


@pytest.fixture
def processes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Reader]]:
    """The processes that are started; all of them must have ended."""
    started: list[Reader] = []

    class Watched(Reader):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(decode, "Reader", Watched)
    yield started
    assert all(reader._process.poll() is not None for reader in started)


def apart(workspace: Workspace) -> Config:
    return replace(workspace.config, readers=2)


def values(workspace: Workspace, images: ImageSet, card: EncoderCard) -> np.ndarray:
    return workspace.features.read(card_key(card), images.table["digest"].tolist())


def test_processes_and_threads_make_the_same_features(workspace: Workspace, films: ImageSet, processes: list[Reader]) -> None:
    card, models = api.encoders()["tiny-pixels"], Models(workspace.config)
    encode_images(workspace, models, films, [card])
    assert processes == []
    before = values(workspace, films, card)
    workspace.features.forget(set(films.table["digest"]))
    with Readers(apart(workspace)) as readers:
        encode_images(workspace, models, films, [card], readers=readers)
        known = list(processes)
        assert 1 <= len(known) <= 2
        assert np.array_equal(values(workspace, films, card), before)
        workspace.features.forget(set(films.table["digest"]))
        encode_images(workspace, models, films, [card], readers=readers)
        assert processes[: len(known)] == known and len(processes) <= 2, "started once for the sets of a run"


def test_a_process_prepares_images_bit_for_bit_as_a_thread_does(films: ImageSet) -> None:
    cards = encoder_cards()
    views = [View(cards[name], prepared=True) for name in ("phantom-eye", "rad-dino", "inception-fid", "clip-vit-l-14-336")]
    squashed = View(cards["phantom-eye"].model_copy(update={"squash": 299}))
    job = ReadingTask.of(films, [*views, squashed])
    reader = Reader()
    try:
        far = [reader.read(job, row, range(5)) for row in (2, 7)]
    finally:
        reader.close()
    for row, found in zip((2, 7), far, strict=True):
        for here, there in zip(job.read(row, range(5)), found, strict=True):
            assert here.dtype == there.dtype and np.array_equal(here, there)
    assert far[0][1].shape == (518, 518) and far[0][1].dtype == np.float32 and far[0][4].shape == (299, 299)


def test_an_image_that_cannot_be_read_is_named_from_afar(workspace: Workspace, films: ImageSet, processes: list[Reader]) -> None:
    films.path(40).write_bytes(b"no image")
    tally = Tally()
    with pytest.raises(ImageUnreadable, match=r"film_\d+.*cannot be read"), Readers(apart(workspace)) as readers:
        encode_images(workspace, Models(workspace.config), films, [api.encoders()["tiny-pixels"]], tally, readers)
    assert processes and tally.done == 32, "the batch before it is encoded"


def test_a_reader_that_dies_is_named_and_what_was_encoded_is_kept(workspace: Workspace, films: ImageSet, processes: list[Reader]) -> None:
    card = api.encoders()["tiny-pixels"]

    def kill(*_: object) -> None:
        for reader in processes:
            reader._process.kill()

    tally = Tally(kill, len(films))
    with pytest.raises(StoreError, match=r"read image 'film_\d+.* died \(signal 9\)") as error, Readers(apart(workspace)) as readers:
        encode_images(workspace, Models(workspace.config), films, [card], tally, readers)
    assert "BENCH_READERS=1" in error.value.hint
    assert len(films) - len(workspace.features.missing(card_key(card), films.table["digest"].tolist())) == tally.done >= 32


def test_a_run_that_is_cancelled_ends_its_readers(workspace: Workspace, films: ImageSet, processes: list[Reader]) -> None:
    card, heard = api.encoders()["tiny-pixels"], []

    def cancel(done: int, total: int, _: str) -> None:
        heard.append(done)
        if len(heard) == 2:
            raise Cancelled("Cancelled.")

    with pytest.raises(Cancelled), Readers(apart(workspace)) as readers:
        encode_images(workspace, Models(workspace.config), films, [card], Tally(cancel, len(films)), readers)
    assert processes and heard == [32, 64]
    assert len(films) - len(workspace.features.missing(card_key(card), films.table["digest"].tolist())) == 64


def test_a_reader_ends_with_its_parent() -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    end = time.monotonic() + WAIT
    while running(child):
        assert time.monotonic() < end, "it outlives its parent"
        time.sleep(0.05)


@pytest.mark.parametrize("asks_to_end", [signal.SIGINT, signal.SIGTERM])
def test_a_reader_leaves_it_to_its_parent_when_to_end(films: ImageSet, asks_to_end: signal.Signals) -> None:
    """A terminal and a service's supervisor signal the whole group: the worker is to put its run back, not to find dead readers."""
    job, reader = ReadingTask.of(films, [View()]), Reader()
    try:
        reader.read(job, 0, (0,))
        reader._process.send_signal(asks_to_end)
        assert np.array_equal(reader.read(job, 1, (0,))[0], films.read(1))
    finally:
        reader.close()
    assert reader._process.returncode == 0


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z (zombie)" not in Path(f"/proc/{pid}/status").read_text()


def test_a_reader_imports_neither_torch_nor_the_database() -> None:
    words = "import sys, bench_core.engine.encoding.reader; print([n for n in ('torch', 'sqlalchemy', 'transformers') if n in sys.modules])"
    said = subprocess.run([sys.executable, "-c", words], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_what_a_decoder_prints_does_not_reach_the_answers(films: ImageSet, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nfrom PIL import Image\nplain = Image.open\n"
        "def loud(*a, **k):\n    os.write(1, b'a decoder says something')\n    return plain(*a, **k)\nImage.open = loud\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    reader = Reader()
    try:
        (pixels,) = reader.read(ReadingTask.of(films, [View()]), 3, (0,))
    finally:
        reader.close()
    assert np.array_equal(pixels, films.read(3))
