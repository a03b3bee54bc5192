"""What studies of utility found, for pages and the command line."""

from typing import Any

import numpy as np
import pandas as pd

from bench_core import registry
from bench_core.engine.answers.studied import studied
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.errors import UnknownName
from bench_core.frames import UTILITY, UTILITY_CURVES, UTILITY_GAINS
from bench_core.records import Reference
from bench_core.spec import UtilitySpec
from bench_core.store.workspace import Workspace

INDEX = "utility about"
"""Kind of the small values that say where the figures of a study are kept."""
SECONDS_A_TRAINING, SECONDS_OF_CHANGES = 0.9, 0.35
"""On two processor cores with the embedded study: a training with its figures; a film that is changed twice and encoded."""
SECONDS_ON_PIXELS = {"convnet": 24.0, "fine_tuned": 240.0}
"""The same of a training of 400 steps at 128 pixels, on one core: measured for the small network; a rough guess for others."""
ADDED = 200


def expected_utility(spec: UtilitySpec) -> float:
    """A rough guess of the seconds of a run with the small encoders that come with the program, before any was carried out."""
    arms = list(registry.arms()) if spec.arms is None else spec.arms
    cells = len(spec.shares) * len(spec.ratios or [1]) * len(arms) * spec.trainings
    if spec.classifier in SECONDS_ON_PIXELS:
        size = (spec.side / 128) ** 2 if spec.classifier == "convnet" else 1.0
        return cells * SECONDS_ON_PIXELS[spec.classifier] * size * spec.steps / 400
    changed = sum(name in ("altered", "reconstructed") for name in arms) * spec.trainings * ADDED
    return cells * SECONDS_A_TRAINING * max(1.0, spec.steps / 400) + changed * SECONDS_OF_CHANGES


def utility(workspace: Workspace, reference: Reference, classifier: str | None = None) -> pd.DataFrame:
    """`frames.UTILITY` of all sets that were studied against a reference; of equal questions the newest answer."""
    parts = [(about, workspace.derived.table(about["key"])) for about in _studies(workspace, reference)]
    tables = [_named(about, table) for about, table in parts if table is not None and classifier in (None, about["classifier"])]
    if not tables:
        return UTILITY.of([])
    found = pd.concat(tables[::-1], ignore_index=True)
    found = found[found["arm"].isin(list(registry.arms()))]
    return UTILITY.of(
        found.drop_duplicates(
            ["set_name", "classifier", "protocol", "tested_on", "arm", "share", "ratio", "measure", "finding"]
        ).reset_index(drop=True)
    )


def utility_curves(
    workspace: Workspace, reference: Reference, set_name: str, classifier: str, protocol: str = "corrected"
) -> pd.DataFrame:  # fmt: skip
    """`frames.UTILITY_CURVES` of the newest study of a set."""
    for about in reversed(_studies(workspace, reference)):
        if (about["set_name"], about["classifier"], about.get("protocol", "corrected")) == (set_name, classifier, protocol):
            table = workspace.derived.table(f"{about['key']}-curves")
            if table is not None:
                return UTILITY_CURVES.of(_named(about, table))
    return UTILITY_CURVES.of([])


def utility_gains(workspace: Workspace, reference: Reference) -> pd.DataFrame:
    """`frames.UTILITY_GAINS`: of every set and classifier, what its newest study says of these figures, beside what more real images gain.

    A gain and its null are of one study: another one may have taken other steps or added other numbers.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for about in reversed(_studies(workspace, reference)):
        table = workspace.derived.table(about["key"])
        if table is not None and about.get("protocol", "corrected") == "corrected":
            for row in _gains(_named(about, table)):
                found.setdefault((about["set_name"], about["classifier"], row["metric"]), row)
    return UTILITY_GAINS.of(list(found.values()))


def _gains(study: pd.DataFrame) -> list[dict[str, Any]]:
    """The figures that one study answers; of several ratios the first one that was asked."""
    mine = study[(study["measure"] == "auroc") & (study["tested_on"] == "") & (study["message"] == "")]
    shares = sorted(mine.loc[mine["arm"] == "augmented", "share"].unique())
    if not shares:
        return []
    asked = [("augmentation_gain", 1.0, "all")] if shares[-1] == 1 else []
    asked += [("low_data_gain", shares[0], "all")] if shares[0] < 1 else []
    asked += [("cross_task_gain", shares[0], "untold")]
    rows = []
    for metric, share, finding in asked:
        at = mine[(mine["share"] == share) & (mine["finding"] == finding)].drop_duplicates("arm").set_index("arm")
        if "augmented" in at.index:
            where = {"set_name": at["set_name"].iloc[0], "classifier": at["classifier"].iloc[0]}
            rows.append({"metric": metric, **where, "share": share, **_beside_null(at)})
    return rows


def _beside_null(arms: pd.DataFrame) -> dict[str, Any]:
    """The gain of real and synthetic images, and that of real and further real ones where it was trained."""
    mine, ends = arms.loc["augmented"], {"": "gain", "_low": "gain_low", "_high": "gain_high"}
    null = {f"null{end}": arms.at["more_real", column] if "more_real" in arms.index else np.nan for end, column in ends.items()}
    return {
        "value": mine["gain"], "low": mine["gain_low"], "high": mine["gain_high"], "n_real": mine["n_real"], "n_added": mine["n_added"],
        **null,
    }  # fmt: skip


def _named(about: dict[str, Any], table: pd.DataFrame) -> pd.DataFrame:
    """With what every row of a study has in common; one that was stored earlier knows one protocol and one test set."""
    known = {"set_name": about["set_name"], "classifier": about["classifier"], "protocol": about.get("protocol", "corrected")}
    return table.assign(**known, **({} if "tested_on" in table else {"tested_on": ""}))


def _studies(workspace: Workspace, reference: Reference) -> list[dict[str, Any]]:
    """See `studied`; of classifiers that learned in this encoder, or from films."""
    try:
        key = card_key(encoder_card(workspace.config, reference.encoder))
    except UnknownName:
        return []
    return [about for about in studied(workspace, INDEX, reference) if about["encoder_key"] in (key, None)]
