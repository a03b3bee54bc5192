"""The verb of studies, with its options."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bench_core.cli.options import add_engine, add_json


def add_studies(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """Adds it."""
    study = verb(
        "study", "studies.study_verb",
        "Carry out a study: generators, filters, arms, classifiers and what is released, each cell with its utility and its attack.",
    )  # fmt: skip
    study.add_argument("spec", metavar="SPEC.toml", help="or a preset: chexgenbench, xing-sweep, xing-low-fidelity, sok-release, ...")
    study.add_argument("--resume", action="store_true", help="leave cells alone that could not be made before, instead of trying again")
    study.add_argument("--dry-run", action="store_true", help="say which cells there are and which would be made")
    add_engine(study)
    add_json(study)
