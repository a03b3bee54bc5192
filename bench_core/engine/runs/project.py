"""UMAP of image sets (McInnes 2018, arXiv:1802.03426), with a fixed seed, stored by content.

Deliberate difference from a plain fit: above `FITTED` images UMAP is fitted on an even sample of every set and the others are placed at
the weighted mean of their nearest fitted images (UMAP's own `transform` depends on the order of what it is given). The column
`placed` says which is which. Images with equal features lie at one point: UMAP would spread them, as if they differed. Above the limit
large sets are thinned to one size; small ones stay whole (`even_shares`).
"""

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import Literal

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS, ImageSet
from bench_core.engine.answers.thinning import even_shares, evenly
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of, read_features
from bench_core.engine.keys import map_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter
from bench_core.engine.runs.plan import expected_seconds
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.frames import PROJECTION
from bench_core.registry import Request, run_kind
from bench_core.spec import ProjectSpec
from bench_core.store.workspace import Workspace

FITTED = 6_000
NEIGHBOURS = 15
PLACED_BY = 5
FEWEST = 10
PER_SET = 10
"""Percent of a UMAP that reading the features of a set counts as, for the progress bar."""
BAR = {"disable": False, "leave": False, "miniters": 1, "mininterval": 0.5, "bar_format": "{percentage:.0f}"}


def check(workspace: Workspace, spec: ProjectSpec) -> Request:
    """Named after its sets; a map of as many sets takes about as long."""
    spec = spec.model_copy(update={"sets": [workspace.sets.find(s) for s in spec.sets]})
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    name = "UMAP of " + ", ".join(workspace.sets.open(s).name for s in spec.sets)[:100]
    expected = expected_seconds(workspace, spec, lambda one: (len(one.sets), one.encoder, one.limit))
    return Request(spec, name, model=spec.encoder, expected=expected)


def decided_by(workspace: Workspace, spec: ProjectSpec) -> list[str]:
    """Where the map is kept."""
    return [map_key(workspace, _sets(workspace, spec.sets), spec.encoder, spec.seed, spec.limit)]


@run_kind(ProjectSpec, title="Map", check=check, makes=decided_by)
def carry_out(workspace: Workspace, run_id: str, spec: ProjectSpec, models: Models, report: Reporter) -> str:
    """Makes the map and stores it; returns a line that says how many points it has."""
    points = project(workspace, spec.sets, spec.encoder, spec.seed, spec.limit, models=models, report=report)
    repeated = int(points.duplicated(["x", "y"]).sum())
    told = f", {repeated} of them where an equal image lies" if repeated else ""
    return f"{len(points)} points{told}"


def stored(workspace: Workspace, set_ids: Sequence[str], encoder: str, seed: int, limit: int) -> pd.DataFrame | None:
    """The map of these sets if it was made before, else None."""
    sets = _sets(workspace, set_ids)
    points = workspace.derived.table(map_key(workspace, sets, encoder, seed, limit))
    return None if points is None else _described(points, sets)


def project(
    workspace: Workspace,
    set_ids: Sequence[str],
    encoder: str,
    seed: int,
    limit: int,
    *,
    models: Models | None = None,
    report: Reporter | None = None,
) -> pd.DataFrame:
    """The map of these sets, made once and kept by content.

    Columns: x, y, set_id, set_name, kind, generator, image_id, prompt, placed (`fitted` or `interpolated`) and one per finding.

    Args:
        limit: above so many images large sets are thinned evenly to one size.
        models: with these, images that are not encoded yet are.

    Raises:
        NotPossible: too few images, or a set that is not encoded and no models.
    """
    sets = _sets(workspace, set_ids)
    key = map_key(workspace, sets, encoder, seed, limit)
    points = workspace.derived.table(key)
    if points is None:
        card = encoder_card(workspace.config, encoder)
        rows = thinned(sets, limit)
        features: list[FeatureSet] = []
        before, total = PER_SET * len(sets), PER_SET * len(sets) + 100
        for images in sets:
            if report:
                report.at(PER_SET * len(features), total, f"Features of {images.name}", force=True)
                report.between()
            executor = report.executor if report else None
            made = features_of(workspace, models, images, card, executor=executor) if models else read_features(workspace, images, card)
            features.append(made)

        def on_share(percent: int) -> None:
            if report:
                report.at(before + percent, total, f"UMAP of {sum(map(len, rows)):,} images, {percent} %")
                report.between()

        on_share(0)
        points = _points(sets, features, rows, seed, on_share)
        workspace.derived.write_table(key, "projection", points, [s.id for s in sets])
    return _described(points, sets)


def _sets(workspace: Workspace, set_ids: Sequence[str]) -> list[ImageSet]:
    """The sets, each once, in an order that does not depend on how they were named."""
    if not set_ids:
        raise NotPossible("No set was named.")
    found = {s.id: s for s in (workspace.sets.open(i) for i in set_ids)}
    return sorted(found.values(), key=lambda s: (s.kind, s.id))


def thinned(sets: Sequence[ImageSet], limit: int) -> list[np.ndarray]:
    """The rows of each set that its map holds."""
    sizes = [len(s) for s in sets]
    return [evenly(size, share) for size, share in zip(sizes, even_shares(sizes, limit), strict=True)]


