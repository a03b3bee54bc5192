"""phantom-dp: a small generator trained on the private cohort with the patient as the unit of differential privacy.

What it may use without paying are the films of phantom-eye, whose patients are in neither cohort: their latents give the principal
components that it paints with. The private films say where each component lies for what a report says, and how widely it spreads: 5,000
weights or so, by `private` gradient descent. Reports are read by rules. The autoencoder that decodes stands outside of the guarantee unless
it, too, learned from other films: docs/models.md says which of the committed parts do.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench_core.generators.latent_networks import build_latent_gaussian
from bench_core.generators.rule_reading import LENGTH, read_by_rules
from bench_core.training.components import Components, find_components
from bench_core.training.private import Privacy, check_delta, draw_patients, noise_for, private_gradient
from bench_core.training.recipe import BUNDLED, CHECKPOINTS, Progress, Run, autocast, cosine, save_half

EPSILON, DELTA = 2.0, 1e-5
COMPONENTS, PUBLIC = 96, 500
RATE, STEPS, BOUND = 0.1, 300, 40.0
LEARNING = 0.2
SETTLED = 0.5  # share of the run after which weights are averaged


def keep_latents(vae: Any, images: np.ndarray, name: str, *, device: str = "cpu", on_progress: Progress | None = None) -> np.ndarray:
    """Latents of all films (N, C, H, W) float16 by an autoencoder of any number of channels: a memory map; a killed run goes on with it."""
    import torch

    folder = CHECKPOINTS / "phantom-dp"
    folder.mkdir(parents=True, exist_ok=True)
    path, state = folder / f"{name}.npy", folder / f"{name}.txt"

    def encode(start: int) -> np.ndarray:
        signal = torch.from_numpy(images[start : start + 8].astype(np.float32))[:, None] / 127.5 - 1
        found: np.ndarray = vae.encode(signal.to(device)).latent_dist.mode().float().cpu().numpy()
        scaled: np.ndarray = found * vae.config.scaling_factor
        return scaled

    with torch.inference_mode(), autocast(device):
        first = encode(0)
        if not state.exists() or np.load(path, mmap_mode="r").shape != (len(images), *first.shape[1:]):
            np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=(len(images), *first.shape[1:])).flush()
            state.write_text("0")
        kept: np.ndarray = np.load(path, mmap_mode="r+")
        for start in range(int(state.read_text()), len(images), 8):
            kept[start : start + 8] = encode(start)
            state.write_text(str(min(start + 8, len(images))))
            if on_progress:
                on_progress(start, len(images), f"{name} films encoded")
    return kept


def amplitudes_of(latents: np.ndarray, found: Components) -> np.ndarray:  # (N, C, H, W) -> (N, K) float32
    """Amplitudes of other films in components that were found elsewhere."""
    flat = latents.reshape(len(latents), -1).astype(np.float32) - found.mean
    amplitudes: np.ndarray = flat @ found.basis.T / found.share**2
    return amplitudes


def by_patient(subjects: pd.Series) -> tuple[np.ndarray, np.ndarray]:  # (P, F) rows, (P, F) 1 where there is a film
    """The rows of each patient's films, in as many places as the patient with most films needs."""
    groups = list(subjects.reset_index(drop=True).groupby(subjects.to_numpy(), sort=True).groups.values())
    places = max(map(len, groups))
    rows, there = np.zeros((len(groups), places), int), np.zeros((len(groups), places), np.float32)
    for patient, mine in enumerate(groups):
        rows[patient, : len(mine)], there[patient, : len(mine)] = mine, 1
    return rows, there


def film_loss(weights: Any, film: tuple[Any, Any]) -> Any:
    """Negative log-likelihood of one film's amplitudes (K,) given what its report says (T,), up to a constant."""
    true, said = film
    off = (true - weights["middle.weight"] @ said - weights["middle.bias"]) * (-weights["spread"]).exp()
    return (0.5 * off.pow(2) + weights["spread"]).sum()


