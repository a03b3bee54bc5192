"""How numbers are written on the pages: as in every report, see `bench_core.notation`."""

from bench_core.notation import (
    Side,
    arrow,
    compared,
    counted,
    decimals,
    duration,
    interval,
    number,
    of_all,
    perfect,
    places_of,
    sentence,
    side,
    size,
)

__all__ = [
    "Side", "arrow", "compared", "counted", "decimals", "duration", "interval", "number", "of_all", "perfect", "places_of", "sentence",
    "side", "size",
]  # fmt: skip
