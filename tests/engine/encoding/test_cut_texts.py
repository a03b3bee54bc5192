"""Texts that an encoder reads only in part are said beside the numbers that read them, and beside the run."""

from pathlib import Path

import pandas as pd

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.engine.studies import evaluate
from tests.fakes import write_images

LONG = "No pleural effusion. " * 40


def test_cut_texts_are_said_where_texts_are_read(workspace: Workspace, tmp_path: Path) -> None:
    for number, (kind, texts) in enumerate(
        {"real": ["Edema.", "No edema."] * 6, "synthetic": ["Edema.", LONG, f"{LONG} Mass."] * 4}.items()
    ):
        names = write_images(tmp_path / kind, 12, seed=number, side=32)
        pd.DataFrame({"path": names, "prompt": texts}).to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    wanted = [api.Choice(id="image_text_alignment"), api.Choice(id="precision")]
    run = evaluate(api.EvaluateSpec(synthetic="synthetic", real="real", encoders=["phantom-eye"], metrics=wanted, intervals=False))
    said = "8 of the 12 synthetic texts are cut: the encoder reads their first 62 tokens"
    rows = api.run_results(run.id).set_index("metric")["message"]
    assert f"{said}." in rows["image_text_alignment"] and "cut" not in rows["precision"]
    assert f"warning: Phantom eye: {said}" in run.message and "real texts" not in run.message
