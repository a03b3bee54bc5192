"""The recipe of phantom-identity: which films, how many samples, how what was learned becomes an encoder's folder, and what it is worth."""

import json
from pathlib import Path
from typing import Any

from bench_core.config import PROJECT
from bench_core.encoders.identity_networks import BUILD
from bench_core.training.eye_recipe import EYE
from bench_core.training.recipe import Run, save_half

IDENTITY = PROJECT / "bench_core" / "encoders" / "weights" / "phantom-identity"
SAMPLES = 400_000


def recipe_identity(**how: Any) -> Path:
    """phantom-identity; renders phantom-eye's films and looks at them through its tower first, where that is not done."""
    from bench_core.training import eye_films, identity

    films, _ = eye_films.render_eye_films(on_progress=how["on_progress"])
    tower = identity.open_tower(EYE).to(how["device"])
    maps = identity.keep_maps(tower, films.images, device=how["device"], on_progress=how["on_progress"])
    chosen = {key: how[key] for key in ("device", "resume", "minutes", "on_progress")}
    return write(identity.train_identity(Run("phantom-identity", how.get("samples") or SAMPLES, **chosen), maps))


def write(network: Any) -> Path:
    """Writes the network and its sizes where the card looks."""
    save_half(network, IDENTITY / "model.safetensors")
    (IDENTITY / "config.json").write_text(json.dumps({"network": BUILD}, indent=1) + "\n", encoding="utf-8")
    return IDENTITY
