"""Faults: ways to spoil a perfect generator on purpose, one file, one function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import numpy as np

from bench_core.errors import UnknownName
from bench_core.registry.metrics import FAMILIES, Family
from bench_core.registry.plugins import Function, plugins_in

Alteration = Callable[[np.ndarray, float, np.random.Generator], np.ndarray]
"""From a film (H, W) uint8, a strength and chance to the spoiled film of the same size."""


@dataclass(frozen=True)
class Fault:
    """What is known of a fault; made by `fault`, read by the engine, the pages and the command line.

    Attributes:
        id: name of the function and of the file.
        works_on: `film`: every film is spoiled by itself, and encoded anew; `answers`: which film answers which prompt is spoiled.
        strengths: from mild to strong, in `unit`.
        named: a strength in words, such as `blur of {} px`.
        below: what lies on the mild side of a strength: `blur below {} px`; up_to: all strengths up to one: `blur up to {} px`.
        families: the families of metrics that should see it; none where it tests what a metric must bear.
        borne: the strength up to which no metric should see it; 0: there is none.
        variants: what it may be about (a finding that is lost); one empty word where there is only one way.
        needs: `train`: training images; `labels`: finding labels of them and of the real images.
        alter: what is done to the films that it puts in the place of others; None: nothing. They are encoded anew.
        version: goes up when the function changes; stored with every result.
        summary, details: the parts of its docstring.
    """

    id: str
    title: str
    works_on: Literal["film", "answers"]
    strengths: tuple[float, ...]
    unit: str
    named: str
    below: str
    up_to: str
    families: tuple[Family, ...]
    variants: tuple[str, ...]
    needs: tuple[str, ...]
    alter: Alteration | None
    function: Callable[..., Any]
    borne: float = 0.0
    version: int = 1
    summary: str = field(default="")
    details: str = ""

    def words(self, strength: float, variant: str = "") -> str:
        """A strength as people say it."""
        return self.named.format(f"{strength:g}", variant=variant)


def fault(
    *,
    title: str,
    strengths: tuple[float, ...],
    unit: str,
    words: tuple[str, str, str],
    families: tuple[Family, ...],
    variants: tuple[str, ...] = ("",),
    needs: tuple[str, ...] = (),
    alter: Alteration | None = None,
    borne: float = 0.0,
    version: int = 1,
) -> Callable[[Function], Function]:
    """Makes a function a fault.

    `(film, strength, rng)` returns the spoiled film; `(answers, strength, rng)`, with `*, variant` where there are several, returns (n,)
    rows of the films that answer in place of the right ones (see `faults.answers`).

    Args:
        words: `Fault.named`, `below` and `up_to`.
    """
    assert set(families) <= set(FAMILIES), families

    def decorate(function: Function) -> Function:
        first = next(iter(inspect.signature(function).parameters))
        assert first in ("film", "answers"), f"{function.__name__}: a fault takes `film` or `answers` first, not {first!r}"
        summary, _, details = (inspect.getdoc(function) or "").partition("\n\n")
        function.plugin = Fault(  # type: ignore[attr-defined]
            function.__name__, title, first, strengths, unit, *words, families, variants, needs, alter, function, borne, version,  # type: ignore[arg-type]
            summary.strip(), details.strip(),
        )  # fmt: skip
        return function

    return decorate


@cache
def faults() -> Mapping[str, Fault]:
    """All faults by id: those of films first, and of these what nothing should see last."""
    found = [f.plugin for f in plugins_in("bench_core.faults")]
    return {one.id: one for one in sorted(found, key=lambda one: (one.works_on != "film", not one.families, one.id))}


def find_fault(name: str) -> Fault:
    """The fault of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in faults():
        raise UnknownName("fault", name, faults())
    return faults()[name]
