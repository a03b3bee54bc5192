"""Prompts as numbers."""

import numpy as np

from bench_core.generators.rule_reading import LENGTH, SIDED, read_by_rules
from bench_core.phantom.findings import DEVICES, FINDINGS


def test_findings_grades_sides_devices_and_view_have_their_places() -> None:
    read = read_by_rules("AP view. Large left pleural effusion. Mild bilateral pneumonia. Pacemaker. No pneumothorax.")
    assert read.shape == (LENGTH,) and read.dtype == np.float32
    present, grade, sides, kinds = np.split(read[:-1], np.cumsum([len(FINDINGS), len(FINDINGS), 2 * len(SIDED)]))
    assert {FINDINGS[i] for i in np.flatnonzero(present)} == {"Pleural Effusion", "Pneumonia", "Support Devices"}
    assert grade[FINDINGS.index("Pleural Effusion")] == 1 and grade[FINDINGS.index("Pneumonia")] == -1 and np.abs(grade).sum() == 2
    pairs = sides.reshape(-1, 2)
    assert pairs[SIDED.index("Pleural Effusion")].tolist() == [1, 0] and pairs[SIDED.index("Pneumonia")].tolist() == [1, 1]
    assert kinds.tolist() == [float(kind == "pacemaker") for kind in DEVICES] and read[-1] == 1
    assert not read_by_rules("").any() and read_by_rules("PA view.")[-1] == 0
