"""What a report states is read exactly from reports of the embedded grammar."""

import json

import numpy as np
import pytest

from bench_core import phantom
from bench_core.data import FINDINGS
from bench_core.reports.statements import findings_of, in_words, labels_of, sided, statements


def test_every_held_out_report_of_the_cohort_is_read_as_it_was_meant() -> None:
    table = phantom.cohort_table(phantom.REAL_SEED, films=phantom.REAL_FILMS)
    assert len(table) == 2000
    for text, details in zip(table["prompt"], table["details"], strict=True):
        meant = {(f["name"], f["side"], f["severity"], f["kind"]) for f in json.loads(details)}
        assert statements(text) == meant, text
    np.testing.assert_array_equal(labels_of(table["prompt"].tolist()), table[list(FINDINGS)].to_numpy(float))


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("No pneumothorax. Small left pleural effusion.", {("Pleural Effusion", "left", "mild", "")}),
        ("No focal consolidation, effusion or pneumothorax.", set()),
        ("Severe right consolidation and right chest tube in place.", {("Consolidation", "right", "severe", ""),
         ("Support Devices", "right", "", "chest tube")}),
        ("Normal chest radiograph.", {("No Finding", "", "", "")}),
        ("", set()),
    ],
)  # fmt: skip
def test_negations_sides_and_severities(text: str, stated: set[tuple[str, str, str, str]]) -> None:
    assert statements(text) == stated


def test_bilateral_is_both_sides_and_a_device_is_named_by_its_kind() -> None:
    assert sided(("Pleural Effusion", "bilateral", "mild", "")) == (("Pleural Effusion", "left"), ("Pleural Effusion", "right"))
    assert sided(("Support Devices", "", "", "pacemaker")) == (("pacemaker", ""),)
    assert findings_of("Left pacemaker. Edema.") == {"Support Devices", "Edema"}
    assert in_words([("Edema", ""), ("Pneumonia", "right"), ("Pneumonia", "left")]) == "Edema; Pneumonia left and right"
