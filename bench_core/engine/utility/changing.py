"""Real training films changed for controls, altered or sent through an autoencoder, and encoded; the films are kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Protocol, TypeVar
from zlib import crc32

import numpy as np

from bench_core.alterations.classical import Alteration
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.downstream.films import Films as SmallFilms
from bench_core.downstream.segmentation.task import MaskedFilms
from bench_core.engine.catalogue import generator_card, generator_missing
from bench_core.engine.utility.masks import Drawn, mask_source, small_with_masks
from bench_core.engine.utility.pixels import Prepare, grey
from bench_core.errors import BenchError, NotPossible
from bench_core.registry.arms import Material

if TYPE_CHECKING:
    from bench_core.engine.models import Models
    from bench_core.engine.progress import Tally
    from bench_core.generators.backend import Backend
    from bench_core.store.workspace import Workspace

AT_ONCE = 32
Pairs = Sequence[tuple[int, int]]
"""A row of the training set and the how manieth time it is changed."""
Seen = TypeVar("Seen")


class FilmChange(Protocol):
    """What is done to real films for a control. Everything that is changed has a name, which decides how."""

    def films(self, films: Sequence[np.ndarray], names: Sequence[str]) -> list[np.ndarray]:  # each (H, W) uint8
        """The films changed."""

    def mask(self, mask: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:  # (H, W) bool
        """Where the structure lies on the changed film of that name, which had that height and width."""


class Altered:
    """Classical augmentation: masks are moved as their films are."""

    def films(self, films: Sequence[np.ndarray], names: Sequence[str]) -> list[np.ndarray]:
        """Each by the chance of its name."""
        return [self._of(name).of_film(grey(film)) for film, name in zip(films, names, strict=True)]

    def mask(self, mask: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """As the film of that name."""
        return self._of(name).of_mask(mask, shape)

    @staticmethod
    def _of(name: str) -> Alteration:
        return Alteration.drawn(np.random.default_rng(crc32(name.encode())))


@dataclass(frozen=True)
class Rebuilt:
    """Through the autoencoder of a generator, which moves nothing."""

    generator: Backend

    def films(self, films: Sequence[np.ndarray], names: Sequence[str]) -> list[np.ndarray]:
        """As it gives them back."""
        return self.generator.reconstruct(films)

    def mask(self, mask: np.ndarray, name: str, shape: tuple[int, ...]) -> np.ndarray:
        """Where it was."""
        return mask


Show = Callable[[FilmChange, Pairs], Seen]
"""Makes what a model learns from of changed films."""


def changes(
    workspace: Workspace, models: Models, synthetic: ImageSet, show: Show[Seen]
) -> Mapping[Material, Callable[[Pairs], Seen] | NotPossible]:
    """How training films are changed for each control, or why they cannot be.

    Args:
        show: what is seen of changed films, see `encoded`, `shown` and `masked`.
    """
    generator = _autoencoder(workspace, models, synthetic)
    rebuilt = generator if isinstance(generator, NotPossible) else partial(show, Rebuilt(generator))
    return {"altered": partial(show, Altered()), "reconstructed": rebuilt}


def _autoencoder(workspace: Workspace, models: Models, synthetic: ImageSet) -> Backend | NotPossible:
    """The generator that made the set, if it can send films through its autoencoder."""
    name = synthetic.meta.get("generator")
    if not name:
        return NotPossible(f"{synthetic.name} was imported, so the autoencoder of its generator is not here.")
    try:
        if lack := generator_missing(workspace.config, str(name)):
            return NotPossible(f"Generator {name} cannot run here: {lack}")
        generator: Backend = models.generator(generator_card(workspace.config, str(name)), None)
        generator.reconstruct([np.zeros((256, 256), np.uint8)])
    except NotPossible as error:
        return error
    except BenchError as error:  # such as a generator that needs training images
        return NotPossible(f"No film can be sent through {name}: {error.message}")
    return generator


def encoded(models: Models, card: EncoderCard, train: ImageSet, tally: Tally) -> Show[np.ndarray]:
    """Features of changed films."""

    def show(change: FilmChange, pairs: Pairs) -> np.ndarray:  # (A, D) float32
        values = []
        tally.total += len(pairs)
        for part in _parts(pairs):
            films = [train.read(row) for row, _ in part]
            values.append(models.encoder(card).encode(change.films(films, [_name(train, pair) for pair in part])))
            tally.batch(len(part), f"Changing {train.name} for controls")
        return np.concatenate(values).astype(np.float32)

    return show


def shown(train: ImageSet, side: int, prepare: Prepare, tally: Tally) -> Show[SmallFilms]:
    """Changed films as a network on pixels sees them, changed when they are asked for."""

    def show(change: FilmChange, pairs: Pairs) -> SmallFilms:
        def read(number: int) -> np.ndarray:
            return prepare(change.films([train.read(pairs[number][0])], [_name(train, pairs[number])])[0])

        tally.total += len(pairs)
        return SmallFilms(len(pairs), side, read, lambda: tally.batch(1, f"Changing {train.name} for controls"))

    return show


def masked(workspace: Workspace, models: Models, train: ImageSet, side: int, tally: Tally) -> Show[MaskedFilms]:
    """Changed films at a small size, with the masks of what is on them.

    Raises:
        NotPossible, InputError: see `mask_source`.
    """

    def show(change: FilmChange, pairs: Pairs) -> MaskedFilms:
        rows = np.array([row for row, _ in pairs])
        source = mask_source(workspace, models, train, rows)
        tally.total += len(pairs)
        made: list[tuple[np.ndarray, Drawn]] = []
        for row, of_row in groupby(pairs, key=itemgetter(0)):  # pairs come by row: a film is read, and its masks drawn, once
            film, drawn = train.read(row), source(row)
            for pair in of_row:
                name = _name(train, pair)
                moved = {structure: change.mask(mask, name, film.shape[:2]) for structure, mask in drawn.items()}
                made.append((change.films([film], [name])[0], moved))
                tally.batch(1, f"Changing {train.name} for controls")
        return small_with_masks(made, side)

    return show


def _name(train: ImageSet, pair: tuple[int, int]) -> str:
    """What decides how a film is altered: its own id, and the how manieth time."""
    return f"{train.table['image_id'].iat[pair[0]]} {pair[1]}"


def _parts(pairs: Pairs) -> Iterator[Pairs]:
    for start in range(0, len(pairs), AT_ONCE):
        yield pairs[start : start + AT_ONCE]
