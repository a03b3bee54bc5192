"""Whole films for looking at them. All pixels that leave for a browser at full size leave here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench_core.api.workspace import open_workspace


def film(set_id: str, image_id: str, about: Mapping[str, Any], layer: str = "", beside: tuple[str, str] | None = None) -> bytes:
    """One film in the format of `bench_core.pixels.films`: the values of its file, its windows, its spacing; or what lies over it.

    Args:
        about: what else the browser is told of it.
        beside: the set and the image that the layer `alike` compares it with.

    Raises:
        UnknownName: no such set, image or layer.
        StoreError, ImageUnreadable: it is gone, or cannot be decoded.
    """
    from bench_core.dicom.film import plain_film
    from bench_core.engine.answers.films import ALIKE, film_of, layer_of
    from bench_core.engine.answers.likeness import likeness_of
    from bench_core.pixels.films import packed

    workspace = open_workspace()
    if layer == ALIKE and beside is not None:
        return packed(plain_film(likeness_of(workspace, set_id, image_id, *beside).film()), about)
    images = workspace.sets.open(set_id)
    found = layer_of(workspace, images, image_id, layer) if layer else film_of(workspace, images, image_id)
    return packed(found, about)


def layers(set_id: str, image_id: str) -> list[str]:
    """Names of what can be laid over an image: masks of the simulated cohort, and sets called like its set and `-masks` or `-maps`.

    Raises:
        UnknownName: no such set or image.
    """
    from bench_core.engine.answers.films import layers_of

    workspace = open_workspace()
    return layers_of(workspace, workspace.sets.open(set_id), image_id)
