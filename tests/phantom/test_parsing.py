"""What a user types is understood."""

import pytest

from bench_core.phantom import parse


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
