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
    program = "from bench_core.training.recipe import Run; print(Run('phantom-eye', 8).folder)"
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, env=given, capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()) == tmp_path / "phantom-eye"


def test_admins_are_names_with_commas(tmp_path) -> None:
    assert Config.from_environment({"BENCH_HOME": str(tmp_path), "BENCH_ADMINS": " ann@site, chief,, "}).admins == ("ann@site", "chief")
    assert Config.from_environment({"BENCH_HOME": str(tmp_path)}).admins == ()


@pytest.mark.parametrize(
    ("version", "driver", "asks"),
    [
        ("cuda: Optional[str] = None\nhip: Optional[str] = None\n", True, False),
        ("cuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n", True, True),
        ("cuda: Optional[str] = '12.8'\nhip: Optional[str] = None\n", False, False),
        ("cuda: Optional[str] = None\nhip: Optional[str] = '6.2'\n", False, True),
        (None, False, True),
    ],
)
def test_torch_is_asked_for_a_gpu_only_where_one_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str | None, driver: bool, asks: bool
) -> None:
    """It takes seconds to load; what it was built for stands in a file beside it."""
    import importlib.util
    from importlib.machinery import ModuleSpec

    from bench_core import config

    if version is not None:
        (tmp_path / "version.py").write_text(version)
    spec = ModuleSpec("torch", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    monkeypatch.setattr(config, "_has_driver", lambda: driver)
    assert config._gpu_can_be() is asks


def test_asking_for_the_device_of_a_processor_build_loads_no_torch() -> None:
    import torch

    if torch.version.cuda or torch.version.hip:
        pytest.skip("this torch was built for a GPU")
    code = "import sys; from bench_core.config import Config; print(Config.from_environment({}).torch_device(), 'torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.split() == ["cpu", "False"]


def test_an_installed_program_keeps_nothing_among_the_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("bench_core.config.SITE", tmp_path / "site")
    found = Config.from_environment({"XDG_DATA_HOME": str(tmp_path)})
    assert (found.home, found.checkpoints) == (tmp_path / "triadcxr" / "workspace", tmp_path / "triadcxr" / "checkpoints")
    assert Config.from_environment({"HOME": str(tmp_path)}).home == Path.home() / ".local" / "share" / "triadcxr" / "workspace"
