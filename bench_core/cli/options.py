"""Options that several verbs have."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_json(parser: argparse.ArgumentParser) -> None:
    """`--json`."""
    parser.add_argument("--json", metavar="FILE", help="write what is found as JSON (- for standard output)")


def add_engine(parser: argparse.ArgumentParser) -> None:
    """`--engine` and `--address`."""
    parser.add_argument("--engine", choices=("local", "ray"), help="where the work is done (default BENCH_ENGINE, or local)")
    parser.add_argument("--address", metavar="ADDR", help="of the Ray cluster, such as HEAD:6379 (default BENCH_RAY_ADDRESS)")


def at_least(low: int) -> Callable[[str], int]:
    """Reads a whole number that is not smaller."""

    def whole_number(text: str) -> int:
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f"{value} is less than {low}")
        return value

    return whole_number
