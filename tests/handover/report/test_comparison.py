"""Two reports compared."""

import json
import math
from pathlib import Path

import pytest

from bench_core.errors import InputError, NotPossible
from bench_core.handover.report.comparison import compare, read_report
from bench_core.handover.report.facts import EncoderFacts
from bench_core.handover.report.page import comparison_html, report_html
from tests.handover.report.reports import a_number, a_report


def one(first: dict, second: dict, **more: object):
    return compare(a_report(numbers=[a_number(**first)]), a_report("other", [a_number(**second)], **more)).differences[0]


def test_a_difference_has_the_interval_of_both() -> None:
    found = one({"value": 10, "low": 9, "high": 11}, {"value": 12, "low": 11.5, "high": 12.5})
    half = math.hypot(1, 0.5)
    assert (found.difference, found.basis, found.verdict) == (2, "value", "worse")
    assert found.low == pytest.approx(2 - half) and found.high == pytest.approx(2 + half) and found.steps == pytest.approx(2 / half)
    assert one({"value": 10}, {"value": 10.5}).verdict == "no difference"


def test_better_goes_by_the_goal() -> None:
    assert one({"goal": "maximize", "value": 10}, {"goal": "maximize", "value": 20}).verdict == "better"
    assert (
        one({"goal": "0.5", "value": 0.9, "low": 0.89, "high": 0.91}, {"goal": "0.5", "value": 0.6, "low": 0.59, "high": 0.61}).verdict
        == "better"
    )
    assert one({"diagnostic": True}, {"diagnostic": True, "value": 20}).verdict == "other"


def test_other_sizes_are_compared_at_one_size_or_not_at_all() -> None:
    found = one({"n_synthetic": 30, "matched": 12}, {"n_synthetic": 90, "matched": 20, "value": 10})
    assert found.basis == "matched" and found.difference == 8
    assert "differ in size" in one({"n_synthetic": 30}, {"n_synthetic": 90, "null": 5.1}).words


@pytest.mark.parametrize(
    ("change", "said"),
    [({"version": 3}, "another version"), ({"settings": {"k": 7}}, "other settings"), ({"status": "skipped"}, "no number in the second"),
     ({"low": None}, "without intervals")],
)  # fmt: skip
def test_what_does_not_compare_says_why(change: dict, said: str) -> None:
    found = one({}, change)
    assert said in found.words and found.verdict == "not compared" and found.difference is None


def test_another_real_set_or_space_is_said() -> None:
    sets = [s.model_copy(update={"id": "9" * 16}) if s.role == "real" else s for s in a_report("other").sets]
    found = compare(a_report(), a_report("other", sets=sets))
    assert "real set is another one" in found.apart[0] and "another real set" in found.differences[0].words
    assert found.words == "No number could be compared."
    with pytest.raises(NotPossible, match="two spaces, 'pixels' and 'eye'"):
        compare(a_report(), a_report(encoder=EncoderFacts(id="eye", title="Eye")))


def test_many_differences_are_taken_together() -> None:
    numbers = [a_number(f"m{i}") for i in range(20)]
    moved = [a_number("m0", value=13), a_number("m1", value=11.5), *numbers[2:]]
    found = compare(a_report(numbers=numbers), a_report(numbers=moved))
    assert "2 are worse and 0 better" in found.words and "about 1.0 would be by chance. 1 remain" in found.words
    page = comparison_html(found, "again")
    assert "not once all are taken together" in page and "again" in page


def test_reports_are_read_as_html_and_json(tmp_path: Path) -> None:
    report = a_report()
    (tmp_path / "a.html").write_text(report_html(report, {}))
    (tmp_path / "a.json").write_text(json.dumps({**report.model_dump(mode="json"), "later": 1}))
    assert read_report(tmp_path / "a.html") == read_report(tmp_path / "a.json") == report


@pytest.mark.parametrize(
    ("text", "said"), [("<html>", "is no report"), ("[]", "is no report"), ('{"format": "triadcxr-report"}', "made is missing")]
)
def test_what_is_no_report_is_named(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(InputError, match=r"a\.json.*") as error:
        read_report(tmp_path / "a.json")
    assert said in error.value.message
