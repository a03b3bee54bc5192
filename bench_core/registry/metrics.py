"""Metrics: one file, one function."""

import importlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from bench_core.errors import UnknownName
from bench_core.registry.plugins import Function, plugins_in
from bench_core.settings_model import Settings, settings_of

SETS = ("train", "real", "synthetic")
Family = Literal["fidelity", "variety", "alignment", "privacy", "utility"]
FAMILIES: tuple[Family, ...] = get_args(Family)

DIAGNOSTIC = "A diagnostic, no verdict: sets that pass tests of distances were open to membership inference (arXiv:2505.01524)."
"""Said of every metric that is one, at the end of its summary, which all pages and documents show."""

VERSION = 2
"""Of a metric that does not say otherwise. 2: nulls, ranges and intervals count patients and prompts instead of images."""


@dataclass(frozen=True)
class Target:
    """A goal that is a value, not a direction: the best score is `value`."""

    value: float


def target(value: float) -> Target:
    """`goal=target(0.5)`: neither more nor less is better, `value` is."""
    return Target(value)


Goal = Literal["minimize", "maximize"] | Target


@dataclass(frozen=True)
class Metric:
    """What is known of a metric; made by `metric`, read by the engine, the pages and the catalogue.

    Attributes:
        id: name of the function, the file and the id, one word for all three.
        reads: the sets it takes, in the order of its positional arguments.
        needs: what the sets must carry besides values: `text`, `labels`, `statements` (reports or labels), `images` (pixels); or be:
            `logits` (the values are class logits), `vectors` (they can be averaged, which codes with Hamming distance cannot).
        bounds: lowest and highest possible value; None where there is none.
        min_samples: fewest images that each set must have: 1 where the value is a mean over images, so that even a few are judged (their
            interval says how little that is worth).
        null_from: where the perfect generator's images come from: held-out `real` ones, or `train` ones (cut to the size and the label
            mix of the synthetic set) for metrics that fit a model on the synthetic set.
        slow_repeats: each repeat on a part of the images takes many times as long as one of other metrics: a power run, which has
            thousands, leaves it out unless it is named.
        heavy: takes seconds per set, or reads all pixels: the first start of the embedded study leaves it to a worker.
        share_of: the set of whose images the value is the share that something holds for, or a mean of values from 0 to 1; else empty.
        coupled: the value of an image depends on the other synthetic images, so that values of images are no independent draws.
        order: 2 where a perfect generator's score varies through pairs of images only, as squared distances between distributions do, so
            that its variance falls as the square of the number of images; else 1.
        diagnostic: the value describes distances to training images and decides nothing about privacy; `summary` ends with `DIAGNOSTIC`.
        version: goes up when the definition of the value, its interval or its null changes; stored with every result.
        formula: LaTeX, in the symbols of `methods.md`; empty where words say it all.
        summary, details, references: the parts of the docstring, which are the metric's entry on the Methods page.
    """

    id: str
    title: str
    family: Family
    goal: Goal
    bounds: tuple[float | None, float | None]
    paper: str
    min_samples: int
    function: Callable[..., Any]
    reads: tuple[str, ...]
    settings: type[Settings]
    needs: tuple[str, ...] = ()
    heavy: bool = False
    slow_repeats: bool = False
    version: int = VERSION
    interval: Literal["half_samples", "jackknife"] = "half_samples"
    null_from: Literal["real", "train"] = "real"
    share_of: Literal["", "real", "synthetic"] = ""
    coupled: bool = False
    order: Literal[1, 2] = 1
    diagnostic: bool = False
    unit: str = ""
    log_axis: bool = False
    formula: str = ""
    summary: str = field(default="")
    details: str = ""
    references: str = ""


def metric(
    *,
    title: str,
    family: Family,
    goal: Goal,
    paper: str,
    bounds: tuple[float | None, float | None] = (None, None),
    min_samples: int = 10,
    needs: tuple[str, ...] = (),
    heavy: bool = False,
    slow_repeats: bool = False,
    version: int = VERSION,
    interval: Literal["half_samples", "jackknife"] = "half_samples",
    null_from: Literal["real", "train"] = "real",
    share_of: Literal["", "real", "synthetic"] = "",
    coupled: bool = False,
    order: Literal[1, 2] = 1,
    diagnostic: bool = False,
    unit: str = "",
    log_axis: bool = False,
    formula: str = "",
) -> Callable[[Function], Function]:
    """Makes a metric of a function, which stays one that a notebook can call: positional arguments are sets, keyword-only ones settings."""

    def decorate(function: Function) -> Function:
        reads = tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD)
        assert set(reads) <= set(SETS), f"{function.__name__} reads {reads}; sets are {SETS}"
        summary, details, references = docstring_parts(inspect.getdoc(function) or "")
        function.plugin = Metric(  # type: ignore[attr-defined]
            id=function.__name__,
            title=title,
            family=family,
            goal=goal,
            bounds=bounds,
            paper=paper,
            needs=needs,
            heavy=heavy,
            slow_repeats=slow_repeats,
            min_samples=min_samples,
            function=function,
            reads=reads,
            settings=settings_of(function),
            version=version,
            interval=interval,
            null_from=null_from,
            share_of=share_of,
            coupled=coupled,
            order=order,
            diagnostic=diagnostic,
            unit=unit,
            log_axis=log_axis,
            formula=formula,
            summary=f"{summary} {DIAGNOSTIC}" if diagnostic else summary,
            details=details,
            references=references,
        )
        return function

    return decorate


def docstring_parts(docstring: str) -> tuple[str, str, str]:
    """The first paragraph of a docstring in Google style, what follows up to its sections, and the section `References`."""
    body, *sections = re.split(r"^(\w+):\n", docstring, flags=re.MULTILINE)
    summary, _, details = body.partition("\n\n")
    named = dict(zip(sections[::2], sections[1::2], strict=True))
    return summary.strip(), details.strip(), inspect.cleandoc(named.get("References", ""))


def question_of(family: Family) -> str:
    """What the metrics of a family answer: the docstring of its folder."""
    return inspect.cleandoc(importlib.import_module(f"bench_core.metrics.{family}").__doc__ or "")


@cache
def metrics() -> Mapping[str, Metric]:
    """All metrics by id, in the order family, id."""
    found = [f.plugin for f in plugins_in("bench_core.metrics")]
    return {m.id: m for m in sorted(found, key=lambda m: (FAMILIES.index(m.family), m.id))}


def find_metric(name: str) -> Metric:
    """The metric of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in metrics():
        raise UnknownName("metric", name, metrics())
    return metrics()[name]
