"""What is coloured, and how many of a perfect generator would be."""

from dataclasses import replace

import numpy as np
import pandas as pd

from pages.components.tables.verdicts import verdicts
from tests.pages.fake import METRICS, Fake, metric_of

ALL = {m: metric_of(m) for m in METRICS}


def perfect_results(outside: int) -> pd.DataFrame:
    """Numbers of perfect generators, the first `outside` of them just outside their range."""
    results = Fake().results()
    results = results[results["subgroup"] == "all"].reset_index(drop=True)
    results["null_low"], results["null_high"] = results["null"] - 1.0, results["null"] + 1.0
    results["matched"] = results["null"]
    results.loc[: outside - 1, "matched"] = results["null"] + 1.05
    return results


def test_the_page_says_how_many_are_expected() -> None:
    results = perfect_results(5)
    found = verdicts(results, ALL, "each")
    assert (found.known, found.outside, int(found.coloured.sum())) == (98, 5, 5)
    assert "Of 98 numbers with a range 5 lie outside it; of perfect generators about **4.9** would" in found.words


def test_what_chance_alone_does_is_not_coloured_once_all_are_taken_together() -> None:
    results = perfect_results(5)
    assert not verdicts(results, ALL, "page").coloured.any()
    results.loc[:2, "matched"] = results["null"] + 8.0
    found = verdicts(results, ALL, "page")
    assert found.coloured.to_numpy().nonzero()[0].tolist() == [0, 1, 2] and "3 remain coloured" in found.words


def test_a_diagnostic_decides_nothing_where_families_are_judged() -> None:
    results = perfect_results(0)
    privacy = results["family"] == "privacy"
    results.loc[privacy, "matched"] = results["null"] + 8.0
    diagnostics = {i: replace(m, diagnostic=m.family == "privacy" and i != "copy_share") for i, m in ALL.items()}
    judged, each = (verdicts(results, diagnostics, by) for by in ("family", "each"))
    assert {judged.families[name, "privacy"].known for name in results["set_name"].unique()} == {1}
    assert set(results.loc[judged.coloured, "metric"]) == {"copy_share"}
    assert int(each.coloured.sum()) == int(privacy.sum())
    alone = verdicts(results[results["metric"] != "copy_share"], diagnostics, "family")
    assert not [family for _, family in alone.families if family == "privacy"]


def test_numbers_without_a_range_count_nowhere() -> None:
    results = perfect_results(3)
    results[["null_low", "null_high"]] = np.nan
    found = verdicts(results, ALL, "family")
    assert found.known == 0 and not found.coloured.any() and not found.families and found.words == ""
