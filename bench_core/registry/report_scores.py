"""Scores of predicted reports beside their references: one file, one function."""

import importlib.util
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from bench_core.errors import UnknownName
from bench_core.registry.plugins import Function, plugins_in

Totals = Callable[[np.ndarray], np.ndarray]
"""From weighted sums of counts (B, K) to values (B,)."""


@dataclass(frozen=True)
class Tallies:
    """What a score needs of each report, so that its value for any weighting of the reports is one product away.

    Attributes:
        counts: (N, K) of each pair of reports. value: from their sums over reports, weighted in B ways, to B values.
        findings: the same for single findings, by name; empty where the score does not look at findings.
    """

    counts: np.ndarray
    value: Totals
    findings: Mapping[str, "Tallies"] = field(default_factory=dict)

    @classmethod
    def of_means(cls, values: Sequence[float] | np.ndarray) -> "Tallies":
        """Where the value is the mean of one number a report."""
        each = np.asarray(values, float)
        return cls(np.stack([each, np.ones(len(each))], axis=1), lambda sums: sums[:, 0] / sums[:, 1])


@dataclass(frozen=True)
class ReportScore:
    """What is known of a score; made by `report_score`, read by the engine, the pages and the command line.

    Attributes:
        id: name of the function and of the file.
        package: the optional Python package that does the work, and what it is called where packages are installed; empty: none is needed.
        also_needs: what else must be there, in a sentence.
        summary, details, references: the parts of its docstring.
    """

    id: str
    title: str
    paper: str
    function: Callable[[Sequence[str], Sequence[str]], Tallies]
    package: str = ""
    installed_as: str = ""
    also_needs: str = ""
    summary: str = field(default="")
    details: str = ""
    references: str = ""

    def missing(self) -> str | None:
        """What is missing to run it, with the command that brings it; None when nothing is."""
        if not self.package or self.package in sys.modules or importlib.util.find_spec(self.package):
            return None
        return f"The package {self.installed_as} is not installed. pip install {self.installed_as}. {self.also_needs}".strip()


def report_score(
    *, title: str, paper: str, package: str = "", installed_as: str = "", also_needs: str = ""
) -> Callable[[Function], Function]:  # fmt: skip
    """Makes a function a score of reports: `(predictions, references)` returns `Tallies`, row i for the i-th pair."""
    from bench_core.registry.metrics import docstring_parts

    def decorate(function: Function) -> Function:
        summary, details, references = docstring_parts(inspect.getdoc(function) or "")
        function.plugin = ReportScore(  # type: ignore[attr-defined]
            function.__name__, title, paper, function, package, installed_as or package, also_needs, summary, details, references
        )  # fmt: skip
        return function

    return decorate


ORDER = ("report_finding_f1", "report_finding_f1_macro", "report_detail_f1", "report_bleu", "report_bleu_1", "report_rouge_l")


@cache
def report_scores() -> Mapping[str, ReportScore]:
    """All scores by id: what a report says first, then how it says it, then those of optional packages."""
    place = {name: i for i, name in enumerate(ORDER)}
    found = [f.plugin for f in plugins_in("bench_core.reports.scores")]
    return {one.id: one for one in sorted(found, key=lambda one: (bool(one.package), place.get(one.id, len(ORDER)), one.id))}


def find_report_score(name: str) -> ReportScore:
    """The score of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in report_scores():
        raise UnknownName("report score", name, report_scores())
    return report_scores()[name]
