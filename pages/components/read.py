"""Cached reads through the facade, so that a rerun answers at once. Keyed on ids and on `version()`, never on arrays.

Tables of sets, neighbours and maps are kept as they are (`cache_resource`): a copy of 400,000 rows at every rerun would take longer than
the page. Nobody may write into them.
"""

import hashlib
import inspect
import json
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np
import pandas as pd
import streamlit as st

from bench_core import api
from pages.components.identity import sees_real
from pages.components.style.palette import Look, Style, styles

Given = ParamSpec("Given")
Read = TypeVar("Read")


def version() -> str:
    """Changes whenever a set, a result or the end of a run appears or goes."""
    return api.data_version()


def kept(cache: Callable[..., Any], most: int, spinner: str | bool = False) -> Callable[[Callable[Given, Read]], Callable[Given, Read]]:
    """Keeps what a function reads until the data change: `version()` is part of the key, and no caller has to think of it.

    Args:
        cache: `st.cache_data`, which hands out copies, or `st.cache_resource`, which hands out the thing itself.
        most: how many answers are kept.
        spinner: what stands there while it is read.
    """

    def decorate(read: Callable[Given, Read]) -> Callable[Given, Read]:
        signature = inspect.signature(read)

        @cache(max_entries=most, show_spinner=spinner)
        @wraps(read)  # Streamlit tells functions apart by their names and source
        def of_version(*args: Any, version: str) -> Read:
            return read(*args)

        @wraps(read)
        def newest(*args: Given.args, **named: Given.kwargs) -> Read:
            bound = signature.bind(*args, **named)
            bound.apply_defaults()
            answer: Read = of_version(*bound.args, version=version())
            return answer

        return newest

    return decorate


@kept(st.cache_data, 8)
def sets(kind: str | None = None) -> pd.DataFrame:
    """All sets, or those of a kind, newest first."""
    if kind is None:
        return api.sets()
    found = sets()
    return found[found["kind"] == kind].reset_index(drop=True)


def is_simulated(set_id: str) -> bool:
    """Whether the images of a set are, or stem from, the simulated cohort."""
    frame = sets()
    return bool(frame.loc[frame["id"] == set_id, "simulated"].any())


@kept(st.cache_data, 32)
def results(reference: api.Reference, mode: str = "corrected") -> pd.DataFrame:
    """Tidy results against a reference in one mode; see `api.results`. Modes never mix in one chart."""
    found = api.results(reference)
    found = found[found["mode"] == mode]
    sets_found = found[["set_name", "generator"]].drop_duplicates("set_name")
    order = {name: i for i, name in enumerate(in_order(sets_found["set_name"].tolist(), sets_found["generator"].tolist()))}
    return found.sort_values("set_name", key=lambda names: names.map(order), kind="stable", ignore_index=True)


def in_order(names: Sequence[str], generators: Sequence[str | None]) -> list[str]:
    """Names of sets in the order that generators have everywhere: that of their colours, then by name."""
    known = look(names)
    return [n for _, n in sorted(zip([known.of(n, g).index for n, g in zip(names, generators, strict=True)], names, strict=True))]


@kept(st.cache_resource, 16)
def table(set_id: str) -> pd.DataFrame:
    """The table of a set: one row per image."""
    return api.find_set(set_id).table


@kept(st.cache_data, 512)
def members(set_id: str, subgroup: str) -> list[str]:
    """Ids of the images of a subgroup; see `api.members`."""
    return api.members(set_id, subgroup)


@kept(st.cache_data, 32)
def compare(reference: api.Reference, metrics: Sequence[str], names: Sequence[str]) -> pd.DataFrame:
    """Paired differences of sets; see `api.compare`."""
    return api.compare(reference, metrics, names)


@kept(st.cache_data, 32)
def pareto(reference: api.Reference, axes: Sequence[str], names: Sequence[str], raw: bool) -> pd.DataFrame:
    """How likely each set is on the front; see `api.pareto`."""
    return api.pareto(reference, axes, names, raw)


@kept(st.cache_data, 16)
def redundancy(reference: api.Reference, names: Sequence[str]) -> pd.DataFrame:
    """Rank correlations of metrics; see `api.redundancy`."""
    return api.redundancy(reference, names)


@kept(st.cache_data, 16)
def power(reference: api.Reference) -> pd.DataFrame:
    """What metrics flagged of faults that were put in on purpose; see `api.power`."""
    return api.power(reference)


@kept(st.cache_data, 16)
def power_limits(reference: api.Reference) -> pd.DataFrame:
    """The smallest strengths that metrics see; see `api.power_limits`."""
    return api.power_limits(power(reference))


@kept(st.cache_data, 64)
def blind_spots(reference: api.Reference, metric: str, n: int) -> list[str]:
    """What a metric does not see near that size; see `api.blind_spots`."""
    return api.blind_spots(power_limits(reference), metric, n)


@kept(st.cache_data, 64)
def time_of_power(spec: str) -> float | None:
    """Seconds that a power run will take (its spec as JSON); see `api.expected_power`."""
    return api.expected_power(api.PowerSpec.model_validate_json(spec))


@kept(st.cache_data, 8)
def utility(reference: api.Reference) -> pd.DataFrame:
    """What arms of training are worth; see `api.utility`."""
    return api.utility(reference)


@kept(st.cache_data, 32)
def utility_curves(reference: api.Reference, set_name: str, classifier: str, protocol: str) -> pd.DataFrame:
    """ROC and calibration of arms; see `api.utility_curves`."""
    return api.utility_curves(reference, set_name, classifier, protocol)


@kept(st.cache_data, 8)
def utility_gains(reference: api.Reference) -> pd.DataFrame:
    """The figures of utility beside their nulls; see `api.utility_gains`."""
    return api.utility_gains(reference)


