"""Two reports side by side: what changed, by how much, and whether that lies outside what chance gives.

Reports are files, without the draws that made their intervals: the two scores are taken as independent. They share their real images, so
that a difference varies less than this says: it errs on the side of no alarm. Where both sets are in one workspace, `compare` pairs them.
"""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from bench_core.errors import InputError, NotPossible, fault_of
from bench_core.handover.report.facts import NumberFacts, SetReport
from bench_core.notation import number, places_of

LEVEL = 0.05
NORMAL = 1.96
DATA = re.compile(r'<script type="application/json" id="report">(.*?)</script>', re.DOTALL)
"""Where a report in HTML holds its own data."""

Verdict = Literal["worse", "better", "other", "no difference", "not compared"]


@dataclass(frozen=True)
class Difference:
    """One number in both reports; the second minus the first.

    Attributes:
        basis: `value`, or `matched` where the sets differ in size; empty where nothing was compared.
        steps: the difference in half widths of its interval, worse being positive; None where there is none.
        adjusted: chance of a difference as large where there is none, allowing for how many were compared (Benjamini-Hochberg).
        words: the difference and its interval, or why it was not compared.
        moved: how it stands to the range of a perfect generator, where that changed.
    """

    metric: str
    title: str
    family: str
    first: float | None
    second: float | None
    verdict: Verdict
    words: str
    basis: str = ""
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    steps: float | None = None
    adjusted: float | None = None
    moved: str = ""


@dataclass(frozen=True)
class ReportComparison:
    """Both reports, what differs in what they were made with, and the differences of their numbers."""

    first: SetReport
    second: SetReport
    apart: Sequence[str]
    differences: Sequence[Difference]

    @property
    def words(self) -> str:
        """How many numbers changed, and how many would by chance."""
        known = [d for d in self.differences if d.difference is not None]
        if not known:
            return "No number could be compared."
        counts = {v: sum(d.verdict == v for d in known) for v in ("worse", "better", "other")}
        firm = sum(d.adjusted is not None and d.adjusted <= LEVEL for d in known)
        other = f", {counts['other']} differ where neither way is better" if counts["other"] else ""
        return (
            f"Of {len(known)} numbers that can be compared {counts['worse']} are worse and {counts['better']} better in the second report, "
            f"outside their intervals{other}; about {len(known) * LEVEL:.1f} would be by chance. {firm} remain once all are taken together."
        )


