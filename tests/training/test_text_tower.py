"""The text tower on a handful of reports."""

import numpy as np

from bench_core.encoders.eye_networks import build_reader
from bench_core.training import text
from bench_core.training.films import Films
from bench_core.training.recipe import Run


def test_text_tower_learns_sides(films: Films) -> None:
    from bench_core.training.text_tower import severities, train_text_tower

    grades = severities(films.table)
    assert grades.shape == (12, 42) and grades.sum() > 0
    tokenizer = text.train_tokenizer(films.table["prompt"])
    tower = build_reader(vocabulary=len(tokenizer), said=8).tower
    texts = ["left effusion", "right effusion"] * 6
    targets = np.tile(np.eye(2, dtype=np.float32), (6, 1))
    run = Run("text", 64 * 12)
    train_text_tower(run, tower, tokenizer, texts, targets)
    rows = run.log_rows()
    assert rows and float(rows[0]["end_token"]) > 0.3
    assert (run.folder / "text.safetensors").exists()
