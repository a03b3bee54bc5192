"""docs/your_data.md, followed word by word on a miniature MIMIC-CXR layout."""

import json
import re
import shlex
from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.config import PROJECT
from bench_core.store.workspace import Workspace
from tests.fakes import workspace  # noqa: F401
from tests.intake import miniatures

PAGE = PROJECT / "docs" / "your_data.md"
FOLDER = "/data/mimic-cxr-jpg"


def commands() -> list[str]:
    """Every command of the page's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


def test_the_page_works_word_by_word(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch):  # noqa: F811
    films = [(f"{10000000 + i}", f"{50000000 + i}", ("PA", "AP", "LATERAL")[i % 3], "train" if i < 36 else "test") for i in range(60)]
    root = miniatures.mimic(tmp_path / "mimic", films=films)
    monkeypatch.chdir(tmp_path)
    assert len(commands()) == 6
    for command in commands():
        words = shlex.split(command.replace(FOLDER, str(root)))
        assert words[:3] == ["python", "-m", "bench_core"]
        assert main(words[3:]) == 0, (command, capsys.readouterr().err)
    sets = api.sets().set_index("name")["images"].to_dict()
    assert sets == {"mimic-train": 24, "mimic-test": 16, "my-model": 16}
    made = api.find_set("my-model").table
    assert list(made["prompt"]) == list(api.find_set("mimic-test").table["prompt"])
    numbers = json.loads((tmp_path / "results.json").read_text())["results"]
    computed = {row["metric"] for row in numbers if row["status"] == "ok"}
    assert {"frechet_distance", "coverage"} <= computed, numbers
    assert api.neighbours("my-model", api.Reference("mimic-test", "mimic-train", "phantom-eye"))["ratio"].notna().any()


def test_the_page_names_every_layout():
    assert {f"`{one}`" for one in api.layouts()} <= set(re.findall(r"`[a-z-]+`", PAGE.read_text(encoding="utf-8")))
