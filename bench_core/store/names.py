"""Names that sets and runs may have."""

import re

from bench_core.errors import InputError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


_LIKE_AN_ID = re.compile(r"[0-9a-f]{16}")


def checked_name(name: str) -> str:
    """A name for a set, without spaces at its ends.

    Raises:
        InputError: it is empty, too long, or looks like an id.
    """
    name = name.strip()
    if not name or len(name) > 120 or _CONTROL.search(name) or _LIKE_AN_ID.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a set.", "Use 1 to 120 printable characters (and not 16 hex digits, which is how ids look)."
        )
    return name
