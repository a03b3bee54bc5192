"""python -m bench_core VERB: everything the pages can do, without a browser.

Exit code 0 only on success; otherwise 2, with `error: message` and a hint on standard error. The facade is imported inside each
verb, so that help is there at once.
"""

import os
import sys
from collections.abc import Sequence

from bench_core.cli.arguments import build_parser
from bench_core.errors import BenchError, TableError

SHOWN_PROBLEMS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit code."""
    options = build_parser().parse_args(arguments)
    for name, value in ("BENCH_ENGINE", "engine"), ("BENCH_RAY_ADDRESS", "address"):
        if getattr(options, value, None):
            os.environ[name] = getattr(options, value)  # workers that the verb starts read it too
    try:
        options.verb_function(options)
    except TableError as error:
        for problem in error.problems[:SHOWN_PROBLEMS]:
            print(f"  {problem}", file=sys.stderr)
        if len(error.problems) > SHOWN_PROBLEMS:
            print(f"  and {len(error.problems) - SHOWN_PROBLEMS} more", file=sys.stderr)
        return _failed(error)
    except BenchError as error:
        return _failed(error)
    except ValueError as error:
        if type(error).__name__ != "ValidationError":  # pydantic's, of a spec; importing it here would make help slow
            raise
        first = error.errors()[0]  # type: ignore[attr-defined]
        return _failed(BenchError(f"{'.'.join(map(str, first['loc']))} = {str(first.get('input'))[:80]!r}: {first['msg']}."))
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 2
    return 0


def _failed(error: BenchError) -> int:
    print(f"error: {error.message}", file=sys.stderr)
    if error.hint:
        print(f"hint: {error.hint}", file=sys.stderr)
    return 2
