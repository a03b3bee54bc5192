"""What `pip install .` brings: all of the program, in one package, run from anywhere."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import PROJECT

ASKED = """
import sys
sys.path.insert(0, sys.argv[1])
from bench_core import cli, config, published
from bench_core.cards import generator_cards
assert config.__file__.startswith(sys.argv[1]), config.__file__
assert all((config.SITE / name).is_file() for name in ("app.py", "pages/overview.py", ".streamlit/config.toml")), config.SITE
print(config.Config.from_environment({"XDG_DATA_HOME": "/kept"}).home)
sys.exit(cli.main(["list", "layouts"]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a wheel would hold, unpacked."""
    place = tmp_path_factory.mktemp("built")
    command = [sys.executable, "setup.py", "-q", "build_py", "--build-lib", str(place)]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, timeout=120)
    return place


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def test_everything_is_in_it_and_nothing_else(built: Path) -> None:
    inside, site = files(built / "bench_core"), files(built / "bench_core" / "site")
    assert {one.name for one in built.iterdir()} == {"bench_core"}, "nothing at the top that others may have too"
    assert {name for name in inside if not name.startswith("site/")} == files(PROJECT / "bench_core"), "code, cards, weights, tables, films"
    assert site == {"app.py", ".streamlit/config.toml", *(f"pages/{name}" for name in files(PROJECT / "pages"))}


def test_it_runs_from_there(built: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-c", ASKED, str(built)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "/kept/triadcxr/workspace", "nothing is kept among the packages of an environment"
    assert "mimic-cxr-jpg" in done.stdout


def test_the_command_is_the_command_line() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    module, function = settings["project"]["scripts"]["triadcxr"].split(":")
    assert callable(getattr(__import__(module, fromlist=[function]), function))
    assert settings["tool"]["setuptools"]["dynamic"]["dependencies"] == {"file": ["requirements.txt"]}, "one list of requirements"
