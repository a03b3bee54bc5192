"""The generators' text encoder: phantom-eye's text tower, trained on until it can say which finding is on which side, and how severe.

Contrast with films teaches sides slowly. Here the tower reads reports alone and tells findings, sides, devices, view and severities
from the state of the end token and from that of the last position (which a UNet's cross-attention sees, too).
"""

import json
from typing import Any

import numpy as np
import pandas as pd

from bench_core.data import FINDINGS
from bench_core.training.recipe import Average, Run, autocast, cosine, set_rate
from bench_core.training.text import token_ids

SEVERITIES = ("mild", "moderate", "severe")


def severities(table: pd.DataFrame) -> np.ndarray:  # (N, 14 * 3) float32
    """Which finding is shown with which severity."""
    rows = [{(f["name"], f["severity"]) for f in json.loads(details)} for details in table["details"]]
    return np.asarray([[(name, grade) in row for name in FINDINGS for grade in SEVERITIES] for row in rows], np.float32)


def train_text_tower(
    run: Run, tower: Any, tokenizer: Any, texts: list[str], targets: np.ndarray, *, seed: int = 0, rate: float = 1e-3
) -> Any:
    """Trains a CLIPTextModel on reports and what they say (N, T); returns its averaged weights."""
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed)
    head = torch.nn.Linear(tower.config.hidden_size, targets.shape[1])
    both = torch.nn.ModuleDict({"tower": tower, "head": head}).to(run.device).train()
    run.load({"text": both})
    rng = np.random.default_rng(seed + run.done)
    average = Average(both, 0.99)
    optimizer = torch.optim.AdamW(both.parameters(), lr=rate, weight_decay=0.02)
    ids, goal, steps = token_ids(tokenizer, texts).to(run.device), torch.from_numpy(targets).to(run.device), 0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        rows = rng.integers(0, len(ids), 64)
        with autocast(run.device):
            read = tower(ids[rows])
            said, last = head(read.pooler_output), head(read.last_hidden_state[:, -1])
        first, second = (F.binary_cross_entropy_with_logits(guess.float(), goal[rows]) for guess in (said, last))
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(first + second)
        torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
        optimizer.step()
        average.update(both)
        run.step(len(rows), end_token=first.item(), last_token=second.item())
        steps += 1
        if steps % 200 == 0:
            run.save({"text": average.module})
    run.save({"text": average.module})
    return average.module["tower"]
