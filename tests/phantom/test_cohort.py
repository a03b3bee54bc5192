"""Cohorts: counts close to CheXpert's, nobody shared, readable files."""

import json

import numpy as np
import pytest

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
