"""A report as one HTML file: no request, no script but its own, everything that somebody else wrote as text."""

import base64
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bench_core.handover.report import figures
from bench_core.handover.report.comparison import ReportComparison
from bench_core.handover.report.facts import NumberFacts, SetReport
from bench_core.notation import counted, number, of_all, perfect, places_of

FOLDER = Path(__file__).with_name("templates")
LARGEST = 5_000_000
"""Bytes of a report at most."""


def report_html(report: SetReport, pictures: Mapping[str, bytes]) -> str:
    """The report as a file; `pictures` are WebP by `role/image_id`, and those that are missing are said to be left out."""
    drawn = {name: getattr(figures, name)(report) for name in ("distances", "curves", "plane")}
    drawn["against_null"] = figures.against_null([n for n in report.numbers if n.reads_synthetic])
    uris = {name: f"data:image/webp;base64,{base64.b64encode(data).decode()}" for name, data in pictures.items()}
    kinds = {family.family: [n for n in report.numbers if n.family == family.family] for family in report.families}
    facts = {"figures": drawn, "pictures": uris, "numbers": kinds, "notes": _notes(report.numbers)}
    return _page("report.html", report=report, data=_data(report.model_dump(mode="json")), **facts)


def comparison_html(comparison: ReportComparison, command: str) -> str:
    """Two reports compared, as a file."""
    return _page("comparison.html", comparison=comparison, figure=figures.differences(comparison), command=command)


def _data(facts: dict[str, Any]) -> Markup:
    """JSON that no parser of HTML takes for the end of its element."""
    text = json.dumps(facts, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _page(template: str, **facts: Any) -> str:
    css, script = (Markup((FOLDER / name).read_text(encoding="utf-8").strip()) for name in ("report.css", "report.js"))
    own = f"style-src '{_digest(css)}'; script-src '{_digest(script)}'"
    policy = f"default-src 'none'; img-src data:; {own}; base-uri 'none'; form-action 'none'"
    return _environment().get_template(template).render(css=css, script=script, policy=Markup(policy), **facts)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip
    found.filters.update(
        number=number, counted=counted, seen=_seen, large=_large, beside=_beside, all_images=_all_images, better=_better,
        blind=_blind, other_sizes=_other_sizes,
    )  # fmt: skip
    return found


def _row(one: NumberFacts) -> dict[str, Any]:
    return one.model_dump()


def _large(one: NumberFacts) -> str:
    """What compares with a perfect generator, else the value."""
    found = one.matched if one.matched is not None and one.null is not None else one.value
    return number(found, places_of(found)) if found is not None else "–"


def _beside(one: NumberFacts) -> str:
    return perfect(_row(one)).removeprefix("perfect ")


def _all_images(one: NumberFacts) -> str:
    return of_all(_row(one)).removeprefix("all images ")


def _better(one: NumberFacts) -> str:
    return {"minimize": "↓ better", "maximize": "↑ better"}.get(one.goal, f"best at {one.goal}")


def _seen(one: NumberFacts) -> str:
    """From which score on it is told from a perfect generator 8 times of 10."""
    if one.null_low is None or one.null_high is None:
        return ""
    parts = [
        f"{sign} {number(end, places_of(one.null))}" for sign, end in (("<", one.seen_below), (">", one.seen_above)) if end is not None
    ]
    return " or ".join(parts) or "no score: too few images"


def _notes(numbers: Sequence[NumberFacts]) -> dict[str, int]:
    """What is said of several numbers, with its number: it is written once, and each of them refers to it."""
    said = Counter(n.message for n in numbers if n.status == "ok" and n.message)
    return {message: place for place, message in enumerate((m for m, times in said.items() if times > 1), start=1)}


def _blind(spots: Sequence[str]) -> str:
    """What a power study found, in one sentence."""
    if not spots:
        return ""
    size = spots[0].rpartition(" at n = ")[2]
    plain = [spot.rpartition(" at n = ")[0] for spot in spots]
    missed = [one.removeprefix("does not see ") for one in plain if one.startswith("does not see ")]
    merits = [one.removeprefix("calls ").removesuffix(" better") for one in plain if one.startswith("calls ")]
    parts = [f"does not see {', '.join(missed)}"] * bool(missed) + [f"takes for better: {', '.join(merits)}"] * bool(merits)
    return f"At n = {size} it {'; '.join(parts)}."


def _other_sizes(one: NumberFacts, report: SetReport) -> str:
    """The images behind a number, where they are not all of its sets."""
    words = {"synthetic": one.n_synthetic, "real": one.n_real, "train": one.n_train}
    apart = [
        f"{n:,} {'training' if role == 'train' else role}"
        for role, n in words.items()
        if n is not None and (found := report.set_of(role)) is not None and found.images != n
    ]
    return f"n = {', '.join(apart)}" if apart else ""


__all__ = ["LARGEST", "comparison_html", "report_html"]