def read_report(path: Path) -> SetReport:
    """The data of a report: its JSON, or the HTML that holds it.

    Raises:
        InputError: it is no report, or one of a newer kind.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{str(path)!r} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}.") from None
    found = DATA.search(text)
    hint = "Give what judge wrote with --out (HTML) or --json."
    try:
        read = json.loads(found.group(1) if found else text)
    except ValueError:
        raise InputError(f"{str(path)!r} is no report.", hint) from None
    if not isinstance(read, dict) or read.get("format") != "triadcxr-report":
        raise InputError(f"{str(path)!r} is no report.", hint)
    try:
        return SetReport.model_validate(read)
    except ValidationError as error:
        raise InputError(f"{str(path)!r} is no report that this version reads: {fault_of(error)}", hint) from None


def compare(first: SetReport, second: SetReport) -> ReportComparison:
    """What differs between two reports.

    Raises:
        NotPossible: they were measured in two spaces, of which no number compares.
    """
    if first.encoder.id != second.encoder.id:
        raise NotPossible(
            f"The reports were measured in two spaces, {first.encoder.id!r} and {second.encoder.id!r}: none of their numbers compare.",
            "Judge both with the same --encoder.",
        )
    apart = [f"The revision of {first.encoder.title} is another one."] if first.encoder.revision != second.encoder.revision else []
    for role in ("real", "train"):
        one, other = first.set_of(role), second.set_of(role)
        if (one and one.id) != (other and other.id):
            names = " and ".join(f"{s.name!r} ({s.images:,} images)" if s else "none" for s in (one, other))
            apart.append(f"The {'training' if role == 'train' else 'real'} set is another one: {names}.")
    theirs = {n.metric: n for n in second.numbers}
    mine = {n.metric: n for n in first.numbers}
    order = [*mine, *(metric for metric in theirs if metric not in mine)]
    found = [_difference(mine.get(m), theirs.get(m), first, second) for m in order]
    return ReportComparison(first, second, apart, _adjusted(found))


def _difference(one: NumberFacts | None, other: NumberFacts | None, first: SetReport, second: SetReport) -> Difference:
    some = one or other
    assert some is not None
    about = (some.metric, some.title, some.family)
    ends = (one.value if one else None, other.value if other else None)
    if one is None or other is None or one.status != "ok" or other.status != "ok":
        lacking = [name for name, n in (("first", one), ("second", other)) if n is None or n.status != "ok"]
        return Difference(*about, *ends, "not compared", f"no number in the {' and in the '.join(lacking)} report")
    why = _why_not(one, other, first, second)
    if why:
        return Difference(*about, *ends, "not compared", why)
    sizes = [(n.n_real, n.n_synthetic, n.n_train) for n in (one, other)]
    basis = "value" if sizes[0] == sizes[1] else "matched"
    if basis == "matched" and not _same_null(one, other):
        return Difference(*about, *ends, "not compared", "the sets differ in size, and with it what a perfect generator scores")
    spread = [_spread(n) for n in (one, other)]
    at = [n.value if basis == "value" else n.matched for n in (one, other)]
    if None in (*spread, *at):
        return Difference(*about, *ends, "not compared", "without intervals nothing says whether a difference is chance")
    return _judged(one, other, basis, float(at[1]) - float(at[0]), math.hypot(*map(float, spread)))  # type: ignore[arg-type]


def _judged(one: NumberFacts, other: NumberFacts, basis: str, difference: float, deviation: float) -> Difference:
    half = NORMAL * deviation
    steps = difference / half if half > 0 else math.copysign(math.inf, difference) if difference else 0.0
    if one.goal == "maximize":
        steps = -steps
    elif one.goal != "minimize":
        best, ends = float(one.goal), [n.value if basis == "value" else n.matched for n in (one, other)]
        farther = abs(float(ends[1] or 0) - best) - abs(float(ends[0] or 0) - best)
        steps = math.copysign(steps, farther) if farther else 0.0
    verdict: Verdict = "no difference" if abs(steps) <= 1 else "worse" if steps > 0 else "better"
    if abs(steps) > 1 and one.diagnostic:
        verdict = "other"
    places = places_of(difference)
    words = f"{difference:+.{places}f} [{number(difference - half, places)}, {number(difference + half, places)}]".replace("-", "−")
    moved = "" if one.where == other.where else f"{_WHERE[one.where]} → {_WHERE[other.where]}"
    return Difference(
        one.metric, one.title, one.family, one.value, other.value, verdict, words, basis, difference, difference - half, difference + half,
        max(-1e4, min(1e4, steps)), math.erfc(abs(steps) * NORMAL / math.sqrt(2)), moved,
    )  # fmt: skip


_WHERE = {"worse": "worse than perfect", "better": "beyond perfect", "inside": "within the range", "unknown": "without a range"}


def _why_not(one: NumberFacts, other: NumberFacts, first: SetReport, second: SetReport) -> str:
    if one.version != other.version:
        return f"the metric has another version: {one.version} and {other.version}"
    if one.settings != other.settings:
        return "the metric has other settings"
    if first.encoder.revision != second.encoder.revision:
        return "the encoder has another revision"
    for role, count in (("real", one.n_real), ("train", one.n_train)):
        sets = [report.set_of(role) for report in (first, second)]
        if count is not None and (sets[0] and sets[0].id) != (sets[1] and sets[1].id):
            return f"it was measured against another {'training' if role == 'train' else 'real'} set"
    return ""


def _same_null(one: NumberFacts, other: NumberFacts) -> bool:
    if one.null is None or other.null is None:
        return False
    return math.isclose(one.null, other.null, rel_tol=1e-6, abs_tol=1e-12)


def _spread(one: NumberFacts) -> float | None:
    """The standard deviation that made the interval."""
    return None if one.low is None or one.high is None else (one.high - one.low) / (2 * NORMAL)


def _adjusted(found: list[Difference]) -> list[Difference]:
    """With each chance allowing for how many there are."""
    from dataclasses import replace

    from scipy.stats import false_discovery_control

    known = [d for d in found if d.adjusted is not None]
    if not known:
        return found
    chances = dict(zip((d.metric for d in known), false_discovery_control([d.adjusted for d in known]), strict=True))
    return [replace(d, adjusted=float(chances[d.metric])) if d.metric in chances else d for d in found]
