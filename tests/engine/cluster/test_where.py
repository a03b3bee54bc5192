"""Which engine carries a run out, and what is said where it cannot."""

import sys
import threading

import pytest

from bench_core.config import Config
from bench_core.engine.cluster import ray
from bench_core.engine.cluster.ray import OnRay
from bench_core.errors import InputError, MissingPackage
from bench_core.features.place import Place, place
from bench_core.jobs.serving import serve
from bench_core.jobs.worker import work
from bench_core.store.workspace import Workspace


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Config.from_environment({"BENCH_ENGINE": "ray", "BENCH_RAY_ADDRESS": "127.0.0.1:1"})
    with pytest.raises(InputError, match="No Ray cluster answers at '127.0.0.1:1'"):
        ray.look(nowhere)
    for starts in (lambda: serve(nowhere, threading.Event()), lambda: work(Workspace(nowhere), threading.Event())):
        with pytest.raises(InputError, match="No Ray cluster answers at"):
            starts()
    with pytest.raises(InputError, match="no address"):
        OnRay("")
    with pytest.raises(InputError, match="BENCH_ENGINE is 'spark'"):
        Config.from_environment({"BENCH_ENGINE": "spark"})
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackage, match="pip install ray"):
        OnRay("127.0.0.1:6379")
    assert place() == Place()