@kept(st.cache_data, 64)
def time_of_utility(spec: str) -> float | None:
    """Seconds that a utility run will take (its spec as JSON); see `api.expected_utility`."""
    return api.expected_utility(api.UtilitySpec.model_validate_json(spec))


@kept(st.cache_data, 4)
def references() -> list[api.Reference]:
    """What numbers exist against; see `api.references`."""
    return api.references()


@kept(st.cache_data, 64)
def time_of_evaluations(specs: Sequence[str]) -> tuple[float | None, str]:
    """Seconds that evaluations will take (their specs as JSON), and how that is known; see `api.estimate_evaluations`."""
    told = api.estimate_evaluations([api.EvaluateSpec.model_validate_json(spec) for spec in specs])
    return told.seconds, told.basis


def row(set_id: str, image_id: str) -> dict[str, Any]:
    """What the table of a set says of one image."""
    images = api.find_set(set_id)
    found: dict[str, Any] = images.table.iloc[images.rows_by_id[image_id]].to_dict()
    return found


def thumbnail(set_id: str, image_id: str, side: int = 128) -> bytes:
    """One small picture, as the visitor may see it."""
    return _thumbnail(set_id, image_id, side, sees_real())


@st.cache_data(max_entries=4_000, show_spinner=False)
def _thumbnail(set_id: str, image_id: str, side: int, real_pixels: bool) -> bytes:
    """Kept, since the pixels of an image never change: one for those who may see films of patients, and one for all others."""
    return api.thumbnails(set_id, [image_id], side, real_pixels)[0]


def thumbnails(set_id: str, image_ids: Sequence[str], side: int = 128) -> list[bytes]:
    """Small pictures in the order asked for."""
    real_pixels = sees_real()
    return [_thumbnail(set_id, image_id, side, real_pixels) for image_id in image_ids]


@kept(st.cache_resource, 8)
def neighbours(synthetic: str, reference: api.Reference, k: int = 5) -> pd.DataFrame:
    """The k nearest training images of every synthetic image; see `api.neighbours`."""
    return api.neighbours(synthetic, reference, k)


@kept(st.cache_resource, 16)
def held_out(reference: api.Reference) -> np.ndarray:
    """Distance ratios of held-out real images; see `api.held_out`."""
    return np.asarray(api.held_out(reference))


@kept(st.cache_resource, 8)
def projection(set_ids: Sequence[str], encoder: str, seed: int = 0, limit: int = api.MAP_LIMIT) -> pd.DataFrame | None:
    """Stored UMAP coordinates, None where they were never made."""
    return api.stored_projection(set_ids, encoder, seed, limit)


@kept(st.cache_data, 8)
def prompts(set_id: str) -> list[dict[str, Any]]:
    """Reports of a set as prompts: text, labels, source_image_id."""
    return [p.model_dump() for p in api.report_prompts(set_id, limit=200)]


@st.cache_data(max_entries=1, show_spinner=False)
def published() -> pd.DataFrame:
    """What papers printed; see `api.published`. It comes with the code."""
    return api.published()


@st.cache_data(max_entries=64, show_spinner=False)
def reservations(run_id: str) -> list[str]:
    """What must be known of the images of a run; see `api.reservations`. A request never changes."""
    return api.reservations(run_id)


@kept(st.cache_data, 4)
def imported_results() -> pd.DataFrame:
    """Numbers of imported result files; see `api.imported_results`."""
    return api.imported_results()


@st.cache_data(max_entries=8, ttl=3600, show_spinner="Reading the package's table …")
def package_prompts(source: str) -> list[dict[str, Any]]:
    """Prompts of a table that a package ships; see `api.package_prompts`."""
    return [p.model_dump() for p in api.package_prompts(source)]


@st.cache_data(max_entries=64, ttl=20, show_spinner=False)
def missing(kind: str, model: str) -> str | None:
    """What is missing to run a generator or encoder here."""
    return api.generator_missing(model) if kind == "generator" else api.encoder_missing(model)


def look(names: Sequence[str] = ()) -> Look:
    """Colour and marker of every generator, and of every set that none of them made, oldest first: a new set moves no other.

    Args:
        names: sets that may be gone from the workspace; they come last.
    """
    cards = api.generators()
    made = sets("synthetic")
    own = made[~made["generator"].isin(list(cards))].sort_values(["created", "name"], kind="stable")["name"]
    return styles({i: card.color for i, card in cards.items()}, [*own, *names])


def style_of(name: str, generator: str | None) -> Style:
    """Colour and marker of one set: those of its generator, or its own where it was imported."""
    return look([name]).of(name, generator)


def made_by(name: str, generator: str | None) -> str:
    """What made a set, in a sentence: names like copycat and oracle do not say it by themselves."""
    card = api.generators().get(generator or "")
    if card is None:
        return f"Made by {generator}, of which there is no card here." if generator else "Imported: made elsewhere."
    summary = " ".join(card.summary.split())
    return summary if name in (card.id, card.title) else f"{card.title}. {summary}"


def digest(*parts: Any) -> str:
    """A short key for widgets that must start afresh when their data change."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]


@kept(st.cache_resource, 8, "Comparing with every training image")
def reidentification(synthetic: str, reference: api.Reference, rate: float) -> api.Reidentification:
    """Synthetic images against all training images; see `api.reidentification`."""
    return api.reidentification(synthetic, reference, rate)


@kept(st.cache_data, 8)
def paired_reidentification(synthetic: str, reference: api.Reference, delta: float) -> api.PairedFigures:
    """CheXGenBench's figures; see `api.paired_reidentification`."""
    return api.paired_reidentification(synthetic, reference, delta)
