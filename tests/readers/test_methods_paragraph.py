"""What a paper can print says what was done, and nothing else."""

from bench_core.readers.methods_paragraph import methods_paragraph
from tests.readers.studies import study


def test_design_and_numbers() -> None:
    said = methods_paragraph(study(readers="abcde"), crossed=True)
    assert said.startswith("Five readers judged 36 cases one at a time.")
    assert "12 films were real and 24 synthetic of 2 generators (one, two)" in said
    assert "from 1 (surely real) to 5 (surely synthetic)" in said and "median of 5." in said
    assert "Wilcoxon" in said and "binomial" not in said and "training" not in said.lower()


def test_one_reader_has_no_agreement() -> None:
    said = methods_paragraph(study(readers="a", generators=("one",)), crossed=True)
    assert "One reader judged" in said and "kappa" not in said and "Obuchowski" not in said
    assert "12 synthetic of one." in said
