"""Tests of the queue run on SQLite and on PostgreSQL, except those that start worker processes: they take too long for a second time."""

import pytest


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    names = set(metafunc.fixturenames)
    if metafunc.module.__name__.endswith(("test_worker", "test_shared_queue")) and "workspace" in names and "start" not in names:
        metafunc.parametrize("workspace", ("sqlite", "postgresql"), indirect=True)
