"""What attacks on a diffusion model share: steps, noise, and in which words a record is asked for."""

from collections.abc import Iterator, Sequence

import numpy as np

from bench_core.data import FINDINGS
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.membership.targets import DiffusionModel

PARTS = 3


def step_of(model: DiffusionModel, at: float) -> int:
    """The step at a share of the time axis: 0.1 is step 100 of 1,000."""
    return min(len(model.alphas) - 1, round(at * len(model.alphas)))


def noised(model: DiffusionModel, latents: np.ndarray, step: int, noise: np.ndarray) -> np.ndarray:  # (N, ...) float32
    """Latents at a step; `noise` is one for all, or one each."""
    alpha = model.alphas[step]
    there: np.ndarray = (np.sqrt(alpha) * latents + np.sqrt(1 - alpha) * noise).astype(np.float32)
    return there


def moved(model: DiffusionModel, latents: np.ndarray, noise: np.ndarray, step: int, to: int) -> np.ndarray:  # (N, ...) float32
    """Latents carried from one step to another along the noise that the model sees (DDIM, arXiv:2010.02502, eq. 13), either way."""
    alpha = model.alphas[step]
    return noised(model, (latents - np.sqrt(1 - alpha) * noise) / np.sqrt(alpha), to, noise)


def draws_of(latents: np.ndarray, count: int, seed: int) -> Iterator[np.ndarray]:  # each (1, ...) float32
    """Noise, the same for all records: what differs between two of them is then no chance of the draw."""
    rng = np.random.default_rng(seed)
    for _ in range(count):
        yield rng.normal(size=(1, *latents.shape[1:])).astype(np.float32)


def per_record(values: np.ndarray) -> np.ndarray:  # (N, ...) -> (N,) float64
    """The mean over a record's numbers."""
    mean: np.ndarray = values.reshape(len(values), -1).mean(axis=1, dtype=np.float64)
    return mean


def captions(records: FeatureSet) -> list[str]:
    """What the model is told of each record: its report or prompt, else the names of its findings; nothing where neither is known."""
    table = None if records.images is None else records.images.table
    if table is not None and "prompt" in table and table["prompt"].notna().any():
        return list(table["prompt"].fillna("").astype(str).iloc[records.rows])
    return [", ".join(names) for names in finding_names(records)]


def finding_names(records: FeatureSet) -> list[list[str]]:
    """The positive findings of each record."""
    known = np.stack([records.label(finding) == 1 for finding in FINDINGS], axis=1)  # (N, F)
    return [[FINDINGS[column] for column in np.flatnonzero(row)] for row in known]


def reduced(text: str) -> list[str]:
    """A text with less in it, several ways: without one of its parts at a time, and the empty text last.

    Parts are the names of a list of findings (up to `PARTS`, in turn), else thirds of the words.
    """
    listed = [name.strip() for name in text.split(",")]
    whole, glue = (listed, ", ") if len(listed) > 1 and all(name in FINDINGS for name in listed) else (text.split(), " ")
    cuts = np.array_split(np.arange(len(whole)), PARTS)
    return [glue.join(word for place, word in enumerate(whole) if place not in set(cut.tolist())) for cut in cuts] + [""]


def need_words(model: DiffusionModel, texts: Sequence[str]) -> None:
    """Says that an attack on what a model was told has nothing to compare.

    Raises:
        NotPossible: the model reads no text, or no record has one.
    """
    if not getattr(model, "reads_text", True):
        raise NotPossible("This model reads no text, so nothing can be left out of what it is told.", "Use diffusion_loss, sima or secmi.")
    if not any(text.strip() for text in texts):
        raise NotPossible("No record has a report, a prompt or a finding.", "Import the sets with a column prompt, or with labels.")
