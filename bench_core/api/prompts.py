"""Where texts come from."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench_core.api.workspace import open_workspace
from bench_core.records import PromptSource
from bench_core.spec import PromptSpec


def presets() -> Mapping[str, str]:
    """A prompt text for each finding."""
    from bench_core.prompts import presets

    return presets.PRESETS


def report_prompts(set_id: str, limit: int = 200) -> list[PromptSpec]:
    """The reports of a set as prompts, in table order, each text once.

    Raises:
        UnknownName: there is no such set.
    """
    from bench_core.prompts.reports import prompts_of

    return prompts_of(open_workspace().sets.open(set_id), limit)


def package_sources() -> list[PromptSource]:
    """What `package_prompts` can read; empty where the package is not installed."""
    from bench_core.prompts.package_tables import sources

    return sources()


def package_prompts(source: str, limit: int = 200) -> list[PromptSpec]:
    """Prompts from the tables that the package torchxrayvision ships: `openi-reports`, `chexpert-labels` or `nih-labels`.

    Raises:
        MissingPackage: it is not installed; the hint has the install line.
        UnknownName: there is no such source.
    """
    from bench_core.prompts.package_tables import prompts_of_package

    return prompts_of_package(source, limit)


def prompt_table(path: Path) -> list[PromptSpec]:
    """Prompts from a CSV with a column `prompt`, `text` or `annotated_prompt` and, if any, label columns.

    Raises:
        TableError: no such column, or rows that cannot be read; lists them.
    """
    from bench_core.prompts.table import read_prompts

    return read_prompts(path)
