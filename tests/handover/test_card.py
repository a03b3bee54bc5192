"""The card of a set: what is known is said as it is stored, and what was not tested is said too."""

import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.data import Result
from bench_core.frames import RESULTS
from bench_core.handover.card import Evidence, SetFacts, card_text, verdict
from bench_core.store.workspace import Workspace
from tests.fakes import request, write_images


def number(metric: str, family: str, value: float | None, **more: Any) -> dict[str, Any]:
    defaults = {"low": 1.0, "high": 2.0, "matched": value, "null": 1.5, "null_low": 1.25, "null_high": 1.75, "n_synthetic": 4}
    row = vars(Result(metric, family, value, **{**defaults, **more}))
    return {name: row.get(name) for name, *_ in [(c.name,) for c in RESULTS.columns]} | {"encoder": "phantom-eye", "version": 2}


def section(card: str, title: str) -> str:
    return card.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


@pytest.fixture
def made(workspace: Workspace) -> api.ImageSet:
    return api.find_set(api.wait(api.submit(request())).set_id)


def card_of(made: api.ImageSet, *rows: dict[str, Any], found: tuple[str, ...] = ()) -> str:
    one = Evidence("Against real | images", pd.DataFrame(rows), found, "python -m bench_core evaluate --synthetic set")
    return card_text(SetFacts(made, "a <b>", False, "full", (16, 16), None, api.metrics(), [one], "It was not made here."))


def test_numbers_stand_with_interval_range_and_verdict(made: api.ImageSet) -> None:
    card = card_of(
        made,
        number("frechet_distance", "fidelity", 1.9),
        number("coverage", "variety", 0.5, null_low=0.6, null_high=0.7),
        number("copies_found", "privacy", 3.0, null_low=0.0, null_high=1.0),
        number("recall", "variety", None, status="skipped", message="too few images"),
        found=("Search for copies: 3 exact.",),
    )
    assert "| fidelity | Fréchet distance | 1.9 [1, 2] | 1.9 | 1.25 to 1.75 | worse | 4 |" in section(card, "How it was tested")
    assert "| variety | Coverage | 0.5 [1, 2] | 0.5 | 0.6 to 0.7 | worse | 4 |" in card
    assert "- Recall: skipped. too few images" in card and "- not tested at all: alignment, utility" in card
    privacy = section(card, "Privacy")
    assert "worse" in privacy and "Search for copies: 3 exact." in privacy and "Fréchet" not in privacy
    assert "learned from simulated films only" in section(card, "Known limits")
    assert "python -m bench_core evaluate --synthetic set" in card and "frechet_distance 2" in card
    assert "a &lt;b>" in card and "Against real \\| images" in card, "a name stays text"


def test_a_number_is_judged_by_its_goal(made: api.ImageSet) -> None:
    metrics = api.metrics()
    row = {"null_low": 1.0, "null_high": 2.0}
    assert [verdict(row | {"matched": at}, metrics["frechet_distance"]) for at in (0.5, 1.5, 2.5)] == [
        "beyond perfect",
        "as perfect",
        "worse",
    ]
    assert [verdict(row | {"matched": at}, metrics["coverage"]) for at in (0.5, 2.5)] == ["worse", "beyond perfect"]
    assert verdict({"null_low": None, "null_high": None, "matched": 1.0}, metrics["coverage"]) == "no range"
    assert verdict(row | {"matched": 9.0}, None) == "outside"


def test_what_was_not_tested_is_said(made: api.ImageSet) -> None:
    card = api.card(made.name)
    assert "**It was not tested.**" in card and "**Not tested**" in section(card, "Privacy")
    assert "4 synthetic images, 8-bit grey; the first has 16 x 16 pixels" in card and "| Edema | 2 | 2 | 0 |" in card
    assert "| Seeds | 5 + number of the image |" in card and "No licence is recorded" in card


def test_the_command_makes_the_same_images_again(made: api.ImageSet, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    api.export_set(made.name, "png", tmp_path / "out")
    line = next(one for one in (tmp_path / "out" / "card.md").read_text().splitlines() if " generate " in one)
    words = [str(tmp_path / "out" / word) if word == "table.csv" else word for word in shlex.split(line)]
    assert words[:3] == ["python", "-m", "bench_core"] and main(words[3:]) == 0
    again = api.find_set("again")
    for row in range(len(made)):
        np.testing.assert_array_equal(again.read(row), made.read(row))


def test_a_card_of_reports_tells_no_report(workspace: Workspace, tmp_path: Path) -> None:
    names = write_images(tmp_path / "films", 2)
    pd.DataFrame({"path": names, "prompt": ["secret", "secret two"], "subject_id": ["anna", "bert"]}).to_csv(
        tmp_path / "t.csv", index=False
    )
    api.import_images("clinic", tmp_path / "films", tmp_path / "t.csv", "real")
    card = api.card("clinic")
    assert card.startswith("# Data card: ") and "**It shows films of patients**" in card
    assert not [word for word in ("secret", "anna", "clinic", str(tmp_path)) if word in card]
    asked = request().model_copy(update={"prompts": api.report_prompts("clinic")})
    of_reports = api.card(str(api.wait(api.submit(asked)).set_id))
    assert "reports of patients; not told here" in of_reports and "secret" not in of_reports
