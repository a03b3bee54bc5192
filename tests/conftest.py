"""What tests of several folders share: a workspace with a tiny generator and encoder, and a PostgreSQL server."""

from collections.abc import Iterator

import pytest

from tests import postgres as debian
from tests.fakes import workspace  # noqa: F401


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a running server; the test is skipped, with the reason, where none can be started."""
    reason = debian.why_not()
    if reason:
        pytest.skip(reason)
    with debian.server() as url:
        yield url
