"""An in-memory stand-in for the facade, so that pages are tested in seconds and on states that are rare in life.

`Fake(filled=True).install(monkeypatch)` replaces the functions of `bench_core.api`; a test holds that both have the same signatures
and hand out the same columns and dtypes. Everything it returns is drawn from a fixed seed.
"""

from tests.pages.fake.catalogue import GENERATORS, METRICS, metric_of
from tests.pages.fake.pictures import encode, film
from tests.pages.fake.workspace import Fake

__all__ = ["GENERATORS", "METRICS", "Fake", "encode", "film", "metric_of"]
