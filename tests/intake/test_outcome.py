"""What an import says of itself."""

from bench_core.intake.outcome import refused


def test_problems_are_counted_in_one_sentence() -> None:
    assert refused(["row 3: a.dcm is no DICOM file."], 2).message == "1 problem: row 3: a.dcm is no DICOM file."
    assert refused(["a.", "b", "c.", "d."], 0).message == "4 problems: a; b; c; and 1 more."
