"""Simulated patients: an endless cohort of chest films, rendered from one public CT. No patient data, no clinical meaning.

Names are loaded when they are first used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench_core.phantom.cohort import REAL_FILMS, REAL_SEED, TRAIN_FILMS, TRAIN_SEED, cohort_table
    from bench_core.phantom.files import export
    from bench_core.phantom.film import Film, render, render_many, render_prompt
    from bench_core.phantom.findings import DEVICES, FINDINGS, Description, Finding
    from bench_core.phantom.parsing import parse
    from bench_core.phantom.reports import write_report

# Goes into content keys. Any change to a pixel of any film needs a new version, and the bundled models trained anew.
RENDERER_VERSION = "1"

_HOMES = {
    "cohort": ("REAL_FILMS", "REAL_SEED", "TRAIN_FILMS", "TRAIN_SEED", "cohort_table"),
    "files": ("export",),
    "film": ("Film", "render", "render_many", "render_prompt"),
    "findings": ("DEVICES", "FINDINGS", "Description", "Finding"),
    "parsing": ("parse",),
    "reports": ("write_report",),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "DEVICES",
    "FINDINGS",
    "REAL_FILMS",
    "REAL_SEED",
    "RENDERER_VERSION",
    "TRAIN_FILMS",
    "TRAIN_SEED",
    "Description",
    "Film",
    "Finding",
    "cohort_table",
    "export",
    "parse",
    "render",
    "render_many",
    "render_prompt",
    "write_report",
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