def learn(run: Run, films: tuple[np.ndarray, np.ndarray], subjects: pd.Series, privacy: Privacy, *, seed: int = 0) -> dict[str, Any]:
    """Trains on amplitudes (N, K) and what the reports say (N, T); returns the weights, averaged over the settled part of the run.

    The seed of noise and patients must be secret where the guarantee is to hold against somebody who knows the recipe.

    Raises:
        InputError: delta is not below 1 / patients.
    """
    import torch

    rows, there = by_patient(subjects)
    check_delta(privacy.delta, len(rows))
    torch.manual_seed(seed)
    tensors = [torch.from_numpy(np.ascontiguousarray(values, np.float32)) for values in films]
    width, text = films[0].shape[1], films[1].shape[1]
    weights = {"middle.weight": torch.zeros(width, text), "middle.bias": torch.zeros(width), "spread": torch.zeros(width)}
    settled, count = {name: torch.zeros_like(value) for name, value in weights.items()}, 0
    size = privacy.rate * len(rows)
    for step, chosen in enumerate(draw_patients(np.random.default_rng(seed), len(rows), privacy)):
        batch = (tuple(values[rows[chosen]] for values in tensors), torch.from_numpy(there[chosen]))
        gradient = private_gradient(film_loss, weights, batch, privacy, size)
        for name, value in gradient.items():
            weights[name] = weights[name] - LEARNING * cosine(step / privacy.steps) * value
        if step >= SETTLED * privacy.steps:
            count += 1
            settled = {name: value + (weights[name] - value) / count for name, value in settled.items()}
        run.step(round(size), **{"mean spread": float(weights["spread"].exp().mean())})  # no loss: it would be a look at the films
    return settled


def write(folder: Path, found: Components, weights: dict[str, Any], shape: tuple[int, ...], facts: dict[str, float]) -> Path:
    """Writes network, sizes and what was spent where the card looks."""
    import torch

    arguments = {"code": len(found.basis), "text": LENGTH, "channels": shape[0], "side": shape[1]}
    network = build_latent_gaussian(**arguments)
    network.load_state_dict({**weights, "mean": torch.from_numpy(found.mean), "basis": torch.from_numpy(found.basis)})
    save_half(network, folder / "model.safetensors")
    config = {"network": "latent_gaussian", "arguments": arguments, "privacy": facts}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    return folder


def open_decoder(device: str) -> Any:
    """The autoencoder that the card of phantom-dp names."""
    import torch

    from bench_core.cards import generator_cards
    from bench_core.generators.pipeline_parts import load_part

    card = generator_cards()["phantom-dp"]
    return load_part(card, "vae", card.components["vae"], torch.float32).eval().to(device)


def gather(**how: Any) -> tuple[Components, np.ndarray, pd.DataFrame]:
    """Public components, and latents and table of the private cohort; films are rendered and encoded where they are not yet."""
    from bench_core import phantom
    from bench_core.training.eye_films import STUDIES, render_eye_films
    from bench_core.training.films import wait_for_films

    tick = how["on_progress"]
    public, _ = render_eye_films(on_progress=tick)
    films = wait_for_films(phantom.TRAIN_SEED, phantom.TRAIN_FILMS, phantom.TRAIN_FILMS)
    vae = open_decoder(how["device"])
    chosen = {"device": how["device"], "on_progress": tick}
    found = find_components(keep_latents(vae, public.images[: PUBLIC * STUDIES], "public", **chosen), COMPONENTS)
    return found, keep_latents(vae, films.images, "private", **chosen), films.table


def recipe_dp(epsilon: float = EPSILON, **how: Any) -> Path:
    """phantom-dp; a run that is stopped starts anew, because what it spent is spent."""
    found, latents, table = gather(**how)
    said = np.stack([read_by_rules(text) for text in table["prompt"]])
    patients = table["subject_id"].nunique()
    steps = STEPS if how.get("samples") is None else max(1, round(how["samples"] / (RATE * patients)))
    noise = noise_for(epsilon, delta=DELTA, rate=RATE, steps=steps)
    privacy = Privacy(RATE, steps, noise, BOUND, DELTA)
    run = Run("phantom-dp", steps * round(RATE * patients), device=how["device"], on_progress=how["on_progress"])
    run.load({})
    weights = learn(run, (amplitudes_of(latents, found), said), table["subject_id"], privacy)
    facts = {"epsilon": round(privacy.epsilon(), 4), "delta": DELTA, "rate": RATE, "steps": steps, "noise": noise, "bound": BOUND}
    return write(BUNDLED / "phantom-dp", found, weights, latents.shape[1:], {**facts, "patients": patients})
