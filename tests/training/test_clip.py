"""The CLIP towers on a handful of films."""

from pathlib import Path

import numpy as np

from bench_core.training import clip, text
from bench_core.training.films import Films
from bench_core.training.recipe import Run


def test_clip_learns_and_its_parts_load(films: Films, folders: Path) -> None:
    tokenizer = text.train_tokenizer(films.table["prompt"])
    run = Run("clip", 160)
    model = clip.train_clip(run, films, tokenizer, batch=8)
    seen = clip.encode_images(model, films.images)
    assert seen.shape == (12, 64) and np.isfinite(seen).all()
    tower = clip.text_encoder(model)
    ids = text.token_ids(tokenizer, ["left effusion"])
    assert tower(ids).pooler_output.shape == (1, 128)
    read = clip.encode_texts(model, tokenizer, ["left effusion", "right effusion"])
    assert not np.allclose(read[0], read[1])
