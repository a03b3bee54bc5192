"""python -m bench_core VERB: everything the pages can do, without a browser.

Exit code 0 only on success; otherwise 2, with `error: message` and a hint on standard error. A verb's module, and
with it the facade, is imported when the verb is asked for, so that help is there at once.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module

from pydantic import ValidationError

from bench_core.cli.arguments import build_parser
from bench_core.errors import BenchError, TableError, fault_of

SHOWN_PROBLEMS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit code."""
    options = build_parser().parse_args(arguments)
    for name, value in ("BENCH_ENGINE", "engine"), ("BENCH_RAY_ADDRESS", "address"):
        if getattr(options, value, None):
            os.environ[name] = getattr(options, value)  # workers that the verb starts read it too
    try:
        _load(options.verb_function)(options)
    except TableError as error:
        for problem in error.problems[:SHOWN_PROBLEMS]:
            print(f"  {problem}", file=sys.stderr)
        if len(error.problems) > SHOWN_PROBLEMS:
            print(f"  and {len(error.problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
        return _failed(error)
    except BenchError as error:
        return _failed(error)
    except ValidationError as error:  # of a spec
        return _failed(BenchError(fault_of(error)))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 2
    return 0


def _load(name: str) -> Callable[[argparse.Namespace], None]:
    module, function = name.split(".")
    found: Callable[[argparse.Namespace], None] = getattr(import_module(f"bench_core.cli.verbs.{module}"), function)
    return found


def _failed(error: BenchError) -> int:
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)
    return 2
