"""Arms of downstream training: what a classifier learns from; one file, one function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal

from bench_core.errors import UnknownName
from bench_core.registry.plugins import Function, plugins_in

if TYPE_CHECKING:
    from bench_core.arms.materials import Materials, Stage

Material = Literal["real", "synthetic", "more", "altered", "reconstructed"]


@dataclass(frozen=True)
class Arm:
    """What is known of an arm; made by `arm`, read by the engine, the pages and the command line.

    Attributes:
        id: name of the function and of the file.
        reads: what its training images may be: `real` ones, `synthetic` ones, further real ones (`more`), real ones `altered` as classical
            augmentation does, real ones `reconstructed` by the generator's own autoencoder.
        control: it has no image of the generator's: what it gains, the generator need not be thanked for.
        summary, details: the parts of its docstring.
    """

    id: str
    title: str
    reads: tuple[Material, ...]
    control: bool
    function: Callable[["Materials"], "tuple[Stage, ...]"]
    version: int = 1
    summary: str = field(default="")
    details: str = ""

    @property
    def adds(self) -> bool:
        """Whether it depends on how many images are put beside the real ones."""
        return self.id != "real_only"


def arm(*, title: str, reads: tuple[Material, ...], control: bool = False, version: int = 1) -> Callable[[Function], Function]:
    """Makes a function an arm: `(materials)` returns the stages of a training, each with the rows that it draws from."""

    def decorate(function: Function) -> Function:
        summary, _, details = (inspect.getdoc(function) or "").partition("\n\n")
        function.plugin = Arm(  # type: ignore[attr-defined]
            function.__name__, title, reads, control, function, version, summary.strip(), details.strip()
        )  # fmt: skip
        return function

    return decorate


ORDER = ("real_only", "synthetic_only", "mixed", "augmented", "pretrained")


@cache
def arms() -> Mapping[str, Arm]:
    """All arms by id: the baseline, those with synthetic images, then controls."""
    found = [f.plugin for f in plugins_in("bench_core.arms")]
    place = {name: i for i, name in enumerate(ORDER)}
    return {one.id: one for one in sorted(found, key=lambda one: (one.control, place.get(one.id, len(ORDER)), one.id))}


def find_arm(name: str) -> Arm:
    """The arm of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in arms():
        raise UnknownName("arm", name, arms())
    return arms()[name]
