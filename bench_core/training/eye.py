"""phantom-eye: a convolutional image tower on whole films and a text tower in one space of 128 numbers.

The image tower learns at once what the simulator knows: findings, sides, severities, devices, view (from the half of the space that a
report can tell, which the text tower shares); the faults that the loader put in, the patient's anatomy, a small version of the film,
and who the patient is (from the other half); and each finding's mask on 32 x 32 cells. All heads are dropped afterwards.

References:
    Radford et al., arXiv:2103.00020 (contrast of films and reports). van den Oord et al., arXiv:1807.03748 (the patient, told from
    others in the batch and the last batches: He et al., arXiv:1911.05722, without their second encoder).
"""

from typing import Any

import numpy as np

from bench_core.encoders.eye_networks import BUILD, build_eye, build_reader
from bench_core.training import spoiling
from bench_core.training.arithmetic import ALL, EAGER
from bench_core.training.eye_films import STUDIES
from bench_core.training.eye_mosaics import Mosaics, mosaic_loss
from bench_core.training.films import Films
from bench_core.training.recipe import Average, Run, cosine, set_rate
from bench_core.training.text import token_ids
from bench_core.training.text_tower import severities

THUMBNAIL, NAMES, KEPT = 20, 48, 2048  # side of the small film, numbers that name a patient, films to be told apart from
LONG = 50_000  # samples from which on compiling the network is worth its half minute
PER_MOSAIC = 6  # whole films for one mosaic
WARPS = 144  # the last traits before blur and photons: smooth warps, hard to see and many
WEIGHTS = {
    "labels": 2.0, "read": 1.0, "match": 0.3, "cells": 3.0, "tiles": 2.0, "faults": 1.5, "traits": 1.0, "small": 1.5, "patient": 0.3,
}  # fmt: skip


