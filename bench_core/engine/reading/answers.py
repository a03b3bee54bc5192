"""The answers of a study as a table; the truth is in it once the study is closed."""

from typing import Any

import pandas as pd

from bench_core.engine.reading.design import asked_of, truth_of
from bench_core.engine.reading.studies import design_of
from bench_core.frames import ANSWERS
from bench_core.store.workspace import Workspace

BLINDED = ("image_id", "image_set", "truth", "generator", "finding", "block", "repeat_of")
"""Columns that are empty as long as a study takes answers."""


def answers_table(workspace: Workspace, name_or_id: str, history: bool = False) -> pd.DataFrame:
    """`frames.ANSWERS`: the answers that stand; with `history` also those that were corrected later.

    Raises:
        UnknownName: there is no such study.
    """
    study = workspace.reading.study(name_or_id)
    design = design_of(study)
    asked = {(one.question, one.part): one for one in asked_of(design)}
    cases, readers = {case["id"]: case for case in study["cases"]}, {r["id"]: r for r in workspace.reading.readers(study["id"])}
    rows: list[dict[str, Any]] = []
    for answer in workspace.reading.answers(study["id"], history=history):
        reader, one = readers[answer["reader"]], asked[answer["question"], answer["part"]]
        case = cases[reader["sequence"][answer["position"] - 1]]
        film = case["films"][int(answer["choice"]) - 1 if one.question == "which_is_real" else 0]
        row = {
            **answer, "study": study["name"], "reader": reader["name"], "case_id": case["id"], "image_id": film["image"],
            "image_set": film["set_name"], "truth": truth_of(one, case), "generator": case["generator"], "finding": case["finding"],
            "block": case["block"], "repeat_of": case["repeat_of"], "options": design.films_a_case, "scale": one.scale,
            "answered_at": answer["created"],
        }  # fmt: skip
        rows.append(row if study["closed"] is not None else {**row, **dict.fromkeys(BLINDED, "")})
    return ANSWERS.of(rows)
