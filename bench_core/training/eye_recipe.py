"""The recipe of phantom-eye: which films, how many samples, and how what was learned becomes an encoder's folder."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from bench_core.config import PROJECT
from bench_core.training.films import Films
from bench_core.training.recipe import Run, save_half

EYE = PROJECT / "bench_core" / "encoders" / "weights" / "phantom-eye"
SAMPLES = 300_000
LEVELLED = 1_000
"""Films without faults from whose features the halves are centred and brought to one scale."""


def recipe_eye(**how: Any) -> Path:
    """phantom-eye; renders its films first, where they are not there."""
    from bench_core.training import eye, eye_films, text

    tick = how["on_progress"]
    progress = (lambda *_: tick(0, 1, "rendering films")) if tick else None
    films, traits = eye_films.render_eye_films(on_progress=progress)
    chosen = {key: how[key] for key in ("device", "resume", "minutes", "on_progress")}
    tokenizer = text.train_tokenizer(films.table["prompt"])
    parts = eye.train_eye(Run("phantom-eye", how.get("samples") or SAMPLES, **chosen), films, traits, tokenizer)
    return write_eye(parts, tokenizer, films)


def level(parts: Any, films: Films, count: int = LEVELLED) -> None:
    """Centres the features of films without faults and scales either half to a variance of 1 a number on average, in place.

    Distances then weigh what a report can say and what only the film shows alike. The text tower gets the same shift and scale.
    """
    import torch

    rows = np.linspace(0, films.ready - 1, min(count, films.ready)).astype(int)
    device = next(parts.parameters()).device
    eye, reader = parts["eye"].eval(), parts["reader"]
    seen = []
    with torch.inference_mode():
        for start in range(0, len(rows), 50):
            signal = torch.from_numpy(films.images[rows[start : start + 50]].astype(np.float32))[:, None] / 127.5 - 1
            seen.append(eye(signal.to(device))[0].float())
    features, said = torch.cat(seen), reader.project.out_features
    mean, scale = features.mean(0), torch.ones(features.shape[1], device=device)
    for half in (slice(0, said), slice(said, None)):
        scale[half] = features[:, half].var(0).mean().sqrt()
    with torch.no_grad():
        for layer, part in ((eye.project, slice(None)), (reader.project, slice(0, said))):
            layer.weight /= scale[part, None]
            layer.bias.copy_((layer.bias - mean[part]) / scale[part])


def open_reader() -> tuple[Any, Any]:
    """The committed text tower, a transformers CLIPTextModel without its projection, and its tokenizer."""
    from safetensors.torch import load_file
    from transformers import CLIPTokenizer

    from bench_core.encoders.eye_networks import build_reader

    reader = build_reader(**json.loads((EYE / "config.json").read_text(encoding="utf-8"))["text"])
    tensors = load_file(EYE / "model.safetensors")
    reader.load_state_dict({key.removeprefix("reader."): v.float() for key, v in tensors.items() if key.startswith("reader.")})
    return reader.tower.eval(), CLIPTokenizer.from_pretrained(str(EYE))


def write_eye(parts: Any, tokenizer: Any, films: Films) -> Path:
    """Writes towers, their sizes and the tokenizer where the card looks."""
    from bench_core.encoders.eye_networks import BUILD

    level(parts, films)
    towers = {f"{name}.{key}": value for name in ("eye", "reader") for key, value in parts[name].state_dict().items()}
    save_half(towers, EYE / "model.safetensors")
    config = {"image": BUILD, "text": {"vocabulary": len(tokenizer), "said": BUILD["said"]}}
    (EYE / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    tokenizer.save_pretrained(str(EYE))
    return EYE
