"""Attacks: who was in the training set? One file, one function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args

from bench_core.errors import UnknownName
from bench_core.registry.metrics import docstring_parts
from bench_core.registry.plugins import Function, plugins_in
from bench_core.settings_model import Settings, settings_of

KNOWLEDGE = ("records", "released", "reference", "other", "model", "shadows")
IN_WORDS: Mapping[str, str] = {
    "records": "the images asked about", "released": "the released images", "reference": "real images of other patients",
    "other": "images of another generator", "model": "answers of the model", "shadows": "models that the attacker trained",
}  # fmt: skip
AttackTarget = Literal["released images", "diffusion model", "classifier"]
TARGETS: tuple[AttackTarget, ...] = get_args(AttackTarget)


@dataclass(frozen=True)
class Attack:
    """What is known of an attack; made by `attack`, read by the engine, metrics, the pages and the command line.

    Attributes:
        id: name of the function and of the file.
        target: what is attacked: images that a generator released, a diffusion model or a classifier that can be asked.
        reads: what the attacker is given, in the order of the positional arguments; see `attack`.
        needs: what the records must carry besides values: `images` (pixels), `labels`, `text`; or be: `vectors` (they can be averaged).
        min_samples: fewest images that released and reference set must have.
        of_sets: the paper's attack is on a set as a whole (which of two sets was trained on); its records have scores all the same.
        learns_origin: it fits a classifier of released against real images, which may tell generated from real images instead of
            members from others: the engine asks that too and says it.
        heavy: it trains a network or asks a model many times: left out where all attacks are asked for, unless it is named.
        version: goes up when the definition of its scores changes; stored with every result.
        formula: LaTeX, in the symbols of `methods.md`.
        summary, details, references: the parts of the docstring, which are the attack's entry on the Methods page.
    """

    id: str
    title: str
    target: AttackTarget
    paper: str
    function: Callable[..., Any]
    reads: tuple[str, ...]
    settings: type[Settings]
    needs: tuple[str, ...] = ()
    min_samples: int = 10
    of_sets: bool = False
    learns_origin: bool = False
    heavy: bool = False
    version: int = 1
    formula: str = ""
    summary: str = field(default="")
    details: str = ""
    references: str = ""

    def facts(self) -> list[tuple[str, str]]:
        """What a reader wants to know of it, as label and Markdown text."""
        settings = ", ".join(f"`{n}` = {f.default!r}" for n, f in self.settings.model_fields.items())
        found = [
            ("Attacks", self.target),
            ("The attacker has", ", ".join(IN_WORDS[name] for name in self.reads[1:])),
            ("Fewest images", f"{self.min_samples}"),
            ("Settings", settings),
            ("Source", self.paper),
            ("Notes on the source", " ".join(self.references.split())),
        ]
        return [(label, text) for label, text in found if text]


def attack(
    *,
    title: str,
    target: AttackTarget,
    paper: str,
    formula: str,
    needs: tuple[str, ...] = (),
    min_samples: int = 10,
    of_sets: bool = False,
    learns_origin: bool = False,
    heavy: bool = False,
    version: int = 1,
) -> Callable[[Function], Function]:
    """Makes a function an attack. It stays an ordinary function that a notebook can call.

    It returns one score per record, (N,) float, high = member, and never learns which records are members. Keyword-only arguments are its
    settings (and `seed`, where it draws); positional ones are what the attacker knows, any of:

    - `records`: FeatureSet of members and non-members in one, of disjoint patients;
    - `released`: FeatureSet of the images that the attacked generator made;
    - `reference`: FeatureSet of real images that are neither records nor of their patients;
    - `other`: FeatureSet of images that another generator made, which learned from other data;
    - `model`: the attacked model, to be asked (`membership.targets` says how);
    - `shadows`: a list of `membership.Shadow`, models that the attacker trained, with what each of them learned from.
    """

    def decorate(function: Function) -> Function:
        reads = tuple(p.name for p in inspect.signature(function).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD)
        assert reads[:1] == ("records",) and set(reads) <= set(KNOWLEDGE), f"{function.__name__} reads {reads}; there are {KNOWLEDGE}"
        assert ("released" if target == "released images" else "model") in reads, f"{function.__name__} does not read what it attacks"
        summary, details, references = docstring_parts(inspect.getdoc(function) or "")
        function.plugin = Attack(  # type: ignore[attr-defined]
            function.__name__, title, target, paper, function, reads, settings_of(function), needs, min_samples, of_sets, learns_origin,
            heavy, version, formula, summary, details, references,
        )  # fmt: skip
        return function

    return decorate


@cache
def attacks() -> Mapping[str, Attack]:
    """All attacks by id, in the order target, id."""
    found = [f.plugin for f in plugins_in("bench_core.attacks")]
    return {one.id: one for one in sorted(found, key=lambda one: (TARGETS.index(one.target), one.id))}


def find_attack(name: str) -> Attack:
    """The attack of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if name not in attacks():
        raise UnknownName("attack", name, attacks())
    return attacks()[name]
