from tests.engine.fakes import workspace  # noqa: F401
