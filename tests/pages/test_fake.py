"""The stand-in for the facade has the facade's signatures; `tests/api/test_frames.py` holds that its frames are the same."""

import inspect

from bench_core import api
from tests.pages.fake import Fake


def test_fake_has_the_signatures_of_the_facade() -> None:
    for name, function in Fake(filled=False).functions().items():
        real = list(inspect.signature(getattr(api, name)).parameters)
        assert list(inspect.signature(function).parameters) == real, name
