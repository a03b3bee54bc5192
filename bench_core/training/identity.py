"""phantom-identity: which films show the same patient, learned on the frozen image tower of phantom-eye.

A Siamese network: both films of a patient go through the same weights, and their vectors are drawn together while those of other patients
are pushed away. Its patients are phantom-eye's own, in neither cohort of the study. Every film has findings of its own, so that a patient
is told by anatomy; and half of the films that it sees are spoiled or jittered, as a generator's are softer and noisier than real ones.

References:
    Packhäuser et al., Sci Rep 12:14851 (Siamese re-identification; theirs is a ResNet-50 with a linear layer on absolute differences).
    Chen et al., arXiv:2002.05709 (the loss: all other films of a large batch are strangers). A memory of earlier batches was tried and
    left: without a second, slow encoder the network learns to tell now from then, and nobody from anybody.
"""

from pathlib import Path
from typing import Any

import numpy as np

from bench_core.encoders.identity_networks import BUILD, build_identity, sixteenth
from bench_core.training import spoiling
from bench_core.training.eye_films import STUDIES
from bench_core.training.recipe import CHECKPOINTS, Average, Progress, Run, autocast, cosine, set_rate

VERSIONS = 2
"""Maps of each film that are kept: as it is, and spoiled."""
SCALE = 16.0  # sharpness of the softmax over cosines
SPOILED_SEED = 15


def seen_films(images: np.ndarray, version: int, start: int) -> np.ndarray:  # (B, 256, 256) float32
    """A batch of films as the network sees them: version 0 as they are, 1 with faults and jitter."""
    if version == 0:
        return images.astype(np.float32)
    rng = np.random.default_rng((SPOILED_SEED, start))
    return np.stack([spoiling.jitter(spoiling.spoil(film, spoiling.draw_faults(rng), rng), rng) for film in images]).astype(np.float32)


def keep_maps(tower: Any, images: np.ndarray, *, device: str = "cpu", batch: int = 32, on_progress: Progress | None = None) -> np.ndarray:
    """The tower's maps of all films in both versions (VERSIONS, N, 128, 16, 16) float16, a memory map that a killed run goes on with."""
    import torch

    folder = CHECKPOINTS / "phantom-identity"
    folder.mkdir(parents=True, exist_ok=True)
    path, state = folder / f"maps-{len(images)}.npy", folder / f"maps-{len(images)}.txt"
    shape = (VERSIONS, len(images), BUILD["into"], BUILD["side"], BUILD["side"])
    if not state.exists():
        np.lib.format.open_memmap(path, mode="w+", dtype=np.float16, shape=shape).flush()
        state.write_text("0")
    maps = np.load(path, mmap_mode="r+")
    with torch.inference_mode(), autocast(device):
        for start in range(int(state.read_text()), len(images), batch):
            rows = slice(start, start + batch)
            for version in range(VERSIONS):
                signal = torch.from_numpy(seen_films(images[rows], version, start))[:, None] / 127.5 - 1
                maps[version, rows] = sixteenth(tower, signal.to(device)).float().cpu().numpy()
            state.write_text(str(min(start + batch, len(images))))
            if on_progress:
                on_progress(start, len(images), "films seen by the frozen tower")
    kept: np.ndarray = maps
    return kept


def same_patient_loss(first: Any, second: Any, scale: float = SCALE) -> Any:
    """Cross-entropy of finding each film's mate among all films of the batch; unit vectors (P, D) of both films of each patient."""
    import torch
    from torch.nn import functional as F

    names, count = torch.cat([first, second]), len(first)
    alike = (scale * names @ names.T).fill_diagonal_(-1e4)
    return F.cross_entropy(alike, torch.arange(2 * count, device=names.device).roll(count))


def train_identity(run: Run, maps: np.ndarray, *, seed: int = 0, patients: int = 192, rate: float = 2e-3) -> Any:
    """Trains on maps whose rows are both films of one patient after another; returns the averaged network."""
    import torch

    torch.manual_seed(seed)
    network = build_identity(**BUILD).to(run.device)
    run.load({"network": network})
    rng = np.random.default_rng(seed + run.done)
    average = Average(network, 0.995)
    optimizer = torch.optim.AdamW(network.parameters(), lr=rate, weight_decay=0.05)
    count = maps.shape[1] // STUDIES
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        chosen = np.sort(rng.choice(count, min(patients, count), replace=False)) * STUDIES
        rows = np.concatenate([chosen, chosen + 1])
        seen = maps[rng.integers(0, VERSIONS, len(rows)), rows]
        with autocast(run.device):
            names = network(torch.from_numpy(seen).float().to(run.device))
        first, second = names.chunk(2)
        loss = same_patient_loss(first, second)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update(network)
        run.step(len(rows), loss=loss.item())
        if run.due():
            run.save({"network": average.module})
    run.save({"network": average.module})
    return average.module


def vectors(network: Any, tower: Any, images: np.ndarray, *, device: str = "cpu", batch: int = 50) -> np.ndarray:  # (N, names) float32
    """What the network says of films (N, 256, 256) uint8, in float32."""
    import torch

    out = []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            signal = torch.from_numpy(images[start : start + batch].astype(np.float32))[:, None] / 127.5 - 1
            out.append(network(sixteenth(tower, signal.to(device))).cpu().numpy())
    return np.concatenate(out)


def open_tower(folder: Path) -> Any:
    """The committed image tower of phantom-eye, frozen."""
    import json

    from safetensors.torch import load_file

    from bench_core.encoders.eye_networks import build_eye

    tower = build_eye(**json.loads((folder / "config.json").read_text(encoding="utf-8"))["image"])
    tensors = load_file(folder / "model.safetensors")
    tower.load_state_dict({key.removeprefix("eye."): v.float() for key, v in tensors.items() if key.startswith("eye.")})
    return tower.eval().requires_grad_(False)
