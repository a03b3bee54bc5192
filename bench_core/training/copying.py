"""phantom-copy: a head on phantom-eye's frozen tower, trained in DeepSSIM's way on films of patients who are in no other cohort.

The cosine of two films is regressed, by mean squared error, on the structural similarity of their registered and z-scored pictures; pairs
are drawn evenly over it. For altered films the registration is known, because they were moved here; films of different studies or
patients are registered by way of the template. The tower stays as it is, so that every film passes it once.
"""

from pathlib import Path
from typing import Any

import numpy as np

from bench_core.alterations import grey, moving
from bench_core.registration.alignment import Plates, moved, onto_template, shrunk, template_of
from bench_core.registration.poses import Poses
from bench_core.training.recipe import LOGS, Progress, save_half

PATIENTS, VERSIONS = 500, 4
"""Patients with two films each, and altered versions of each film."""
PAIRS, STEPS, BATCH, RATE = 60_000, 3_000, 256, 1e-3
BINS = 20
"""Of structural similarity from 0 to 1: pairs are drawn evenly from those that have any."""
RANGE = 6.0
"""What z-scored films are taken to span, for the constants of structural similarity."""


def similarity(a: np.ndarray, b: np.ndarray) -> np.ndarray:  # (P, S, S) twice -> (P,)
    """Mean structural similarity of z-scored pictures (Wang 2004, doi:10.1109/TIP.2003.819861; Gaussian window of 1.5 pixels)."""
    from scipy.ndimage import gaussian_filter

    a, b = (x - x.mean(axis=(1, 2), keepdims=True) for x in (a, b))
    a, b = (x / np.maximum(x.std(axis=(1, 2), keepdims=True), 1e-6) for x in (a, b))

    def mean(x: np.ndarray) -> np.ndarray:
        local: np.ndarray = gaussian_filter(x, (0, 1.5, 1.5), mode="nearest")
        return local

    ma, mb = mean(a), mean(b)
    va, vb, shared = mean(a * a) - ma * ma, mean(b * b) - mb * mb, mean(a * b) - ma * mb
    low, high = (0.01 * RANGE) ** 2, (0.03 * RANGE) ** 2
    values = (2 * ma * mb + low) * (2 * shared + high) / ((ma * ma + mb * mb + low) * (va + vb + high))
    found: np.ndarray = values.mean(axis=(1, 2))
    return found


