"""Mean images of sets, as the visitor may see them; kept like all that `pages.components.read` reads."""

import streamlit as st

from bench_core import api
from pages.components.identity import sees_real
from pages.components.read import kept


def mean_image(set_id: str) -> bytes:
    """The mean of the images of a set as a PNG, as the visitor may see it; see `api.mean_image`."""
    return _mean_image(set_id, sees_real())


@kept(st.cache_data, 64, "Averaging the images of the set …")
def _mean_image(set_id: str, real_pixels: bool) -> bytes:
    return api.mean_image(set_id, real_pixels)


def quick_mean_image(set_id: str) -> bytes | None:
    """The mean of the images of a set, None where it would take long; see `api.quick_mean_image`."""
    return _quick_mean_image(set_id, sees_real())


@kept(st.cache_data, 64)
def _quick_mean_image(set_id: str, real_pixels: bool) -> bytes | None:
    return api.quick_mean_image(set_id, real_pixels)
