"""Reports: what is written is read back, and what a user types is understood."""

import numpy as np
import pytest

from bench_core.phantom import FINDINGS, Description, parse, write_report
from bench_core.phantom.cohort import describe, draw_labels


def key(description: Description) -> list[tuple[str, str, str, str]]:
    return sorted((item.name, item.side, item.severity, item.kind) for item in description.findings)


def test_round_trip() -> None:
    rng = np.random.default_rng(1)
    views = 0
    for _ in range(800):
        description = describe(draw_labels(rng), rng)
        report = write_report(description, rng)
        read = parse(report)
        assert key(read) == key(description), report
        assert read.view in ("", description.view)
        assert read.labels == description.labels
        assert len(report.split()) <= 55
        views += bool(read.view)
    assert 200 < views < 600


def test_reports_vary() -> None:
    rng = np.random.default_rng(2)
    description = describe(frozenset({"Pleural Effusion", "Edema"}), rng)
    assert len({write_report(description, rng) for _ in range(100)}) > 50


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moderate left pleural effusion with adjacent atelectasis. No pneumothorax.", {"Pleural Effusion", "Atelectasis"}),
        ("No pleural effusion or pneumothorax, but mild edema.", {"Edema"}),
        ("Pneumothorax has resolved.", set()),
        ("No evidence of consolidation, effusion or fracture.", set()),
        ("The heart is mildly enlarged", {"Cardiomegaly"}),
        ("Heart size is normal. Lungs are clear.", set()),
        ("normal", {"No Finding"}),
        ("No acute cardiopulmonary abnormality.", {"No Finding"}),
        ("RIGHT LOWER LOBE PNEUMONIA", {"Pneumonia"}),
        ("consolidation without effusion", {"Consolidation"}),
        ("pulmonary nodule in the left upper lobe", {"Lung Lesion"}),
        ("widened mediastinum", {"Enlarged Cardiomediastinum"}),
        ("endotracheal tube, NG tube and a right PICC line", {"Support Devices"}),
        ("pleural thickening on the right; healed rib fracture", {"Pleural Other", "Fracture"}),
        ("", set()),
        ("a cat on a sofa", set()),
    ],
)
def test_typed_texts(text: str, expected: set[str]) -> None:
    assert {item.name for item in parse(text).findings} == expected


def test_sides_severities_and_views() -> None:
    (item,) = parse("large right-sided effusion, portable").findings
    assert (item.side, item.severity) == ("right", "severe") and parse("large right-sided effusion, portable").view == "AP"
    (item,) = parse("PA film: pleural effusions in both lungs").findings
    assert (item.side, item.severity) == ("bilateral", "")
    by_name = {item.name: item for item in parse("Small left pneumothorax and severe right consolidation").findings}
    assert (by_name["Pneumothorax"].side, by_name["Pneumothorax"].severity) == ("left", "mild")
    assert (by_name["Consolidation"].side, by_name["Consolidation"].severity) == ("right", "severe")


def test_labels_have_the_fixed_order() -> None:
    assert tuple(Description().labels) == FINDINGS and len(FINDINGS) == 14
