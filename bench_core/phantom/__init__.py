"""Simulated patients: an endless cohort of chest films, rendered from one public CT. No patient data, no clinical meaning."""

from bench_core.phantom.cohort import REAL_FILMS, REAL_SEED, TRAIN_FILMS, TRAIN_SEED, cohort_table
from bench_core.phantom.export import export
from bench_core.phantom.findings import DEVICES, FINDINGS, Description, Finding
from bench_core.phantom.parsing import parse
from bench_core.phantom.render import Film, render, render_many, render_prompt
from bench_core.phantom.reports import write_report

RENDERER_VERSION = "1"

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
