"""Reads cards from their folders. A card is parsed once, and again when its file has changed."""

import tomllib
from collections.abc import Iterable, Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bench_core.cards.card import BUILT_IN
from bench_core.cards.encoder import EncoderCard
from bench_core.cards.generator import GeneratorCard
from bench_core.errors import CardError, NotPossible, UnknownName

AnyCard = TypeVar("AnyCard", GeneratorCard, EncoderCard)


def read_card(path: Path, model: type[AnyCard]) -> AnyCard:
    """Reads one card.

    Raises:
        CardError: the file cannot be opened, is no TOML, or a field is missing, unknown or wrong; names file and field.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CardError(path, "(whole file)", f"cannot be opened: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:  # no UTF-8, no TOML, or nested without end
        raise CardError(path, "(whole file)", f"is no TOML: {error}") from None
    if data.get("id", path.stem) != path.stem:
        raise CardError(path, "id", f"is {data['id']!r} but the file is named {path.stem!r}")
    try:
        return model.model_validate({**data, "id": path.stem, "source": path})
    except ValidationError as error:
        first = error.errors()[0]
        plain = {"missing": "is missing", "extra_forbidden": "is not known"}.get(first["type"])
        raise CardError(path, ".".join(map(str, first["loc"])), plain or f"is {first.get('input')!r}: {first['msg']}") from None


@lru_cache(maxsize=1024)
def _kept_card(path: Path, changed: int, size: int, model: type[Any]) -> Any:
    """The card as it was parsed when its file had that time of last change (ns) and size (bytes)."""
    return _card_or_broken(path, model)


def _card_or_broken(path: Path, model: type[AnyCard]) -> AnyCard:
    """The card, or a `broken` one that says why it cannot be read."""
    try:
        return read_card(path, model)
    except CardError as error:
        words = {"id": path.stem, "title": path.stem, "backend": "none", "source": path, "broken": error.message}
        return model.model_validate(words)


def _card_now(path: Path, model: type[AnyCard]) -> AnyCard:
    try:
        state = path.stat()
    except OSError:  # a link that leads nowhere
        return _card_or_broken(path, model)
    kept: AnyCard = _kept_card(path, state.st_mtime_ns, state.st_size, model)
    return kept


def _cards_in(folders: Iterable[Path], model: type[AnyCard], **more: Any) -> Mapping[str, AnyCard]:
    """The cards in these folders as they are now; of two with one id the later wins. `more` are fields that no file holds.

    A file that cannot be read is a `broken` card that says why, so that the others are there. Each comes with settings and parts
    of its own: what a caller changes in them does not change what is kept.
    """
    cards = {}
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        kept = _card_now(path, model)
        cards[kept.id] = kept.model_copy(update={**{name: deepcopy(value) for name, value in kept if isinstance(value, dict)}, **more})
    return cards


def generator_cards(user_folder: Path | None = None) -> Mapping[str, GeneratorCard]:
    """Generator cards by id: the built-in ones, then the user's (`<user_folder>/generators/*.toml`), which win."""
    folders = [BUILT_IN / "generators" / "cards"] + ([user_folder / "generators"] if user_folder else [])
    return _cards_in(folders, GeneratorCard)


def encoder_cards(user_folder: Path | None = None, weights: Path | None = None) -> Mapping[str, EncoderCard]:
    """Encoder cards by id: the built-in ones, then the user's (`<user_folder>/encoders/*.toml`), which win.

    `weights` is the folder in which users put weights, one folder per card id.
    """
    folders = [BUILT_IN / "encoders" / "cards"] + ([user_folder / "encoders"] if user_folder else [])
    return _cards_in(folders, EncoderCard, weights=weights)


def find_card(kind: str, cards: Mapping[str, AnyCard], card_id: str) -> AnyCard:
    """The card of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
        CardError: its file cannot be read.
    """
    card = find_listed(kind, cards, card_id)
    return read_card(card.source, type(card)) if card.broken else card


SUCCESSORS = {"phantom-clip": "phantom-eye"}
"""Cards that left the project, and which took their place: what was computed with them stays readable."""


def find_listed(kind: str, cards: Mapping[str, AnyCard], card_id: str) -> AnyCard:
    """The card of that id as lists have it: one that cannot be read is `broken`.

    Raises:
        UnknownName: there is none; offers the closest one.
        NotPossible: it left the project.
    """
    if card_id not in cards and card_id in SUCCESSORS:
        text = f"The {kind} {card_id} left the project and can compute nothing anew; its stored numbers stay readable."
        raise NotPossible(text, f"Ask for {SUCCESSORS[card_id]} instead.")
    if card_id not in cards:
        raise UnknownName(kind, card_id, cards)
    return cards[card_id]