def altered(film: np.ndarray, other: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # (256, 256) uint8
    """The film with other grey levels, and the same moved: what is compared once registered, and what the network sees."""
    made = film
    chance = rng.random()
    if chance < 0.3:
        made = grey.blended(made, other, float(rng.uniform(5, 80)))
    elif chance < 0.45:
        made = grey.transplanted(made, other, left=bool(rng.random() < 0.5))
    if rng.random() < 0.4:
        made = grey.flatter(made, float(rng.uniform(0, 50)))
    if rng.random() < 0.3:
        made = grey.blurred(made, float(rng.uniform(0.5, 5)))
    if rng.random() < 0.4:
        made = grey.noisy(made, float(rng.uniform(2, 45)), rng)
    seen = made
    if rng.random() < 0.7:
        seen = moving.turned(seen, float(rng.uniform(-12, 12)), float(np.exp(rng.uniform(-0.05, 0.2))))
        seen = moving.shifted_anywhere(seen, float(rng.uniform(0, 20)), rng)
    return made, moving.mirrored(seen) if rng.random() < 0.3 else seen


class Pool:
    """All films and their versions: what the tower says of them, and small pictures to compare.

    Attributes:
        pooled: (N, pooled) float32. group: (N,) the film that each is of. home: (N, 64, 64) brought onto the template where they are.
        plain: (N, 64, 64) the film before it was moved, as all of its group lie.
    """

    def __init__(self, films: np.ndarray, versions: int, seed: int) -> None:
        rng = np.random.default_rng(seed)
        self.group = np.repeat(np.arange(len(films)), 1 + versions)
        self.plain = np.empty((len(self.group), 64, 64), np.float32)
        self.pooled = np.empty(0)
        self._films, self._rng, self._versions = films, rng, versions

    def fill(self, encoder: Any, on_progress: Progress | None) -> None:
        """Passes all films through the tower."""
        import torch

        from bench_core.encoders.backend import prepare
        from bench_core.encoders.eye_copy import pooled_maps

        encoder.load()
        eye, card, parts = encoder._model["eye"], encoder.card, []
        for row, film in enumerate(self._films):
            others = self._films[self._rng.integers(len(self._films), size=self._versions)]
            pairs = [(film, film), *(altered(film, other, self._rng) for other in others)]
            at = row * (1 + self._versions)
            self.plain[at : at + len(pairs)] = [shrunk(made) for made, _ in pairs]
            with torch.inference_mode():
                parts.append(pooled_maps(eye, torch.from_numpy(np.stack([prepare(seen, card) for _, seen in pairs]))[:, None]).numpy())
            if on_progress and row % 20 == 0:
                on_progress(row, len(self._films), "films through the tower")
        self.pooled = np.concatenate(parts)
        first = Plates.of(self.plain[:: 1 + self._versions])
        poses, _ = onto_template(first, Plates.of(template_of(first.films)[None]))
        again = np.repeat(np.arange(len(poses)), 1 + self._versions)
        self.home = moved(self.plain, Poses.take(poses, again))

    def pairs(self, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:  # (P, 2), (P,)
        """Pairs of one film, of one patient's two films and of strangers, a third each, with their structural similarity."""
        n, size = len(self.group), 1 + self._versions
        first = rng.integers(n, size=count)
        of, kind = first // size, rng.integers(3, size=count)
        strangers = rng.integers(len(self._films), size=count)
        other = np.where(kind == 0, of, np.where(kind == 1, of ^ 1, strangers))  # two films of a patient lie beside each other
        second = other * size + rng.integers(size, size=count)
        rows = np.stack([first, second], 1)[first != second]
        value = np.empty(len(rows))
        for start in range(0, len(rows), 1000):
            a, b = rows[start : start + 1000].T
            same = (self.group[a] == self.group[b])[:, None, None]
            value[start : start + 1000] = similarity(
                np.where(same, self.plain[a], self.home[a]), np.where(same, self.plain[b], self.home[b])
            )
        return rows, value


def evenly(value: np.ndarray, size: int, rng: np.random.Generator) -> np.ndarray:  # (size,) rows
    """Pairs drawn evenly over structural similarity."""
    bins = np.clip((value * BINS).astype(int), 0, BINS - 1)
    weight = 1 / np.bincount(bins, minlength=BINS)[bins]
    return rng.choice(len(value), size, p=weight / weight.sum())


def fit_head(pooled: np.ndarray, pairs: np.ndarray, value: np.ndarray, *, steps: int, seed: int = 0) -> Any:
    """The trained head, in evaluation mode; cosine annealing to 0."""
    import torch

    from bench_core.encoders.eye_copy import build_copy_head

    torch.manual_seed(seed)
    rng, head = np.random.default_rng(seed), build_copy_head()
    rows, goal = torch.from_numpy(pooled.astype(np.float32)), torch.from_numpy(value.astype(np.float32))
    head.norm.momentum = None  # the mean over all films, once
    with torch.no_grad():
        head.norm.train()(rows)
    optimiser = torch.optim.AdamW(head.parameters(), lr=RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    head.train()
    head.norm.eval()
    for _ in range(steps):
        chosen = evenly(value, BATCH, rng)
        a, b = (head(rows[pairs[chosen, side]]) for side in (0, 1))
        loss = ((a * b).sum(1) - goal[chosen]).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return head.eval()


def write_copy_head(folder: Path, *, on_progress: Progress | None = None, patients: int = PATIENTS, steps: int = STEPS) -> Path:
    """Trains the head, writes it, and logs how well cosines of patients who were left out follow structural similarity."""
    import csv

    import torch

    from bench_core.cards import BUNDLED_ENCODER, encoder_cards
    from bench_core.encoders import open_encoder
    from bench_core.training.eye_films import STUDIES, render_eye_films

    films, _ = render_eye_films(patients, on_progress=on_progress)
    pool = Pool(films.images[: patients * STUDIES], VERSIONS, seed=1)
    pool.fill(open_encoder(encoder_cards()[BUNDLED_ENCODER]), on_progress)
    pairs, value = pool.pairs(PAIRS, np.random.default_rng(2))
    left_out = (pool.group[pairs] >= 0.9 * len(pool.group) / (1 + VERSIONS)).any(axis=1)
    head = fit_head(pool.pooled, pairs[~left_out], value[~left_out], steps=steps)
    with torch.inference_mode():
        rows = head(torch.from_numpy(pool.pooled.astype(np.float32))).numpy()
    cosine = np.einsum("nd,nd->n", rows[pairs[:, 0]], rows[pairs[:, 1]])
    folder.mkdir(parents=True, exist_ok=True)
    save_half(head.state_dict(), folder / "model.safetensors")
    with (LOGS / "phantom-copy.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["pairs", "count", "root_mean_squared_error", "correlation"])
        for name, part in (("learned from", ~left_out), ("left out", left_out)):
            error = np.sqrt(np.mean((cosine[part] - value[part]) ** 2))
            writer.writerow([name, int(part.sum()), f"{error:.4f}", f"{np.corrcoef(cosine[part], value[part])[0, 1]:.4f}"])
    return folder
