"""Real training films changed for controls, altered or sent through an autoencoder, and encoded; the films are kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from bench_core.alterations.grey import as_film
from bench_core.alterations.moving import moved
from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.downstream.films import Films as SmallFilms
from bench_core.downstream.loop import Values
from bench_core.downstream.study import Change
from bench_core.engine.catalogue import generator_card, generator_missing
from bench_core.engine.utility.pixels import Prepare, grey
from bench_core.errors import BenchError, NotPossible
from bench_core.registry.arms import Material

if TYPE_CHECKING:
    from bench_core.engine.models import Models
    from bench_core.engine.progress import Tally
    from bench_core.store.workspace import Workspace

AT_ONCE = 32
TURN, MOVE, SCALE, FLATTER, BRIGHTER = 5.0, 0.04, 0.05, 0.1, 10.0
"""Classical augmentation, each drawn evenly from minus to plus: degrees, share of the side, share, share of contrast, grey levels. A film
is never mirrored: the heart would change sides."""
Films = Callable[[Sequence[np.ndarray], Sequence[str]], list[np.ndarray]]
Pairs = Sequence[tuple[int, int]]
"""A row of the training set and the how manieth time it is changed."""
Show = Callable[[Films, Pairs], Values]


def alter(film: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # (H, W) uint8
    """The film turned, moved, scaled, and with other contrast and brightness; what comes in at the edge repeats it."""
    degrees, scale = rng.uniform(-TURN, TURN), 1 + rng.uniform(-SCALE, SCALE)
    down, right = rng.uniform(-MOVE, MOVE, 2) * film.shape
    grey = moved(film, degrees, scale, (down, right))
    contrast, brightness = 1 + rng.uniform(-FLATTER, FLATTER), rng.uniform(-BRIGHTER, BRIGHTER)
    return as_film(grey.mean() + contrast * (grey - grey.mean()) + brightness)


def changes(workspace: Workspace, models: Models, synthetic: ImageSet, show: Show) -> Mapping[Material, Change | NotPossible]:
    """How training films are changed for each control, or why they cannot be.

    Args:
        show: what a classifier sees of changed films, see `encoded` and `shown`.
    """
    generator = _autoencoder(workspace, models, synthetic)
    rebuilt: Change | NotPossible = generator
    if not isinstance(generator, NotPossible):
        rebuilt = partial(show, lambda films, names: generator.reconstruct(films))
    return {"altered": partial(show, _altered), "reconstructed": rebuilt}


def _altered(films: Sequence[np.ndarray], names: Sequence[str]) -> list[np.ndarray]:
    return [alter(grey(film), np.random.default_rng(crc32(name.encode()))) for film, name in zip(films, names, strict=True)]


def _autoencoder(workspace: Workspace, models: Models, synthetic: ImageSet):  # type: ignore[no-untyped-def]  # a Backend, or why there is none
    """The generator that made the set, if it can send films through its autoencoder."""
    name = synthetic.meta.get("generator")
    if not name:
        return NotPossible(f"{synthetic.name} was imported, so the autoencoder of its generator is not here.")
    try:
        if lack := generator_missing(workspace.config, str(name)):
            return NotPossible(f"Generator {name} cannot run here: {lack}")
        generator = models.generator(generator_card(workspace.config, str(name)), None)
        generator.reconstruct([np.zeros((256, 256), np.uint8)])
    except NotPossible as error:
        return error
    except BenchError as error:  # such as a generator that needs training images
        return NotPossible(f"No film can be sent through {name}: {error.message}")
    return generator


def encoded(models: Models, card: EncoderCard, train: ImageSet, tally: Tally) -> Show:
    """Features of changed films."""

    def show(change: Films, pairs: Pairs) -> np.ndarray:  # (A, D) float32
        values = []
        tally.total += len(pairs)
        for part in _parts(pairs):
            films = [train.read(row) for row, _ in part]
            values.append(models.encoder(card).encode(change(films, [_name(train, pair) for pair in part])))
            tally.batch(len(part), f"Changing {train.name} for controls")
        return np.concatenate(values).astype(np.float32)

    return show


def shown(train: ImageSet, side: int, prepare: Prepare, tally: Tally) -> Show:
    """Changed films as a network on pixels sees them, changed when they are asked for."""

    def show(change: Films, pairs: Pairs) -> SmallFilms:
        def read(number: int) -> np.ndarray:
            return prepare(change([train.read(pairs[number][0])], [_name(train, pairs[number])])[0])

        tally.total += len(pairs)
        return SmallFilms(len(pairs), side, read, lambda: tally.batch(1, f"Changing {train.name} for controls"))

    return show


def _name(train: ImageSet, pair: tuple[int, int]) -> str:
    """What decides how a film is altered: its own id, and the how manieth time."""
    return f"{train.table['image_id'].iat[pair[0]]} {pair[1]}"


def _parts(pairs: Pairs) -> Iterator[Pairs]:
    for start in range(0, len(pairs), AT_ONCE):
        yield pairs[start : start + AT_ONCE]