class Goals:
    """What the heads learn, as tensors, row by row of the films."""

    def __init__(self, films: Films, traits: np.ndarray, tokenizer: Any, device: str) -> None:
        import torch

        self.films, self.device, self.mosaics = films, device, Mosaics(films)
        labels = np.concatenate([films.targets(), severities(films.table)], 1)
        share = labels.mean(0).clip(1e-3, 1)
        self.labels = torch.from_numpy(labels).to(device)
        self.labels_weight = torch.from_numpy(((1 - share) / share).clip(0.5, 4.0)).float().to(device)
        self.ids = token_ids(tokenizer, films.table["prompt"].tolist())
        self.length = (self.ids != self.ids[:, -1:]).sum(1) + 1
        self.prompts = films.table["prompt"].factorize()[0]
        first = slice(0, min(films.ready, 400))
        covered = films.cells[first].astype(np.float32).mean((0, 2, 3)) / 255
        weight = (((1 - covered) / covered.clip(1e-5)) ** 0.6).clip(1, 60)
        self.cells_weight = torch.from_numpy(weight).float()[:, None, None].to(device)
        self.traits, self.middle, self.spread = traits, traits[first].mean(0), traits[first].std(0) + 1e-6

    def draw(self, rng: np.random.Generator, patients: int) -> dict[str, Any]:
        """A batch: both films of some patients, with faults and jitter, and what is to be said of them."""
        import torch

        chosen = np.sort(rng.choice(self.films.ready // STUDIES, patients, replace=False)) * STUDIES
        rows = np.concatenate([chosen, chosen + 1])  # first all first films, then all second ones
        faults = [spoiling.draw_faults(rng) for _ in rows]
        spoiled = [spoiling.spoil(film, fault, rng) for film, fault in zip(self.films.images[rows], faults, strict=True)]
        mosaics, tiles = self.mosaics.draw(rng, max(1, len(rows) // PER_MOSAIC))
        jittered = [spoiling.jitter(film, rng) for film in (*spoiled, *mosaics)]  # a mosaic's shift is half a cell at most
        signal = torch.from_numpy(np.stack(jittered))[:, None] / 127.5 - 1
        who = (self.traits[rows] - self.middle) / self.spread
        told = np.stack([fault.told(float(blur)) for fault, blur in zip(faults, self.traits[rows, -2], strict=True)])
        clean = np.asarray([fault == spoiling.Faults() for fault in faults], np.float32)
        ids = self.ids[chosen][:, : int(self.length[chosen].max())]
        small = tiles.astype(np.float32) / 255
        arrays = {
            "cells": self.films.cells[rows].astype(np.float32) / 255, "tiles": small, "traits": who[:, :-2].astype(np.float32),
            "photons": who[:, -1].astype(np.float32), "told": told, "clean": clean,
            "same": self.prompts[chosen][:, None] == self.prompts[chosen],
        }  # fmt: skip
        batch = {name: torch.from_numpy(array).to(self.device) for name, array in arrays.items()}
        return {**batch, "signal": signal.to(self.device), "ids": ids.to(self.device), "labels": self.labels[rows]}


def build_heads(labels: int, traits: int) -> Any:
    """What only training needs, on either half of the features."""
    from torch import nn

    said, seen = BUILD["said"], BUILD["seen"]
    return nn.ModuleDict(
        {
            "labels": nn.Linear(said, labels), "faults": nn.Linear(seen, len(spoiling.FAULTS) + 1), "traits": nn.Linear(seen, traits),
            "small": nn.Linear(seen, THUMBNAIL * THUMBNAIL), "patient": nn.Linear(seen, NAMES, bias=False),
        }
    )  # fmt: skip


def match_loss(said: Any, read: Any, same: Any, scale: float = 14.0) -> Any:
    """Films and their reports, told from the others of the batch; films with the very same report are no negatives of each other."""
    import torch
    from torch.nn import functional as F

    logits = scale * F.normalize(said, dim=1) @ F.normalize(read, dim=1).T
    logits = logits.masked_fill(same & ~torch.eye(len(same), dtype=torch.bool, device=same.device), -1e4)
    goal = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, goal) + F.cross_entropy(logits.T, goal)) / 2


def patient_loss(names: Any, others: Any, scale: float = 10.0) -> Any:
    """Names (2 P, D) of both films of each patient, told from each other and from those of the last batches (K, D)."""
    import torch
    from torch.nn import functional as F

    first, second = names.chunk(2)
    goal = torch.arange(len(first), device=names.device)
    against = [scale * one @ torch.cat([other, others]).T for one, other in ((first, second), (second, first))]
    return (F.cross_entropy(against[0], goal) + F.cross_entropy(against[1], goal)) / 2


def losses(heads: Any, towers: tuple[Any, Any, Any], batch: dict[str, Any], others: Any, goals: Goals) -> tuple[dict[str, Any], Any]:
    """Every task's loss by name, and the names of the batch's patients.

    Args:
        towers: features of films and mosaics (B + M, D), logits of their masks (B + M, 14, 32, 32), features of the first half's
            reports (B / 2, said).
        others: names of the films before (K, NAMES).
    """
    from torch.nn import functional as F

    features, cells, read = (part.float() for part in towers)
    said_count, count = BUILD["said"], len(batch["cells"])
    features, signal = features[:count], batch["signal"][:count]
    said, seen = features[:, :said_count], features[:, said_count:]
    half, traits, faults = len(read), heads["traits"](seen), heads["faults"](seen)
    names = F.normalize(heads["patient"](seen), dim=1)
    small = F.interpolate(signal, (THUMBNAIL,) * 2, mode="area").flatten(1)
    off = (traits - batch["traits"]).pow(2)
    photons = ((faults[:, -1] - batch["photons"]).pow(2) * batch["clean"]).mean()
    said_loss = F.binary_cross_entropy_with_logits(heads["labels"](said), batch["labels"], pos_weight=goals.labels_weight)
    read_loss = F.binary_cross_entropy_with_logits(heads["labels"](read), batch["labels"][:half], pos_weight=goals.labels_weight)
    found = {
        "labels": said_loss,
        "read": read_loss,
        "match": match_loss(said[:half], read, batch["same"]),
        "cells": F.binary_cross_entropy_with_logits(cells[:count], batch["cells"], pos_weight=goals.cells_weight),
        "tiles": mosaic_loss(cells[count:], batch["tiles"]),
        "faults": F.smooth_l1_loss(faults[:, :-1], batch["told"], beta=0.3) + 0.2 * photons,
        "traits": off[:, :-WARPS].mean() + 0.5 * off[:, -WARPS:].mean(),
        "small": F.mse_loss(heads["small"](seen), small),
        "patient": patient_loss(names, others),
    }
    return found, names.detach()


def build_parts(vocabulary: int, labels: int, traits: int) -> Any:
    """Image tower, text tower and heads."""
    from torch import nn

    reader = build_reader(vocabulary=vocabulary, said=BUILD["said"])
    return nn.ModuleDict({"eye": build_eye(**BUILD), "reader": reader, "heads": build_heads(labels, traits)})


def train_eye(run: Run, films: Films, traits: np.ndarray, tokenizer: Any, *, seed: int = 0, batch: int = 24, rate: float = 2e-3) -> Any:
    """Trains both towers and returns their averaged weights (a module dict of `eye`, `reader` and `heads`).

    Args:
        films: rows come as the two films of one patient after another, see `eye_films`.
        traits: what makes each film's patient (N, T).
    """
    import torch

    torch.manual_seed(seed)
    goals = Goals(films, traits, tokenizer, run.device)
    parts = build_parts(len(tokenizer), goals.labels.shape[1], traits.shape[1] - 2).to(run.device)
    run.load({"parts": parts})
    trial = goals.draw(np.random.default_rng(0), batch // STUDIES)["signal"]
    look = run.settle(parts["eye"], lambda tower: tower(trial)[0].pow(2).mean(), ALL if run.total >= LONG else EAGER)
    rng = np.random.default_rng(seed + run.done)
    torch.manual_seed(seed + run.done)
    average = Average(parts, 0.998)
    optimizer = torch.optim.AdamW(parts.parameters(), lr=rate, weight_decay=0.05, betas=(0.9, 0.98))
    others = torch.empty(0, NAMES, device=run.device)
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        drawn = goals.draw(rng, batch // STUDIES)
        with run.cast():
            towers = (*look(drawn["signal"]), parts["reader"](drawn["ids"]))
        found, names = losses(parts["heads"], towers, drawn, others, goals)
        optimizer.zero_grad(set_to_none=True)
        sum(WEIGHTS[name] * loss for name, loss in found.items()).backward()
        torch.nn.utils.clip_grad_norm_(parts.parameters(), 2.0)
        optimizer.step()
        average.update(parts)
        others = torch.cat([names, others])[:KEPT]
        run.step(batch, **{name: loss.item() for name, loss in found.items()})
        if run.due():
            run.save({"parts": average.module})
    run.save({"parts": average.module})
    return average.module
