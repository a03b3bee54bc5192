"""Kinds of runs: one file, `check` and `carry_out`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError

from bench_core.errors import InputError, UnknownName
from bench_core.registry.plugins import Function, plugins_in
from bench_core.spec import RunSpec, UnknownSpec


@dataclass(frozen=True)
class Request:
    """A run as it is queued: its checked spec, and what was worked out of it.

    Attributes:
        spec: with ids in place of names and all settings written out, so that equal requests are equal.
        name: what the queue calls the run; where `claims_name`, the name of the set too.
        set_id: the set that it makes or is about.
        model: id of the generator or encoder that it needs; a worker that has it loaded is preferred.
        images: how many it makes; quotas count them, and a request for a few goes first.
        expected: seconds that it should take; None where that is unknown.
        claims_name: the set is made by this run, so that nobody else may take its name.
    """

    spec: RunSpec
    name: str
    set_id: str | None = None
    model: str = ""
    images: int = 0
    expected: float | None = None
    claims_name: bool = False


@dataclass(frozen=True)
class RunKind:
    """What is known of a kind of run; made by `run_kind`, read by store, engine, command line and pages.

    Attributes:
        id: the literal value of `kind` in its spec.
        title: a word or two for lists.
        check: from the workspace and a spec as users give it to what is queued; raises BenchError where it cannot run.
        carry_out: does it and returns a line that says what was done.
        unit: what its progress counts, in the singular.
        makes_images: its set holds the images that it made, which can be looked at while it runs.
        words: more than the title, where two runs on one set may differ.
        makes: from the workspace and a checked spec to all that decides what is left in the store, to be put into a content key; None
            where nothing of it can be brought from elsewhere.
    """

    id: str
    spec: type[RunSpec]
    title: str
    check: Callable[..., Request]
    carry_out: Callable[..., str]
    unit: str = "step"
    makes_images: bool = False
    words: Callable[[Any], str] | None = None
    makes: Callable[..., Sequence[Any]] | None = None

    def in_words(self, spec: RunSpec) -> str:
        """What a run with that spec does, in a few words."""
        return self.words(spec) if self.words and isinstance(spec, self.spec) else self.title


def run_kind(
    spec: type[RunSpec],
    *,
    title: str,
    check: Callable[..., Request],
    unit: str = "step",
    makes_images: bool = False,
    words: Callable[[Any], str] | None = None,
    makes: Callable[..., Sequence[Any]] | None = None,
) -> Callable[[Function], Function]:
    """Makes a function the one that carries out runs of a kind.

    It is given the workspace, the id of the run, the spec as `check` (workspace, spec) returned it, what the process has loaded
    (`engine.models.Models`) and where to say how far it is (`engine.progress.Reporter`).
    """
    kind = spec.model_fields["kind"].default
    assert isinstance(kind, str), f"The field kind of {spec.__name__} needs a default: kind: Literal['{spec.__name__.lower()}'] = ..."

    def decorate(function: Function) -> Function:
        function.plugin = RunKind(kind, spec, title, check, function, unit, makes_images, words, makes)  # type: ignore[attr-defined]
        return function

    return decorate


@cache
def run_kinds() -> Mapping[str, RunKind]:
    """Kinds of runs by id."""
    return {f.plugin.id: f.plugin for f in plugins_in("bench_core.engine.runs")}


def find_run_kind(kind: str) -> RunKind:
    """The kind of run of that id.

    Raises:
        UnknownName: there is none.
    """
    if kind not in run_kinds():
        raise UnknownName("kind of run", kind, run_kinds())
    return run_kinds()[kind]


def spec_of(fields: Mapping[str, Any]) -> RunSpec:
    """The spec with these fields, whose `kind` says of which kind it is.

    Raises:
        InputError: no kind is given.
        UnknownName: there is no such kind.
        ValidationError: a field is missing, unknown or out of range.
    """
    if not isinstance(fields.get("kind"), str):
        raise InputError("A request needs the field 'kind'.", f"Kinds of runs here: {', '.join(run_kinds())}.")
    return find_run_kind(fields["kind"]).spec.model_validate(fields)


def stored_spec(fields: Mapping[str, Any]) -> tuple[RunSpec, str]:
    """A spec that was stored, and why it cannot be read here; one that cannot is an `UnknownSpec`, so that lists of runs go on."""
    try:
        return spec_of(fields), ""
    except UnknownName as error:
        return UnknownSpec.model_validate(fields), f"{error.message} Its file is not in bench_core/engine/runs/."
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        return UnknownSpec.model_validate(fields), f"Its request was stored by another version: {where}: {first['msg']}."
