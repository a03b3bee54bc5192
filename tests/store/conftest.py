"""Every test of the store that has a database runs on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.fakes import fresh_database

BOTH = ("sqlite", "postgresql")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture in {"workspace", "url"} & set(metafunc.fixturenames):
        metafunc.parametrize(fixture, BOTH, indirect=True)


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new database."""
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return fresh_database(tmp_path, server)
