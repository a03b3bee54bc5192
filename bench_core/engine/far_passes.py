"""Passes over all pairs of two sets on a Ray cluster: strips of rows go out, what is found in them is merged here, exactly."""

from copy import copy

from bench_core import passes
from bench_core.distances import Rows
from bench_core.engine.executor import OnRay
from bench_core.pairs import Pairs

WORTH = 20_000_000
"""Pairs below which a pass is over before its rows have travelled."""
PARTS = 4
"""Parts of a pass for each slot of the cluster."""


def carrier_on(executor: OnRay, worth: int = WORTH) -> passes.Carrier:
    """Carries passes of at least that many pairs to a cluster."""

    def carry(pairs: Pairs, wanted: passes.Wanted) -> tuple[passes.Found, passes.Found] | None:
        if len(pairs.a) * len(pairs.b) < worth:
            return None
        strips = passes.strips(len(pairs.a))
        count = min(len(strips), PARTS * executor.slots)
        parts = [strips[i::count] for i in range(count)]  # within one set the first strips have most pairs, so each part gets some
        a, b, balls = len(pairs.a), len(pairs.b), wanted.balls
        mine = passes.Found(a, wanted.widths[0], balls[1].shape[1], wanted.sums)
        theirs = mine if pairs.within else passes.Found(b, wanted.widths[1], balls[0].shape[1], wanted.sums)
        early: dict[int, tuple[passes.Found, passes.Found | None]] = {}
        done, added = 0, 0

        def on_done(number: int, found: tuple[passes.Found, passes.Found | None]) -> None:
            nonlocal done, added
            early[number], done = found, done + 1
            while added in early:  # in the order of parts, so that sums come out the same to the last bit
                for total, part in zip((mine, theirs), early.pop(added), strict=True):
                    if part is not None:
                        total.add(part)
                added += 1
            passes.tell(done / count, "comparing images")

        shared = [_plain(pairs.a), None if pairs.within else _plain(pairs.b), wanted]
        executor.map(find_in, parts, shared, on_done=on_done)
        return mine, theirs

    return carry


def find_in(a: Rows, b: Rows | None, wanted: passes.Wanted, strips: list[slice]) -> tuple[passes.Found, passes.Found | None]:
    """What a pass finds in some strips; the second is None within one set."""
    a, b = _own(a), None if b is None else _own(b)
    balls = (wanted.balls[0].copy(), wanted.balls[1].copy())
    mine, theirs = Pairs(a, a if b is None else b, within=b is None).found_in(
        strips, passes.Wanted(wanted.widths, wanted.apart, balls, wanted.sums)
    )
    return mine, None if b is None else theirs


def _plain(rows: Rows) -> Rows:
    """Rows without what they remember of others."""
    out = copy(rows)
    out.own = None
    return out


def _own(rows: Rows) -> Rows:
    """Rows whose small arrays can be written: compiled code tells read-only arrays apart, and has been compiled for these."""
    out = copy(rows)
    out.codes = rows.codes.copy()
    return out
