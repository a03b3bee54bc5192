"""What tests of several folders share: how processes divide them, a workspace with a tiny generator and encoder, a PostgreSQL server."""

import gc
import os
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from tests import postgres as debian
from tests.fakes import workspace  # noqa: F401

if "PYTEST_XDIST_WORKER" in os.environ:  # before NumPy and torch are loaded; processes that tests start inherit it
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
        os.environ.setdefault(name, "1")


LONG = ("browser", "hostile", "benchmarks", "cluster", "runs", "pages", "jobs", "training")
LONG += ("contract", "scoring", "metrics", "test_architecture")
"""Folders and files that take long, in this order: they are begun first, so that the processes end together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine gets a second chance; where several processes share the files, the long ones come first."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.flaky(reruns=1))
    if "PYTEST_XDIST_WORKER" in os.environ:
        items.sort(key=lambda item: min([LONG.index(p) for p in (*item.path.parts, item.path.stem) if p in LONG], default=len(LONG)))


def pytest_collection_finish() -> None:
    """What collecting has loaded stays: Streamlit after each page, and an engine that drops a model, look for garbage everywhere else."""
    gc.collect()
    gc.freeze()


class _ByFile(LoadFileScheduling):  # type: ignore[misc]
    """A file is one process's, and so are all that drive a browser: their site, with the sets that are compared there, is made once."""

    def _split_scope(self, nodeid: str) -> str:
        return "tests/browser" if nodeid.startswith("tests/browser/") else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFile:
    return _ByFile(config, log)


@pytest.fixture(scope="session", autouse=True)
def no_power_cut() -> Iterator[None]:
    """Files need not reach the disk: no test cuts the power, and a study waits for it 300 times, for seconds where others write too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running server; the test is skipped, with the reason, where none can be started."""
    reason = debian.why_not()
    if reason:
        pytest.skip(reason)
    with debian.server() as url:
        yield url
