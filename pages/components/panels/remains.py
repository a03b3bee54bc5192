"""Cached reads of what filters would take and leave; see `pages.components.read`."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.read import kept


@kept(st.cache_data, 64, "Finding the distances of all images, once …")
def filter_steps(spec: str) -> tuple[list[float], list[str]]:
    """Thresholds worth looking at of a filter (its request as JSON), and the metrics that can be had; see `api.filter_steps`."""
    return api.filter_steps(api.FilterSpec.model_validate_json(spec))


@kept(st.cache_data, 64)
def what_goes(spec: str) -> pd.DataFrame:
    """What a filter would take; see `api.what_goes`."""
    return api.what_goes(api.FilterSpec.model_validate_json(spec))


@kept(st.cache_data, 512)
def what_remains(spec: str, metrics: Sequence[str], at: float | None, beside_perfect: bool) -> pd.DataFrame:
    """Numbers of what would remain at one threshold; see `api.what_remains`. The threshold of the request itself is nothing to it."""
    return api.what_remains(api.FilterSpec.model_validate_json(spec), metrics, [at], beside_perfect)
