"""A full memory halves the batch, says so, and loses nothing."""

import numpy as np
import pytest

from bench_core import api
from bench_core.engine.batches import BatchSize, is_full
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.errors import BenchError, OutOfMemory
from bench_core.store.workspace import Workspace
from tests import fakes
from tests.fakes import request


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def limit(monkeypatch: pytest.MonkeyPatch, owner: type, method: str, most: int) -> list[int]:
    """Has a model run out of memory above a batch size; returns the sizes that were tried."""
    plain, tried = getattr(owner, method), []

    def limited(self, items, *rest, **more):
        tried.append(len(items))
        if len(items) > most:
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return plain(self, items, *rest, **more)

    monkeypatch.setattr(owner, method, limited)
    return tried


def test_batches_are_halved_until_they_fit_and_stay_so():
    tried = []

    def double(part):
        tried.append(len(part))
        if len(part) > 3:
            raise MemoryError
        return [2 * item for item in part]

    size_of_batch = BatchSize(8)
    assert size_of_batch.words("4 images") == "4 images"
    assert size_of_batch.carry_out(range(8), double) == [2 * i for i in range(8)]
    assert tried == [8, 4, 2, 2, 2, 2]
    assert size_of_batch.carry_out(range(2), double) == [0, 2]
    assert size_of_batch.words("4 images") == "4 images, batch cut from 8 to 2 after the memory was full"


def test_what_is_no_lack_of_memory_is_raised_as_it_is():
    for error, full in (
        (RuntimeError("CUDA error: out of memory"), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory"), True),
        (OutOfMemoryError("x"), True),
        (RuntimeError("shapes differ"), False),
        (ValueError("out of memory"), False),
    ):
        assert is_full(error) is full, error
    with pytest.raises(ZeroDivisionError):
        BatchSize(4).carry_out([1], lambda part: [1 // 0])


def test_generation_goes_on_with_smaller_batches_and_equal_images(workspace: Workspace, monkeypatch):
    plain = api.wait(api.submit(request("plain", prompts=7, count=1, batch_size=6)))
    before = [api.find_set("plain").read(row) for row in range(7)]
    api.delete_set("plain")
    api.delete_run(plain.id)
    tried = limit(monkeypatch, fakes.TinyGenerator, "batch", 2)
    run = api.wait(api.submit(request("plain", prompts=7, count=1, batch_size=6)))
    assert run.status == "done"
    assert "batch cut from 6 to 1" in run.message
    assert tried[:2] == [6, 3] and max(tried[2:]) <= 2
    for row, pixels in enumerate(before):
        assert np.array_equal(api.find_set("plain").read(row), pixels)


def test_when_not_one_image_fits_the_run_says_what_to_do(workspace: Workspace, monkeypatch):
    limit(monkeypatch, fakes.TinyGenerator, "batch", 0)
    run = api.wait(api.submit(request("none")))
    assert run.status == "failed"
    assert "Not even one image" in run.error and "CUDA out of memory" in run.error
    assert "offload" in run.hint


def test_encoding_goes_on_with_smaller_batches_and_equal_features(workspace: Workspace, monkeypatch):
    api.wait(api.submit(request("set", prompts=9, count=1)))
    card = api.encoders()["tiny-pixels"]
    from bench_core.engine.encoding.encode import features_of

    images = api.find_set("set")
    features = features_of(workspace, Models(workspace.config), images, card).values
    workspace.features.forget(set(images.table["digest"]))
    tried = limit(monkeypatch, fakes.TinyEncoder, "encode", 4)
    heard: list[str] = []
    again = features_of(workspace, Models(workspace.config), images, card, Tally(lambda *said: heard.append(said[2]))).values
    assert tried[0] == 9 and max(tried[1:]) <= 4
    assert np.array_equal(features, again)
    assert "batch cut from" in " ".join(heard)


def test_out_of_memory_is_an_error_of_ours():
    assert issubclass(OutOfMemory, BenchError)
