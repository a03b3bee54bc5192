"""Cached reads through the facade, so that a rerun answers at once. Keyed on ids and on `version()`, never on arrays.

Tables of sets, neighbours and maps are kept as they are (`cache_resource`): a copy of 400,000 rows at every rerun would take longer than
the page. Nobody may write into them.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.style.palette import Style, styles


def version() -> str:
    """Changes whenever a set, a result or the end of a run appears or goes."""
    return api.data_version()


@st.cache_data(max_entries=8, show_spinner=False)
def _sets(version: str) -> pd.DataFrame:
    return api.sets()


def sets(kind: str | None = None) -> pd.DataFrame:
    """All sets, or those of a kind, newest first."""
    found = _sets(version())
    return found if kind is None else found[found["kind"] == kind].reset_index(drop=True)


def is_simulated(set_id: str) -> bool:
    """Whether the images of a set are, or stem from, the simulated cohort."""
    frame = sets()
    return bool(frame.loc[frame["id"] == set_id, "simulated"].any())


@st.cache_data(max_entries=32, show_spinner=False)
def _results(version: str, reference: api.Reference, mode: str) -> pd.DataFrame:
    found = api.results(reference)
    found = found[found["mode"] == mode]
    sets_found = found[["set_name", "generator"]].drop_duplicates("set_name")
    order = {name: i for i, name in enumerate(in_order(sets_found["set_name"].tolist(), sets_found["generator"].tolist()))}
    return found.sort_values("set_name", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def results(reference: api.Reference, mode: str = "corrected") -> pd.DataFrame:
    """Tidy results against a reference in one mode; see `api.results`. Modes never mix in one chart."""
    return _results(version(), reference, mode)


def in_order(names: Sequence[str], generators: Sequence[str | None]) -> list[str]:
    """Names of sets in the order that generators have everywhere: that of their colours, then by name."""
    known = look()
    return [n for _, n in sorted(zip([known[g].index if g in known else len(known) for g in generators], names, strict=True))]


@st.cache_resource(max_entries=16, show_spinner=False)
def _table(version: str, set_id: str) -> pd.DataFrame:
    return api.find_set(set_id).table


def table(set_id: str) -> pd.DataFrame:
    """The table of a set: one row per image."""
    return _table(version(), set_id)


@st.cache_data(max_entries=512, show_spinner=False)
def _members(version: str, set_id: str, subgroup: str) -> list[str]:
    return api.members(set_id, subgroup)


def members(set_id: str, subgroup: str) -> list[str]:
    """Ids of the images of a subgroup; see `api.members`."""
    return _members(version(), set_id, subgroup)


@st.cache_data(max_entries=32, show_spinner=False)
def _compare(version: str, reference: api.Reference, metrics: tuple[str, ...], names: tuple[str, ...]) -> pd.DataFrame:
    return api.compare(reference, list(metrics), list(names))


def compare(reference: api.Reference, metrics: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Paired differences of sets; see `api.compare`."""
    return _compare(version(), reference, tuple(metrics), tuple(names))


@st.cache_data(max_entries=32, show_spinner=False)
def _pareto(version: str, reference: api.Reference, axes: tuple[str, ...], names: tuple[str, ...], raw: bool) -> pd.DataFrame:
    return api.pareto(reference, list(axes), list(names), raw)


def pareto(reference: api.Reference, axes: Sequence[str], names: Sequence[str], raw: bool) -> pd.DataFrame:
    """How likely each set is on the front; see `api.pareto`."""
    return _pareto(version(), reference, tuple(axes), tuple(names), raw)


@st.cache_data(max_entries=16, show_spinner=False)
def _redundancy(version: str, reference: api.Reference, names: tuple[str, ...]) -> pd.DataFrame:
    return api.redundancy(reference, list(names))


def redundancy(reference: api.Reference, names: Sequence[str]) -> pd.DataFrame:
    """Rank correlations of metrics; see `api.redundancy`."""
    return _redundancy(version(), reference, tuple(names))


def row(set_id: str, image_id: str) -> dict[str, Any]:
    """What the table of a set says of one image."""
    images = api.find_set(set_id)
    found: dict[str, Any] = images.table.iloc[images.rows_by_id[image_id]].to_dict()
    return found


