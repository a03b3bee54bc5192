"""Several readers, several cases: means over readers and differences of generators or modalities, from a frame of answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from bench_core.frames.reader_statistics import READER_DIFFERENCES, READER_MEANS
from bench_core.readers import obuchowski_rockette, u_statistics
from bench_core.readers.accuracy import share
from bench_core.readers.covariances import Way, covariances, sample_covariance
from bench_core.readers.holm import holm
from bench_core.readers.obuchowski_rockette import SCOPES, Estimate
from bench_core.readers.readings import Readings

METHODS: dict[str, Way] = {"OR jackknife": "jackknife", "OR DeLong": "delong", "OR U-statistic": "u_statistic"}
ONE_SHOT = "U-statistic"
_NAMED = 5


@dataclass(frozen=True)
class Panel:
    """Ratings of one question as arrays with the names of what lies along them.

    Attributes:
        slice: what the modalities are: `all`, `generator` or `modality`.
    """

    slice: str
    modalities: tuple[str, ...]
    readers: tuple[str, ...]
    positives: tuple[str, ...]
    negatives: tuple[str, ...]
    readings: Readings


def panels(answers: pd.DataFrame) -> list[Panel]:
    """All films together; the generators, where there are several, each with all real films; the modalities, where the study has several.

    A study that asked for a side only has 1 (synthetic), 1/2 (unsure) and 0 for ratings.
    """
    asked = answers[(answers["question"] == "real_or_synthetic") & (answers["block"] == "main") & (answers["truth"] != "")].copy()
    if asked["rating"].isna().all():
        asked["rating"] = asked["choice"].map({"synthetic": 1.0, "unsure": 0.5, "real": 0.0})
    asked = asked[asked["rating"].notna()]
    if not len(asked):
        return []
    if asked["modality"].nunique() > 1:
        return [_panel("modality", dict(iter(asked.groupby("modality", sort=True))))]
    found = [_panel("all", {"": asked})]
    generators = sorted({name for name in asked.loc[asked["truth"] == "synthetic", "generator"] if name})
    if len(generators) > 1:
        real = asked["truth"] == "real"
        found.append(_panel("generator", {name: asked[real | (asked["generator"] == name)] for name in generators}))
    return found


def _panel(slice_of: str, parts: dict[str, pd.DataFrame]) -> Panel:
    together = pd.concat(parts.values())
    readers = sorted(together["reader"].unique())
    sides = []
    for side in ("synthetic", "real"):
        cases = sorted(together.loc[together["truth"] == side, "case_id"].unique())
        arms = [
            own[own["truth"] == side].pivot_table(index="reader", columns="case_id", values="rating", aggfunc="first", observed=True)
            for own in parts.values()
        ]
        sides.append((tuple(cases), np.stack([arm.reindex(index=readers, columns=cases).to_numpy(float) for arm in arms])))
    (positives, positive), (negatives, negative) = sides
    return Panel(slice_of, tuple(parts), tuple(readers), positives, negatives, Readings(positive, negative))


def why_not_crossed(panel: Panel) -> str:
    """What is missing for every reader to have read every case of each modality, in a sentence; empty where nothing is."""
    gaps = []
    for place, modality in enumerate(panel.modalities):
        for ratings, cases in ((panel.readings.positive, panel.positives), (panel.readings.negative, panel.negatives)):
            unread = np.isnan(ratings[place])  # (R, cases)
            unread &= ~unread.all(0)
            for reader, row in zip(panel.readers, unread, strict=True):
                gaps += [(reader, modality, case) for case in np.asarray(cases)[row]]
    lacking: dict[tuple[str, str], list[str]] = {}
    for reader, modality, case in gaps:
        lacking.setdefault((reader, modality if panel.slice == "modality" else ""), []).append(case)
    if not lacking:
        return ""
    said = []
    for (reader, modality), unread_cases in sorted(lacking.items()):
        unique = sorted(set(unread_cases))
        names = ", ".join(unique[:_NAMED]) + (f" and {len(unique) - _NAMED} more" if len(unique) > _NAMED else "")
        under = f" under {modality}" if modality else ""
        said.append(f"{reader} has no rating of {len(unique)} case{'s' * (len(unique) != 1)}{under} ({names})")
    return f"The study is not fully crossed: {'; '.join(said)}."


def reader_means(answers: pd.DataFrame, level: float = 0.95, arrays: Sequence[Panel] | None = None) -> pd.DataFrame:
    """`READER_MEANS`: areas by four methods and all scopes; shares right by Obuchowski and Rockette's, over films that two readers share.

    The three with Obuchowski and Rockette's analysis need a fully crossed study (`why_not_crossed`); the one-shot method takes any.
    `arrays` are the panels of these answers, where they are made already.
    """
    rows = []
    for panel in panels(answers) if arrays is None else arrays:
        crossed = not why_not_crossed(panel)
        for place, name in enumerate(panel.modalities):
            one = panel.readings.of([place])
            sizes = _sizes(one)
            fewest = min(sizes["n_synthetic"], sizes["n_real"])
            base = {"slice": panel.slice if name else "all", "value": name, **sizes}
            for method, found, scope in _areas(one, crossed, level) if fewest else ():
                ended = at_an_end(found, fewest, level)
                rows.append({**base, "figure": "auc", "method": method, "scope": scope, "null": 0.5, **_row(ended)})
    return READER_MEANS.of([*rows, *_shares(answers, level)])


def _sizes(one: Readings) -> dict[str, int]:
    read = [~np.isnan(side[0]) for side in (one.positive, one.negative)]
    readers = int((read[0].any(-1) | read[1].any(-1)).sum())
    return {"readers": readers, "n_synthetic": int(read[0].any(0).sum()), "n_real": int(read[1].any(0).sum())}


def _areas(one: Readings, crossed: bool, level: float) -> list[tuple[str, Estimate, str]]:
    found = []
    if crossed:
        for method, way in METHODS.items():
            covariance = covariances(one, way)
            for scope in SCOPES:
                found.append((method, obuchowski_rockette.mean_over_readers(one.areas[0], covariance, scope, level=level), str(scope)))
    if int(np.isfinite(one.areas).sum()) > 1:
        found.append((ONE_SHOT, u_statistics.mean_area(one, 0, level=level), "readers and cases"))
    return found


def _row(found: Estimate) -> dict[str, float]:
    return {
        "mean": float(found.value), "se": float(found.se), "df": float(found.df), "low": float(found.low), "high": float(found.high),
        "p_value": float(found.p_value),
    }  # fmt: skip


def _shares(answers: pd.DataFrame, level: float) -> list[dict[str, object]]:
    """Accuracy, sensitivity, specificity and right choices, averaged over readers."""
    main = answers[(answers["block"] == "main") & (answers["truth"] != "")]
    sided = main[(main["question"] == "real_or_synthetic") & main["choice"].isin(["real", "synthetic"])]
    chosen = main[main["question"] == "which_is_real"]
    figures = {
        "accuracy": (sided, np.nan), "sensitivity": (sided[sided["truth"] == "synthetic"], np.nan),
        "specificity": (sided[sided["truth"] == "real"], np.nan),
        "choice": (chosen, float((1 / chosen["options"]).mean()) if len(chosen) else np.nan),
    }  # fmt: skip
    rows: list[dict[str, object]] = []
    for figure, (own, null) in figures.items():
        for name, part in own.groupby("modality", sort=True):
            right = (part["choice"] == part["truth"]).astype(float)
            table = part.assign(right=right).pivot_table(index="reader", columns="case_id", values="right", aggfunc="first").to_numpy(float)
            real = int(part.loc[part["truth"] == "real", "case_id"].nunique()) if figure != "choice" else part["case_id"].nunique()
            sizes = {"readers": len(table), "n_real": real, "n_synthetic": int(part["case_id"].nunique()) - real}
            base = {"slice": "modality" if name else "all", "value": name, "figure": figure, "method": "OR shared cases", **sizes}
            for scope in SCOPES:
                found = mean_share(table, scope, null=null, level=level)
                rows.append({**base, "scope": str(scope), "null": null, **_row(found)})
    return rows


def mean_share(right: np.ndarray, scope: obuchowski_rockette.Scope = "readers and cases", *, null: float, level: float = 0.95) -> Estimate:
    """Mean over readers of the share of cases that are 1 in an array (R, cases) of 0, 1 and NaN.

    Where it is 0 or 1 its interval is the exact one of as many cases as there are, whoever read them.
    """
    read = ~np.isnan(right)
    with np.errstate(invalid="ignore"):
        shares = np.where(read, right, 0).sum(1) / read.sum(1)
    covariance = sample_covariance(np.where(read, right - shares[:, None], 0.0), read.astype(float))
    found = obuchowski_rockette.mean_over_readers(shares, covariance, scope, null=null, level=level)
    return at_an_end(found, int(read.any(0).sum()), level)


def at_an_end(found: Estimate, cases: int, level: float) -> Estimate:
    """The exact interval of that many cases, where a mean is 0 or 1 and has no spread to make one of."""
    if found.value not in (0.0, 1.0):
        return found
    _, low, high = share(round(float(found.value) * cases), cases, level)
    return replace(found, low=np.asarray(low), high=np.asarray(high))


def reader_differences(answers: pd.DataFrame, level: float = 0.95, arrays: Sequence[Panel] | None = None) -> pd.DataFrame:
    """`READER_DIFFERENCES` of the areas of each two generators, or modalities; none where there is one, or a reader lacks one of them."""
    rows: list[dict[str, object]] = []
    for panel in panels(answers) if arrays is None else arrays:
        if len(panel.modalities) < 2 or len(panel.readers) < 2:
            continue
        crossed = not why_not_crossed(panel) and bool(np.isfinite(panel.readings.areas).all())
        methods = list(METHODS) if crossed else []
        for method in [*methods, ONE_SHOT]:
            for scope in SCOPES if method != ONE_SHOT else SCOPES[:1]:
                rows += _differences(panel, method, scope, level)
    return READER_DIFFERENCES.of(rows)


def _differences(panel: Panel, method: str, scope: obuchowski_rockette.Scope, level: float) -> list[dict[str, object]]:
    pairs = [(i, j) for i in range(len(panel.modalities)) for j in range(i + 1, len(panel.modalities))]
    p_all = np.nan
    if method == ONE_SHOT:
        found = [u_statistics.area_difference(panel.readings, i, j, level=level) for i, j in pairs]
    else:
        parts = obuchowski_rockette.components(panel.readings.areas, covariances(panel.readings, METHODS[method]))
        found = [obuchowski_rockette.difference(parts, i, j, scope, level) for i, j in pairs]
        p_all = float(obuchowski_rockette.compare_modalities(parts, scope).p_value)
    corrected = holm([float(one.p_value) for one in found])
    rows: list[dict[str, object]] = []
    for (i, j), one, p in zip(pairs, found, corrected, strict=True):
        row = _row(one)
        rows.append(
            {
                "slice": panel.slice, "first": panel.modalities[i], "second": panel.modalities[j], "method": method, "scope": str(scope),
                "readers": len(panel.readers), "difference": row.pop("mean"), **row, "p_holm": p, "p_all": p_all,
            }
        )  # fmt: skip
    return rows
