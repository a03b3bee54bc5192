"""A small writer of reports: a decoder of transformers that is given the features of a film in front of the words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench_core.arms.materials import Stage

_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*|[^\sa-z0-9]")
PAD, BEGIN, END, UNKNOWN = range(4)
PREFIX = 2
"""Places in front of the words that hold the film."""


@dataclass(frozen=True)
class WriterTraining:
    """How every arm is trained: equally many steps with equally large batches; the rate falls to 0 as a cosine, without early stopping."""

    steps: int = 300
    batch: int = 64
    rate: float = 2e-3
    width: int = 96
    layers: int = 2
    longest: int = 64


class Vocabulary:
    """Words and marks of training reports, in lower case, by how often they occur; a word that only one report has is unknown."""

    def __init__(self, texts: Sequence[str], longest: int) -> None:
        counts: dict[str, int] = {}
        for text in texts:
            for word in set(_WORD.findall(text.lower())):
                counts[word] = counts.get(word, 0) + 1
        self.words = ["", "", "", "", *sorted((w for w, n in counts.items() if n > 1), key=lambda w: (-counts[w], w))]
        self._number = {word: i for i, word in enumerate(self.words) if i > UNKNOWN}
        self._longest = longest

    def __len__(self) -> int:
        return len(self.words)

    def numbers(self, texts: Sequence[str]) -> np.ndarray:  # (N, L) int64
        """Each text as BEGIN, its words, END, then PAD; what is longer is cut."""
        rows = [[self._number.get(w, UNKNOWN) for w in _WORD.findall(text.lower())][: self._longest - 2] for text in texts]
        out = np.full((len(rows), max((len(row) for row in rows), default=0) + 2), PAD)
        for place, row in zip(out, rows, strict=True):
            place[: len(row) + 2] = [BEGIN, *row, END]
        return out

    def text(self, numbers: Sequence[int]) -> str:
        """The words up to the end, marks set to the word before."""
        words = []
        for number in numbers:
            if number == END:
                break
            words += [self.words[number]] if number > UNKNOWN else []
        return re.sub(r" ([.,;:)])", r"\1", " ".join(words))


def written_reports(
    pool: np.ndarray,
    texts: Sequence[str],
    stages: Sequence[Stage],
    tested: np.ndarray,
    vocabulary: Vocabulary,
    how: WriterTraining,
    seed: int,
) -> list[str]:  # (N, D), N texts, ..., (T, D) -> T texts
    """Learns from rows of features and their reports, as the stages say, and writes the likeliest word after word for other films."""
    import torch
    from torch.nn import functional

    rows = np.concatenate([stage.rows for stage in stages])
    mean, spread = pool[rows].mean(axis=0), pool[rows].std(axis=0)
    spread = np.where(spread > 1e-6, spread, np.inf)
    x, asked = (torch.as_tensor((values - mean) / spread, dtype=torch.float32) for values in (pool, tested))
    words = torch.as_tensor(vocabulary.numbers(texts))
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        net = _writer(pool.shape[1], len(vocabulary), how).train()
        optimiser = torch.optim.AdamW(net.parameters(), lr=how.rate, weight_decay=0.01)
        rate = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, how.steps)
        rng = np.random.default_rng(seed)
        for stage in stages:
            for _ in range(round(how.steps * stage.share)):
                chosen = torch.as_tensor(rng.choice(stage.rows, how.batch))
                said = words[chosen]
                said = said[:, : int((said != PAD).sum(1).max())]
                logits = net["decoder"](inputs_embeds=_before(net, x[chosen], said[:, :-1])).logits[:, PREFIX:]
                loss = functional.cross_entropy(logits.flatten(0, 1), said[:, 1:].flatten(), ignore_index=PAD)
                optimiser.zero_grad(set_to_none=True)
                loss.backward()  # type: ignore[no-untyped-call]
                torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimiser.step()
                rate.step()
        return [vocabulary.text(row) for row in _greedy(net.eval(), asked, how.longest)]


def _writer(inputs: int, words: int, how: WriterTraining) -> Any:
    from torch import nn
    from transformers import GPT2Config, GPT2LMHeadModel

    config = GPT2Config(
        vocab_size=words, n_positions=how.longest + PREFIX, n_embd=how.width, n_layer=how.layers, n_head=4, bos_token_id=BEGIN,
        eos_token_id=END, pad_token_id=PAD,
    )  # fmt: skip
    return nn.ModuleDict({"film": nn.Linear(inputs, PREFIX * how.width), "decoder": GPT2LMHeadModel(config)})


def _before(net: Any, films: Any, words: Any) -> Any:  # (B, D), (B, L) -> (B, PREFIX + L, width)
    """The film, then the words so far."""
    import torch

    said = net["decoder"].transformer.wte(words)
    return torch.cat([net["film"](films).view(len(films), PREFIX, -1), said], 1)


def _greedy(net: Any, films: Any, longest: int) -> list[list[int]]:
    import torch

    with torch.inference_mode():
        begin = torch.full((len(films), 1), BEGIN)
        given, past, said, ended = _before(net, films, begin), None, [], torch.zeros(len(films), dtype=torch.bool)
        for _ in range(longest - 2):
            step = net["decoder"](inputs_embeds=given, past_key_values=past, use_cache=True)
            past, word = step.past_key_values, step.logits[:, -1].argmax(1)
            said.append(word)
            ended |= word == END
            if ended.all():
                break
            given = net["decoder"].transformer.wte(word[:, None])
        rows: list[list[int]] = torch.stack(said, 1).tolist()
        return rows