@st.cache_data(max_entries=4_000, show_spinner=False)
def thumbnail(set_id: str, image_id: str, side: int = 128) -> bytes:
    """One small picture; kept, since the pixels of an image never change."""
    return api.thumbnails(set_id, [image_id], side)[0]


def thumbnails(set_id: str, image_ids: Sequence[str], side: int = 128) -> list[bytes]:
    """Small pictures in the order asked for."""
    return [thumbnail(set_id, image_id, side) for image_id in image_ids]


@st.cache_data(max_entries=200, show_spinner=False)
def picture(set_id: str, image_id: str) -> bytes:
    """One whole image as a PNG."""
    return api.image_png(set_id, image_id)


@st.cache_data(max_entries=64, show_spinner="Averaging the images of the set …")
def _mean_image(version: str, set_id: str) -> bytes:
    return api.mean_image(set_id)


def mean_image(set_id: str) -> bytes:
    """The mean of the images of a set as a PNG; see `api.mean_image`."""
    return _mean_image(version(), set_id)


@st.cache_data(max_entries=64, show_spinner=False)
def _quick_mean_image(version: str, set_id: str) -> bytes | None:
    return api.quick_mean_image(set_id)


def quick_mean_image(set_id: str) -> bytes | None:
    """The mean of the images of a set, None where it would take long; see `api.quick_mean_image`."""
    return _quick_mean_image(version(), set_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _neighbours(version: str, synthetic: str, reference: api.Reference, k: int) -> pd.DataFrame:
    return api.neighbours(synthetic, reference, k)


def neighbours(synthetic: str, reference: api.Reference, k: int = 5) -> pd.DataFrame:
    """The k nearest training images of every synthetic image; see `api.neighbours`."""
    return _neighbours(version(), synthetic, reference, k)


@st.cache_resource(max_entries=16, show_spinner=False)
def _held_out(version: str, reference: api.Reference) -> np.ndarray:
    return np.asarray(api.held_out(reference))


def held_out(reference: api.Reference) -> np.ndarray:
    """Distance ratios of held-out real images; see `api.held_out`."""
    return _held_out(version(), reference)


@st.cache_resource(max_entries=8, show_spinner=False)
def _projection(version: str, set_ids: tuple[str, ...], encoder: str, seed: int, limit: int) -> pd.DataFrame | None:
    return api.stored_projection(list(set_ids), encoder, seed, limit)


def projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame | None:
    """Stored UMAP coordinates, None where they were never made."""
    return _projection(version(), tuple(set_ids), encoder, seed, limit)


@st.cache_data(max_entries=8, show_spinner=False)
def _prompts(version: str, set_id: str) -> list[dict[str, Any]]:
    return [p.model_dump() for p in api.report_prompts(set_id, limit=200)]


def prompts(set_id: str) -> list[dict[str, Any]]:
    """Reports of a set as prompts: text, labels, source_image_id."""
    return _prompts(version(), set_id)


@st.cache_data(max_entries=8, ttl=3600, show_spinner="Reading the package's table …")
def package_prompts(source: str) -> list[dict[str, Any]]:
    """Prompts of a table that a package ships; see `api.package_prompts`."""
    return [p.model_dump() for p in api.package_prompts(source)]


@st.cache_data(max_entries=64, ttl=20, show_spinner=False)
def missing(kind: str, model: str) -> str | None:
    """What is missing to run a generator or encoder here."""
    return api.generator_missing(model) if kind == "generator" else api.encoder_missing(model)


def look(names: Sequence[str] = ()) -> dict[str, Style]:
    """Colour and marker of every generator and of the given sets that have none."""
    cards = api.generators()
    return styles({i: card.color for i, card in cards.items()}, [n for n in names if n not in cards])


def style_of(name: str, generator: str | None) -> Style:
    """Colour and marker of one set: those of its generator, or its own where it was imported."""
    found = look([name])
    return found.get(str(generator)) or found[name]


def digest(*parts: Any) -> str:
    """A short key for widgets that must start afresh when their data change."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]
