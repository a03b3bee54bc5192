"""Settings from the environment."""

import pytest

from bench_core.config import Config
from bench_core.errors import InputError


def test_the_setting() -> None:
    assert Config.from_environment({}).readers == Config.from_environment({"BENCH_READERS": "0"}).readers == 0
    assert Config.from_environment({"BENCH_READERS": "12"}).readers == 12
    with pytest.raises(InputError, match="BENCH_READERS is '-3'") as error:
        Config.from_environment({"BENCH_READERS": "-3"})
    assert "from 0" in error.value.hint
