"""What is known of the risk of each patient, and of prompts that a model knows by heart: the newest run of each."""

from typing import Any

import pandas as pd

from bench_core.engine.catalogue import encoder_card, generator_card
from bench_core.engine.keys import card_key
from bench_core.errors import UnknownName
from bench_core.frames import PATIENT_RISKS, PROMPT_PULLS, RISK_SHARES, WORD_PULLS
from bench_core.records import Reference
from bench_core.store.workspace import Workspace

RISK, PROMPTS = "patient risk", "prompt memory"
"""Kinds of the small values that say where tables are kept, and of the tables."""


def patient_risks(workspace: Workspace, reference: Reference) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`frames.PATIENT_RISKS` and `frames.RISK_SHARES` of a training set in an encoder's space; empty where nothing was found yet."""
    if reference.train is None:
        return PATIENT_RISKS.of([]), RISK_SHARES.of([])
    try:
        wanted = {
            "train": workspace.sets.find(reference.train),
            "encoder_key": card_key(encoder_card(workspace.config, reference.encoder)),
        }
    except UnknownName:
        return PATIENT_RISKS.of([]), RISK_SHARES.of([])
    tables = _newest(workspace, RISK, wanted["train"], wanted)
    return (PATIENT_RISKS.of(tables[0]), RISK_SHARES.of(tables[1])) if tables else (PATIENT_RISKS.of([]), RISK_SHARES.of([]))


def prompt_pulls(workspace: Workspace, generator: str, images: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """`frames.PROMPT_PULLS` and `frames.WORD_PULLS` of a generator and a set; empty where nothing was found yet."""
    try:
        set_id, key = workspace.sets.find(images), card_key(generator_card(workspace.config, generator))
    except UnknownName:
        return PROMPT_PULLS.of([]), WORD_PULLS.of([])
    tables = _newest(workspace, PROMPTS, set_id, {"images": set_id, "generator_key": key})
    return (PROMPT_PULLS.of(tables[0]), WORD_PULLS.of(tables[1])) if tables else (PROMPT_PULLS.of([]), WORD_PULLS.of([]))


def _newest(workspace: Workspace, kind: str, set_id: str, wanted: dict[str, Any]) -> tuple[pd.DataFrame, ...] | None:
    rows = [v for v in workspace.derived.values(kind, [set_id]).values() if all(v.get(name) == value for name, value in wanted.items())]
    for row in sorted(rows, key=lambda row: -row["made"]):
        tables = tuple(workspace.derived.table(key) for key in row["tables"])
        found = tuple(table for table in tables if table is not None)
        if len(found) == len(tables):
            return found
    return None
