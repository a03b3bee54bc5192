"""Kinds of runs: found by looking, read from JSON, and what becomes of a request that nothing reads any more."""

from typing import Literal

import pytest
from pydantic import ValidationError

from bench_core.errors import InputError, UnknownName
from bench_core.registry import Request, find_run_kind, run_kind, run_kinds, spec_of, stored_spec
from bench_core.spec import EvaluateSpec, GenerateSpec, ProjectSpec, RunSpec, UnknownSpec


class CountSpec(RunSpec):
    kind: Literal["count"] = "count"
    images: str


def test_the_kinds_that_come_along() -> None:
    kinds = {kind.id: kind.spec for kind in run_kinds().values()}
    assert kinds | {"generate": GenerateSpec, "evaluate": EvaluateSpec, "project": ProjectSpec} == kinds
    assert run_kinds()["generate"].makes_images and not run_kinds()["evaluate"].makes_images
    with pytest.raises(UnknownName, match="no kind of run named 'proyect'"):
        find_run_kind("proyect")


def test_a_kind_stays_a_function_and_has_the_id_of_its_spec() -> None:
    @run_kind(
        CountSpec, title="Count", unit="image", check=lambda workspace, spec: Request(spec, "n"), words=lambda spec: f"Count {spec.images}"
    )
    def count(*_: object) -> str:
        return "counted"

    kind = count.plugin  # type: ignore[attr-defined]
    assert count() == "counted" and (kind.id, kind.title, kind.unit) == ("count", "Count", "image")
    assert kind.in_words(CountSpec(images="a")) == "Count a"
    assert kind.in_words(UnknownSpec(kind="count")) == "Count"
    with pytest.raises(AssertionError, match="needs a default"):
        run_kind(RunSpec, title="None", check=lambda *_: Request(RunSpec(kind="x"), "n"))


def test_a_spec_is_read_by_its_kind() -> None:
    fields = {"kind": "project", "sets": ["a"], "encoder": "e"}
    assert spec_of(fields) == ProjectSpec(sets=["a"], encoder="e")
    with pytest.raises(InputError, match="needs the field 'kind'"):
        spec_of({"sets": ["a"]})
    with pytest.raises(UnknownName):
        spec_of({**fields, "kind": "gone"})
    with pytest.raises(ValidationError, match="colour"):
        spec_of({**fields, "colour": "red"})


def test_a_stored_spec_that_nothing_reads_says_why() -> None:
    fields = {"kind": "project", "sets": ["a"], "encoder": "e"}
    assert stored_spec(fields) == (ProjectSpec(sets=["a"], encoder="e"), "")
    spec, why = stored_spec({**fields, "kind": "gone"})
    assert isinstance(spec, UnknownSpec) and spec.model_dump() == {**fields, "kind": "gone"}
    assert "no kind of run named 'gone'" in why
    spec, why = stored_spec({**fields, "colour": "red"})
    assert isinstance(spec, UnknownSpec) and "another version: colour" in why
