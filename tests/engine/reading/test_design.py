"""A design that cannot be says what is wrong in words that somebody who fills in the form understands."""

import pytest

from bench_core import api
from bench_core.errors import SettingError
from tests.engine.reading.studies import design


@pytest.mark.parametrize(
    ("asked", "said"),
    [({"name": " "}, "A reader study: it needs a name, which"), ({"questions": []}, "A reader study: it asks no questions"),
     ({"repeats": 9}, "A reader study: 9 repeats need twice as many cases"), ({"cases": 1}, "A reader study: setting cases = 1")],
)  # fmt: skip
def test_what_is_wrong_is_said(asked: dict[str, object], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        design(**asked)
    assert api.reading_design(name="x", questions=["quality"], real="a", real_share=1).films_a_case == 1
