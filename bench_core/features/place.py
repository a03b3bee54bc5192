"""Where the arithmetic of the moment is done, and who is told how far it is: one record, which a run sets once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from bench_core.features.passes import PassFindings, PassRequest

Carrier = Callable[[Any, "PassRequest"], "tuple[PassFindings, PassFindings] | None"]
"""Goes through the pairs (`pairs.Pairs`) elsewhere, on a GPU or on other machines; None: they are better gone through here."""
Adder = Callable[[np.ndarray, np.ndarray], np.ndarray | None]
"""Adds up the outer products of rows minus their mean elsewhere; None: they are better added up here."""
Report = Callable[[float, str], None]
"""Is told the share of something long that is done, and what that is; may raise to stop it."""
Gpu = Callable[[], "str | None"]
"""Names the GPU to use, as torch does; None: there is none."""


class Parts(Protocol):
    """Keeps the parts of one long piece of work as they are finished, as JSON values by name."""

    def get(self, name: str) -> Any:
        """The part, None where it was not finished before."""

    def put(self, name: str, value: Any) -> None:
        """Keeps a part."""


@dataclass(frozen=True)
class Place:
    """Who works, who watches and who keeps; None: this process on its processor, and nobody.

    Attributes:
        report: is told how far long passes are, and whatever else calls `tell`.
        carrier: is offered passes over pairs first.
        adder: is offered sums of outer products first.
        gpu: takes what is worth the way to it.
        parts: keeps the metrics of a scoring that are finished, and has those that it finished before it was stopped.
    """

    report: Report | None = None
    carrier: Carrier | None = None
    adder: Adder | None = None
    gpu: Gpu | None = None
    parts: Parts | None = None


_HERE = Place()
_place: ContextVar[Place] = ContextVar("place", default=_HERE)


def place() -> Place:
    """The place of the moment."""
    return _place.get()


@contextmanager
def placed(**changes: Any) -> Iterator[None]:
    """Inside, the place is the one around it with these fields of `Place` changed."""
    token = _place.set(replace(_place.get(), **changes))
    try:
        yield
    finally:
        _place.reset(token)


def tell(share: float, what: str) -> None:
    """Says how far something long is, where somebody watches."""
    report = place().report
    if report:
        report(share, what)
