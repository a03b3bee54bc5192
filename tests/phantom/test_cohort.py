"""Cohorts: counts close to CheXpert's, nobody shared, readable files."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import phantom
from bench_core.phantom.cohort import label_sets


def test_table_has_as_many_films_as_asked_for() -> None:
    table = phantom.cohort_table(3, films=501)
    assert len(table) == 501 and table["image_id"].is_unique
    assert phantom.cohort_table(3, films=100).equals(table.iloc[:100])
    assert phantom.cohort_table(3, subjects=50)["subject_id"].nunique() == 50
    with pytest.raises(ValueError, match="either"):
        phantom.cohort_table(3)


def test_table_agrees_with_the_rendered_film() -> None:
    row = phantom.cohort_table(3, films=5).iloc[3]
    film = phantom.render(row["image_id"])
    assert (film.report, film.subject_id, film.study_id, film.description.view) == (
        row["prompt"],
        row["subject_id"],
        row["study_id"],
        row["view"],
    )
    assert film.description.labels == {name: row[name] for name in phantom.FINDINGS}
    assert [item["name"] for item in json.loads(row["details"])] == [item.name for item in film.description.findings]


def test_shares_are_those_of_the_label_sets() -> None:
    table = phantom.cohort_table(phantom.TRAIN_SEED, films=4000)
    sets, cumulative = label_sets()
    share = np.diff(cumulative, prepend=0.0)
    for name in phantom.FINDINGS:
        expected = sum(part for names, part in zip(sets, share, strict=True) if name in names)
        assert abs(table[name].mean() - expected) < 0.03, name


def test_cohorts_share_nobody() -> None:
    one, two = phantom.cohort_table(11, films=12), phantom.cohort_table(12, films=12)
    assert set(one["subject_id"]).isdisjoint(two["subject_id"])
    ours = {phantom.render(image_id).image.tobytes() for image_id in one["image_id"]}
    assert all(phantom.render(image_id).image.tobytes() not in ours for image_id in two["image_id"])
    first = phantom.render_prompt("Normal chest", 11).image
    assert first.tobytes() not in ours


def test_export_is_readable(tmp_path: Path) -> None:
    written = phantom.export(tmp_path, subjects=5, seed=8)
    table = pd.read_csv(tmp_path / "table.csv")
    assert table.columns.tolist() == ["path", "prompt", "subject_id", "study_id", "view", *phantom.FINDINGS]
    assert len(table) == len(written) and table["subject_id"].nunique() == 5
    for path in table["path"]:
        with Image.open(tmp_path / path) as image:
            assert image.mode == "L" and image.size == (256, 256)
        with np.load(tmp_path / path.replace("images/", "masks/").replace(".png", ".npz")) as masks:
            assert masks["heart"].dtype == bool and {"lung_left", "lung_right"} <= set(masks.files)
    assert not list(tmp_path.glob("*.part"))


def test_package_loads_nothing_heavy() -> None:
    heavy = "import sys, bench_core.phantom; print([m for m in ('torch', 'scipy', 'pandas', 'PIL') if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
    assert all(hasattr(phantom, name) for name in phantom.__all__)
