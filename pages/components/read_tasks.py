"""Cached reads about segmentation, reports and retrieval; see `read`."""

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.read import kept


@kept(st.cache_data, 8)
def tasks(reference: api.Reference, task: str) -> pd.DataFrame:
    """What arms are worth in a task; see `api.tasks`."""
    return api.tasks(reference, task)


@kept(st.cache_data, 8)
def time_of_task(spec: str) -> float | None:
    """Seconds that a run of a task will take (its spec as JSON); see `api.expected_task`."""
    return api.expected_task(api.TaskSpec.model_validate_json(spec))


@kept(st.cache_data, 8, spinner="Reading reports from images")
def round_trip(set_id: str, reference: api.Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What is read from the images of a set; see `api.round_trip`."""
    return api.round_trip(set_id, reference)


@kept(st.cache_data, 8, spinner="Looking for reports")
def retrieval(set_id: str, encoder: str, real: str | None) -> pd.DataFrame:
    """How images and their reports find each other; see `api.retrieval`."""
    return api.retrieval(set_id, encoder, real)


@st.cache_data(max_entries=4, show_spinner="Scoring reports")
def report_scores(data: bytes, name: str) -> pd.DataFrame:
    """Scores of predictions that were uploaded; see `api.score_reports`."""
    return api.score_reports(data, name=name)


def lacking_scores() -> Mapping[str, str]:
    """Titles of scores that cannot run here, with what each lacks."""
    return {one.title: lack for one in api.report_scores_known().values() if (lack := one.missing())}
