"""Filters: which images of a synthetic set had better go, one file, one function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np

from bench_core.errors import InputError, UnknownName
from bench_core.registry.metrics import SETS, docstring_parts
from bench_core.registry.plugins import Function, plugins_in
from bench_core.settings_model import Settings, settings_of

IN_WORDS: Mapping[str, str] = {"labels": "finding labels", "text": "prompts and an encoder that reads them", "patients": "patients' ids"}


@dataclass(frozen=True)
class Threshold:
    """The one number that decides how much goes.

    Attributes:
        title, unit: what it is called, and what follows the number.
        low, high: the range that makes sense.
        usual: what it is unless somebody says otherwise.
        stays: which side of it an image stays on; on the threshold it stays.
        whole: it counts something.
    """

    title: str
    low: float
    high: float
    usual: float
    stays: Literal["at_least", "at_most"]
    unit: str = ""
    whole: bool = False

    def keeps(self, values: np.ndarray, at: float) -> np.ndarray:  # (M,) bool
        """Which images stay. Tightening it only ever takes images away."""
        kept: np.ndarray = values >= at if self.stays == "at_least" else values <= at
        return kept

    def check(self, at: float) -> float:
        """The threshold as it is used.

        Raises:
            InputError: out of range, or not whole where it counts something.
        """
        whole = "a whole number " if self.whole else ""
        if not (np.isfinite(at) and self.low <= at <= self.high) or (self.whole and at != int(at)):
            raise InputError(
                f"{self.title} is {at:g}.", f"Give {whole}from {self.low:g} to {self.high:g}; {self.usual:g} unless there is a reason."
            )
        return float(at)


@dataclass(frozen=True)
class Marks:
    """What a filter says of each synthetic image; row i is image i.

    Attributes:
        values: what the threshold is compared with; infinite where nothing would make the image go (or stay).
        because: row of the training image that decided it, where one did.
    """

    values: np.ndarray  # (M,)
    because: np.ndarray | None = None  # (M,)


@dataclass(frozen=True)
class Filter:
    """What is known of a filter; made by `filter_of`, read by the engine, the pages and the command line.

    Attributes:
        id: name of the function and of the file.
        reads: the sets it takes, in the order of its positional arguments; `synthetic` is the one that loses images.
        needs: what the sets must carry besides features: `labels` (of real and synthetic images), `text` (prompts in the encoder's space),
            `patients` (of training images).
        features: it reads features; else any encoder does.
        reason: why an image goes, with `{value}`, `{at}` (the threshold), `{image}` and `{patient}` of the training image that decided it.
        version: goes up when the function changes: part of the id of the sets that it makes.
        summary, details, references: the parts of the docstring, which are the filter's entry on the Methods page.
    """

    id: str
    title: str
    threshold: Threshold
    reads: tuple[str, ...]
    needs: tuple[str, ...]
    settings: type[Settings]
    function: Callable[..., Marks]
    reason: str
    features: bool = True
    version: int = 1
    summary: str = field(default="")
    details: str = ""
    references: str = ""

    def facts(self) -> list[tuple[str, str]]:
        """What a reader wants to know of it, as label and Markdown text."""
        one = self.threshold
        unit = ", whole" if one.whole else f", {one.unit}"
        side = "at or above" if one.stays == "at_least" else "at or below"
        found = [
            ("Threshold", f"{one.title}{unit}, from {one.low:g} to {one.high:,g}, usually {one.usual:g}"),
            ("Stays", f"an image whose value is {side} it"),
            ("Reads", ", ".join(f"`{r}`" for r in self.reads) + "".join(f"; {IN_WORDS[n]}" for n in self.needs)),
            ("Settings", ", ".join(f"`{n}` = {f.default!r}" for n, f in self.settings.model_fields.items())),
            ("Notes on the source", " ".join(self.references.split())),
        ]
        return [(label, text) for label, text in found if text]

    def marks(self, sets: Mapping[str, Any], settings: Mapping[str, Any]) -> Marks:
        """What it says of each synthetic image of these sets (FeatureSets by role)."""
        return self.function(*(sets[name] for name in self.reads), **settings)


def filter_of(
    *,
    title: str,
    threshold: Threshold,
    reason: str,
    needs: tuple[str, ...] = (),
    features: bool = True,
    version: int = 1,
) -> Callable[[Function], Function]:
    """Makes a function a filter. It stays an ordinary function that a notebook can call.

    Positional arguments are the sets it reads (`synthetic`, and `real` or `train`), keyword-only ones its settings; it returns `Marks`.
    """

    def decorate(function: Function) -> Function:
        reads = tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD)
        assert set(reads) <= set(SETS) and "synthetic" in reads, f"{function.__name__} reads {reads}; sets are {SETS}"
        summary, details, references = docstring_parts(inspect.getdoc(function) or "")
        function.plugin = Filter(  # type: ignore[attr-defined]
            function.__name__, title, threshold, reads, needs, settings_of(function), function, reason, features, version,
            " ".join(summary.split()), details, references,
        )  # fmt: skip
        return function

    return decorate


@cache
def filters() -> Mapping[str, Filter]:
    """All filters by id: those against copies first."""
    found = [f.plugin for f in plugins_in("bench_core.filters")]
    return {one.id: one for one in sorted(found, key=lambda one: ("train" not in one.reads, not one.id.startswith("drop_near"), one.id))}


def find_filter(name: str) -> Filter:
    """The filter of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in filters():
        raise UnknownName("filter", name, filters())
    return filters()[name]
