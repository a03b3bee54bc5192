"""Options that several verbs have."""

from __future__ import annotations

import argparse
from collections.abc import Callable


def add_json(parser: argparse.ArgumentParser) -> None:
<<<<<<< HEAD
    """What was found, as a file."""
=======
    """`--json`."""
>>>>>>> main
    parser.add_argument("--json", metavar="FILE", help="write what is found as JSON (- for standard output)")


def add_engine(parser: argparse.ArgumentParser) -> None:
<<<<<<< HEAD
    """Where a run is carried out."""
=======
    """`--engine` and `--address`."""
>>>>>>> main
    parser.add_argument("--engine", choices=("local", "ray"), help="where the work is done (default BENCH_ENGINE, or local)")
    parser.add_argument("--address", metavar="ADDR", help="of the Ray cluster, such as HEAD:6379 (default BENCH_RAY_ADDRESS)")


<<<<<<< HEAD
def add_scoring(parser: argparse.ArgumentParser) -> None:
    """Which metrics, and how."""
    parser.add_argument("--metrics", metavar="a,b", help="only these; one that cannot run is an error (default: all that can)")
    parser.add_argument("--set", action="append", default=[], metavar="metric.setting=value", help="a setting of a metric; may be repeated")
    parser.add_argument("--seed", type=at_least(0), default=0, metavar="S")
    parser.add_argument(
        "--mode", choices=("corrected", "compatible"), default="corrected",
        help="compatible: CheXGenBench's protocol, for numbers that stand beside published ones (default corrected)",
    )  # fmt: skip
    parser.add_argument("--no-intervals", action="store_true", help="values only: no intervals, no nulls")
    parser.add_argument(
        "--per-image", metavar="FILE.parquet", help="one row per synthetic image, one column per metric with values per image"
    )
    add_json(parser)


def at_least(low: int) -> Callable[[str], int]:
    """The type of a whole number from `low` on."""
=======
def at_least(low: int) -> Callable[[str], int]:
    """Reads a whole number that is not smaller."""
>>>>>>> main

    def whole_number(text: str) -> int:
        value = int(text)
        if value < low:
            raise argparse.ArgumentTypeError(f"{value} is less than {low}")
        return value

    return whole_number
