"""Prompts for training sets: as in reality, or enough of every finding."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core.data import ImageSet
from bench_core.errors import InputError
from bench_core.prompts.drawing import draw_prompts

RNG = np.random.default_rng(0)


def reports(n: int = 400, **more: object) -> ImageSet:
    table = pd.DataFrame(
        {
            "image_id": [f"i{i}" for i in range(n)], "prompt": [f"report {i}" for i in range(n)], "view": "AP",
            "subject_id": [f"p{i // 2}" for i in range(n)], "Edema": (np.arange(n) % 4 == 0).astype(int),
            "Fracture": (np.arange(n) % 40 == 0).astype(int), **more,
        }
    )  # fmt: skip
    return ImageSet("id", "cohort", "real", Path(), table)


def positives(prompts: list, finding: str) -> int:
    return sum(p.labels[finding] == 1 for p in prompts)


def test_as_in_reality_patients_come_once_and_findings_in_their_proportions() -> None:
    drawn = draw_prompts(reports(), count=200, seed=3)
    assert len({p.source_image_id for p in drawn}) == 200
    assert len({int(p.source_image_id[1:]) // 2 for p in drawn}) == 200  # every patient once
    assert 30 <= positives(drawn, "Edema") <= 70
    assert drawn == draw_prompts(reports(), count=200, seed=3) != draw_prompts(reports(), count=200, seed=4)


def test_every_finding_has_enough_and_the_rarest_all_that_there_are() -> None:
    drawn = draw_prompts(reports(), per_finding=20)
    assert positives(drawn, "Fracture") == 10 and positives(drawn, "Edema") == 20
    assert drawn[0].labels["view"] == "AP"


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(InputError, match="400 different reports, and 401"):
        draw_prompts(reports(), count=401)
    with pytest.raises(InputError, match="no finding labels"):
        draw_prompts(reports(Edema=0, Fracture=0), per_finding=5)
    with pytest.raises(InputError, match="no reports"):
        draw_prompts(reports(prompt=""), count=1)
    with pytest.raises(InputError, match="either"):
        draw_prompts(reports())
