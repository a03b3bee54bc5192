"""Verbs that hand something over."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bench_core.cli.options import add_json

FORMS = ("dicom", "png", "jpeg", "zip")
LEVELS = ("full", "redacted", "none")


def add_handover(verb: Callable[..., argparse.ArgumentParser]) -> None:
    """All of them."""
    export = verb("export", "handover.export_verb", "Write a set as files that say what they are, with a table, a card and hashes.")
    export.add_argument("--set", required=True, metavar="NAME", help="name or id")
    export.add_argument("--format", required=True, choices=FORMS, help="dicom: Secondary Capture; jpeg is lossy; zip: PNGs in one file")
    export.add_argument("--out", required=True, metavar="DIR", help="empty or not there yet; the same command goes on where it stopped")
    _add_level(export)
    export.add_argument("--patients", action="store_true", help="films of patients may leave; else sets that show some are refused")
    export.add_argument("--skip-bad", action="store_true", help="leave out images that cannot be read instead of stopping")
    add_json(export)
    card = verb("card", "handover.card_verb", "Print the card of a set: what it is, from what, tested how, its limits.")
    card.add_argument("--set", required=True, metavar="NAME", help="name or id")
    card.add_argument("--out", metavar="FILE.md", help="write it there instead")
    _add_level(card)


def _add_level(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--provenance", choices=LEVELS,
        help="what is told of the making: redacted leaves out what could stem from a report or a patient (default redacted where prompts "
        "are reports or films show patients, else full)",
    )  # fmt: skip
