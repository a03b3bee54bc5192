"""Real training films changed for controls, altered or sent through an autoencoder, and encoded; the films are kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.downstream.study import Change
from bench_core.engine.catalogue import generator_card, generator_missing
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


def alter(film: np.ndarray, rng: np.random.Generator) -> np.ndarray:  # (H, W) uint8
    """The film turned, moved, scaled, and with other contrast and brightness; what comes in at the edge repeats it."""
    from scipy import ndimage

    angle, scale = np.deg2rad(rng.uniform(-TURN, TURN)), 1 + rng.uniform(-SCALE, SCALE)
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    middle = (np.array(film.shape[:2]) - 1) / 2
    offset = middle - turned @ (middle + rng.uniform(-MOVE, MOVE, 2) * film.shape[:2])
    moved = ndimage.affine_transform(film.astype(np.float32), turned, offset, order=1, mode="nearest")
    contrast, brightness = 1 + rng.uniform(-FLATTER, FLATTER), rng.uniform(-BRIGHTER, BRIGHTER)
    changed: np.ndarray = np.clip(np.rint(moved.mean() + contrast * (moved - moved.mean()) + brightness), 0, 255).astype(np.uint8)
    return changed


def changes(
    workspace: Workspace, models: Models, card: EncoderCard, train: ImageSet, synthetic: ImageSet, tally: Tally
) -> Mapping[Material, Change | NotPossible]:
    """How training films are changed for each control, or why they cannot be."""
    generator = _autoencoder(workspace, models, synthetic)
    rebuilt: Change | NotPossible = generator
    if not isinstance(generator, NotPossible):
        rebuilt = partial(_encoded, models, card, train, lambda films, names: generator.reconstruct(films), tally)
    return {"altered": partial(_encoded, models, card, train, _altered, tally), "reconstructed": rebuilt}


def _altered(films: Sequence[np.ndarray], names: Sequence[str]) -> list[np.ndarray]:
    return [alter(_grey(film), np.random.default_rng(crc32(name.encode()))) for film, name in zip(films, names, strict=True)]


def _grey(film: np.ndarray) -> np.ndarray:
    return film if film.ndim == 2 else film.mean(axis=2).astype(np.uint8)


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


def _encoded(
    models: Models, card: EncoderCard, train: ImageSet, change: Films, tally: Tally, pairs: Sequence[tuple[int, int]]
) -> np.ndarray:  # (A, D) float32
    values = []
    for part in _parts(pairs):
        films = [train.read(row) for row, _ in part]
        names = [f"{train.table['image_id'].iat[row]} {again}" for row, again in part]
        values.append(models.encoder(card).encode(change(films, names)))
        tally.batch(len(part), f"Changing {train.name} for controls")
    return np.concatenate(values).astype(np.float32)


def _parts(pairs: Sequence[tuple[int, int]]) -> Iterator[Sequence[tuple[int, int]]]:
    for start in range(0, len(pairs), AT_ONCE):
        yield pairs[start : start + AT_ONCE]
