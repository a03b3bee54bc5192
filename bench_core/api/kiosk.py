"""A screen that anybody may use: visits, and what goes when one has ended."""

from __future__ import annotations

from bench_core.api.workspace import open_workspace


def kiosk_seconds() -> int | None:
    """After how many seconds without a touch a visit has ended (`BENCH_KIOSK_SECONDS`); None: this is no kiosk."""
    return open_workspace().config.kiosk_seconds


def kiosk_visit(guest: str) -> None:
    """Notes that the visit of a guest goes on, and ends those of which nobody was seen for so long."""
    from bench_core.engine.requests.kiosk import visit

    visit(open_workspace(), guest)


def kiosk_made(guest: str, set_name: str) -> None:
    """Notes that a visit imported a set under a new name."""
    from bench_core.engine.requests.kiosk import note_import

    note_import(open_workspace(), guest, set_name)


def kiosk_reset(guest: str) -> list[str]:
    """Ends a visit: deletes its runs with their numbers, the sets that it brought into being, and its marks; names of those sets.

    What was there before the visit, or was asked for by somebody else too, stays.
    """
    from bench_core.engine.requests.kiosk import reset

    return reset(open_workspace(), guest)
