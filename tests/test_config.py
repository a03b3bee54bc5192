"""Settings from the environment."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench_core.config import PROJECT, Config
from bench_core.errors import InputError


def test_the_setting() -> None:
    assert Config.from_environment({}).readers == Config.from_environment({"BENCH_READERS": "0"}).readers == 0
    assert Config.from_environment({"BENCH_READERS": "12"}).readers == 12
    with pytest.raises(InputError, match="BENCH_READERS is '-3'") as error:
        Config.from_environment({"BENCH_READERS": "-3"})
    assert "from 0" in error.value.hint


def test_training_keeps_its_checkpoints_where_the_configuration_says(tmp_path: Path) -> None:
    assert Config.from_environment({}).checkpoints == PROJECT / "checkpoints"
    given = {"BENCH_CHECKPOINTS": str(tmp_path)}
    assert Config.from_environment(given).checkpoints == tmp_path
    program = "from bench_core.training.recipe import Run; print(Run('phantom-clip', 8).folder)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=given, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "phantom-clip"


def test_admins_are_names_with_commas(tmp_path) -> None:
    assert Config.from_environment({"BENCH_HOME": str(tmp_path), "BENCH_ADMINS": " ann@site, chief,, "}).admins == ("ann@site", "chief")
    assert Config.from_environment({"BENCH_HOME": str(tmp_path)}).admins == ()
