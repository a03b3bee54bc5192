"""Whole films for looking at them. All pixels that leave for a browser at full size leave here, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench_core.api.workspace import open_workspace


def film(
    set_id: str, image_id: str, about: Mapping[str, Any], layer: str = "", beside: tuple[str, str] | None = None, real_pixels: bool = False
) -> bytes:
    """One film in the format of `bench_core.pixels.films`: the values of its file, its windows, its spacing; or what lies over it.

    Of a set that is withheld (see `api.sees_real`) it is a blurred thumbnail, and nothing lies over it.

    Args:
        about: what else the browser is told of it.
        beside: the set and the image that the layer `alike` compares it with.

    Raises:
        UnknownName: no such set, image or layer.
        NotAllowed: what lies over a film that is withheld.
        StoreError, ImageUnreadable: it is gone, or cannot be decoded.
    """
    from bench_core.dicom.film import plain_film
    from bench_core.engine.answers.films import ALIKE, film_of, layer_of
    from bench_core.engine.answers.likeness import likeness_of
    from bench_core.errors import NotAllowed
    from bench_core.pixels.blur import blurred
    from bench_core.pixels.films import packed
    from bench_core.store.sight import is_withheld

    workspace = open_workspace()
    shown = [workspace.sets.open(one) for one in (set_id, *(beside or ())[:1])]
    images, withheld = shown[0], [is_withheld(workspace.config, one, real_pixels) for one in shown]
    if layer and any(withheld):
        raise NotAllowed("What lies over a film of a patient is for those who may see it.", "Whoever runs the site gives the role.")
    if layer == ALIKE and beside is not None:
        return packed(plain_film(likeness_of(workspace, set_id, image_id, *beside).film()), about)
    if withheld[0]:
        return packed(plain_film(blurred(images.read(workspace.sets.row_of(images, image_id)))), about)
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