def _points(
    sets: Sequence[ImageSet], features: Sequence[FeatureSet], rows: Sequence[np.ndarray], seed: int, on_share: Callable[[int], None]
) -> pd.DataFrame:
    values = np.concatenate([f.take(r).values for f, r in zip(features, rows, strict=True)])  # (N, D)
    if len(values) < FEWEST:
        raise NotPossible(f"UMAP needs at least {FEWEST} images; there are {len(values)}.", "Add images, or further sets, to the map.")
    first, equal_to = _first_equals(values)
    if first.sum() < FEWEST:
        raise NotPossible(
            f"UMAP needs at least {FEWEST} different images; among these {len(values)} there are {first.sum()}.",
            "The others repeat them: add images, or further sets, to the map.",
        )
    fitted = np.concatenate([_spread(len(r), min(1.0, FITTED / len(values)), seed) for r in rows])
    at = np.empty((len(values), 2), np.float32)
    shown = np.flatnonzero(fitted & first)
    at[shown] = _fit(values[shown], features[0].distance, seed, on_share)
    rest = np.flatnonzero(~fitted & first)
    if len(rest):
        distance = features[0].distance
        near = FeatureSet(values[rest], distance=distance).neighbours(FeatureSet(values[shown], distance=distance), PLACED_BY)
        weights = 1 / (near[0] + 1e-6)
        at[rest] = (at[shown][near[1]] * (weights / weights.sum(axis=1, keepdims=True))[..., None]).sum(axis=1)
    at = at[equal_to]
    return pd.DataFrame(
        {
            "x": at[:, 0], "y": at[:, 1], "set_id": np.repeat([s.id for s in sets], [len(r) for r in rows]),
            "image_id": np.concatenate([s.table["image_id"].to_numpy()[r] for s, r in zip(sets, rows, strict=True)]),
            "placed": np.where(fitted, "fitted", "interpolated"),
        }
    )  # fmt: skip


def _first_equals(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # (N,) bool, (N,) int
    """Which rows are the first of their kind, and for each row which that is: equal images lie at one point."""
    content = FeatureSet(values).content
    rows, inverse = np.unique(content, return_index=True, return_inverse=True)[1:]
    first = np.zeros(len(values), bool)
    first[rows] = True
    return first, rows[inverse]


def _spread(count: int, share: float, seed: int) -> np.ndarray:  # (count,) bool
    """An even share of a set's rows, at least 200 of them (small synthetic sets are always fitted whole)."""
    wanted = min(count, max(int(np.ceil(count * share)), 200))
    chosen = np.zeros(count, bool)
    chosen[np.random.default_rng(seed).permutation(count)[:wanted]] = True
    return chosen


class _Epochs:
    """Stands for the terminal on which UMAP draws its progress bar: the only place where it lets anybody in while it computes."""

    def __init__(self, on_share: Callable[[int], None]) -> None:
        self._on_share = on_share

    def write(self, text: str) -> None:
        """Hears the percentage; what is raised here ends the fit."""
        if text.strip().isdigit():
            self._on_share(int(text))

    def flush(self) -> None:
        """Nothing waits to be written."""


def _fit(values: np.ndarray, distance: Literal["euclidean", "hamming"], seed: int, on_share: Callable[[int], None]) -> np.ndarray:  # (N, 2)
    """The neighbours are exact and handed over: UMAP's own search is approximate and takes long to compile."""
    from umap import UMAP

    _keep_compiled()
    features = FeatureSet(values, distance=distance)
    distances, rows = features.neighbours(features, min(NEIGHBOURS, len(values) - 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fit = UMAP(
            n_neighbors=rows.shape[1], min_dist=0.1, metric=distance, random_state=seed, n_jobs=1,
            precomputed_knn=(rows, distances.astype(np.float32)),
            init="spectral" if len(values) > 50 else "random", tqdm_kwds={**BAR, "file": _Epochs(on_share)},
        )  # fmt: skip
        return np.asarray(fit.fit_transform(values), dtype=np.float32)


@cache
def _keep_compiled() -> None:
    """Lets numba keep on disk what UMAP runs here: left to itself, UMAP compiles for five seconds in every process that draws a map."""
    from umap import layouts, umap_

    for compiled in (layouts._nb_optimize_layout_euclidean_single_epoch, umap_.smooth_knn_dist, umap_.compute_membership_strengths):
        with suppress(RuntimeError):  # numba finds no folder that it may write
            compiled.enable_caching()


def _described(points: pd.DataFrame, sets: Sequence[ImageSet]) -> pd.DataFrame:
    """The points with what is known of their images."""
    parts = []
    for images in sets:
        part = points[points["set_id"] == images.id].reset_index(drop=True)
        rows = [images.rows_by_id[i] for i in part["image_id"].tolist()]
        part = pd.concat([part, images.table[["prompt", *FINDINGS]].iloc[rows].reset_index(drop=True)], axis=1)
        parts.append(part.assign(set_name=images.name, kind=images.kind, generator=images.meta.get("generator")))
    frame = pd.concat(parts, ignore_index=True)
    return PROJECTION.of(frame)
