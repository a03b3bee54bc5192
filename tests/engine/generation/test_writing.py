"""Files are written beside the next batch: in order, whole, with their errors, and nothing that was made is lost."""

import errno
import json
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.generation.writing import Writer
from bench_core.errors import StoreError
from bench_core.store import drafts
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request

ID = "0123456789abcdef"
WAIT = 120.0
Store = Callable[..., dict[str, object]]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """Has something happen before the file of each row is written."""
    plain: Store = drafts.store_image

    def before(act: Callable[[int], None]) -> None:
        def slowed(home, row, *rest):
            act(row)
            return plain(home, row, *rest)

        monkeypatch.setattr(drafts, "store_image", slowed)

    return before


def hand_over(writer: Writer, rows: list[int]) -> None:
    columns = [{"image_id": str(row), "prompt": "p", "seed": row} for row in rows]
    writer.add(rows, columns, [np.full((16, 16), row, np.uint8) for row in rows], [None for _ in rows])


def journal(workspace: Workspace) -> list[int]:
    text = (workspace.sets.home_of(ID) / drafts.JOURNAL).read_text()
    return [json.loads(line)["row"] for line in text.splitlines()]


def test_a_batch_is_written_while_the_next_one_is_made(workspace: Workspace, monkeypatch, store) -> None:
    second, waited = threading.Event(), []
    plain = fakes.TinyGenerator.batch

    def batch(self, prompts, seeds, settings, *, on_step=None):
        if 7 in seeds:
            second.set()
        return plain(self, prompts, seeds, settings, on_step=on_step)

    monkeypatch.setattr(fakes.TinyGenerator, "batch", batch)
    store(lambda row: waited.append(second.wait(WAIT)) if row == 0 else None)
    run = api.wait(api.submit(request("set", prompts=4, count=1, batch_size=2)))
    assert run.status == "done" and waited == [True]
    assert list(api.find_set("set").table["seed"]) == [5, 6, 7, 8]


def test_batches_are_written_one_at_a_time_and_in_order(workspace: Workspace, store) -> None:
    begun: list[int] = []

    def slowly(row: int) -> None:
        begun.append(row)
        time.sleep(0.02 if row % 4 == 0 else 0)  # the first file of each batch is the last one to be there

    store(slowly)
    with workspace.sets.draft(ID, "synthetic", {}, total=12) as draft:
        with Writer(draft) as writer:
            for start in range(0, 12, 4):
                hand_over(writer, list(range(start, start + 4)))
                assert set(draft.rows) >= set(range(start)), "the batch before is there"
        assert sorted(draft.rows) == journal(workspace) == list(range(12))
    assert [sorted(begun[start : start + 4]) for start in (0, 4, 8)] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]


def test_a_full_disk_ends_the_run_and_keeps_what_was_there(workspace: Workspace, store) -> None:
    def full(row: int) -> None:
        if row >= 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    store(full)
    fakes.made.clear()
    run = api.wait(api.submit(request("set", prompts=20, count=1, batch_size=2, delay=0.02)))
    assert run.status == "failed"
    assert "cannot be written" in run.error and "No space left on device" in run.error and "Make room" in run.hint
    assert list(api.find_set("set").table["seed"]) == [5, 6]
    assert len(fakes.made) < 10, "batches were made for a disk that is full"


def test_what_was_made_is_written_when_the_run_stops(workspace: Workspace, store) -> None:
    """The run stops in its second batch, before the files of the first are there."""
    store(lambda row: time.sleep(0.3))
    run = api.wait(api.submit(request("set", prompts=6, count=1, batch_size=2, fail_at_seed=7)))
    assert run.error == "The tiny generator fails." and run.done == 2
    assert list(api.find_set("set").table["seed"]) == [5, 6]


def test_an_error_of_the_writer_is_not_lost_at_its_end(workspace: Workspace, store) -> None:
    def full(row: int) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    store(full)
    with workspace.sets.draft(ID, "synthetic", {}, total=2) as draft:
        with pytest.raises(StoreError, match="quota exceeded"), Writer(draft) as writer:
            hand_over(writer, [0, 1])
        assert draft.rows == {}
