"""Cached reads of what attacks found; see `pages/components/read.py`."""

import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.read import kept


@kept(st.cache_data, 16)
def attacks(reference: api.Reference, synthetic: str) -> pd.DataFrame:
    """What attacks found of a set, with their controls; see `api.attacks`."""
    return api.attacks(reference, synthetic)


@kept(st.cache_data, 32)
def attack_roc(scores: str) -> pd.DataFrame:
    """The ROC curve of an attack; see `api.attack_roc`."""
    return api.attack_roc(scores)


@kept(st.cache_resource, 8)
def attacked_patients(reference: api.Reference, scores: str) -> pd.DataFrame:
    """Who stands out in an attack; see `api.attacked_patients`."""
    return api.attacked_patients(reference, scores)


@kept(st.cache_data, 64)
def time_of_attacks(spec: str) -> float | None:
    """Seconds that attacks will take (their spec as JSON); see `api.expected_attacks`."""
    return api.expected_attacks(api.AttackSpec.model_validate_json(spec))
