from tests.metrics.conftest import make  # noqa: F401
