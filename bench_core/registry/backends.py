"""Backends of generators and encoders: one file, one class."""

from collections.abc import Callable, Mapping
from functools import cache

from bench_core.registry.plugins import plugins_in


def backend(name: str) -> Callable[[type], type]:
    """Makes a class the backend that generator or encoder cards name in their field `backend`."""

    def decorate(cls: type) -> type:
        cls.plugin = name  # type: ignore[attr-defined]
        return cls

    return decorate


@cache
def generator_backends() -> Mapping[str, type]:
    """Generator backends by the name that cards use."""
    return {c.plugin: c for c in plugins_in("bench_core.generators")}


@cache
def encoder_backends() -> Mapping[str, type]:
    """Encoder backends by the name that cards use."""
    return {c.plugin: c for c in plugins_in("bench_core.encoders")}
