import hashlib
from typing import Annotated, Literal

import numpy as np
import pandas as pd
from pydantic import Field

from bench_core.data import FINDINGS, Score
from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.pictures import SIDE, pictures
from bench_core.metrics.structural_similarity import ms_ssim
from bench_core.registry import metric

AN_IMAGE = 3
"""Pairs an image at most: more hardly narrow the interval, which then comes from which images there are."""


@metric(
    title="MS-SSIM between images",
    family="variety",
    goal="minimize",
    bounds=(0, 1),
    paper="arXiv:1610.09585",
    heavy=True,
    slow_repeats=True,
    min_samples=2,
    needs=("images",),
    formula=r"\frac{1}{P} \sum_{(s, t)} \operatorname{MS\text{-}SSIM}(s, t)",
)
def ms_ssim_diversity(
    synthetic: FeatureSet,
    *,
    within: Annotated[
        Literal["all", "finding", "prompt"],
        Field(description="Pairs of any two images, of images that share a finding, or of images made from one prompt."),
    ] = "all",
    pairs: Annotated[int, Field(ge=1, le=100_000, description="Random pairs at most, and at most three an image.")] = 500,
    side: Annotated[int, Field(ge=176, le=1024, multiple_of=16, description="Images are shrunk to this side.")] = SIDE,
    draw: Annotated[int, Field(ge=0, description="Another number draws other pairs.")] = 0,
) -> Score:
    """Mean multi-scale structural similarity of random pairs of images: the lower, the more the images differ.

    Read it beside the same number of real images: blur and noise lower or raise it too, and badly positioned films look diverse. Does not
    depend on n. `within="prompt"` tells whether other seeds give other images; real images, one a report, have no null for it. The
    table has the mean by finding.

    Raises:
        TooFewImages: no such pair, no prompts or labels to find one by, or images smaller than `side`.

    References:
        Odena 2017, arXiv:1610.09585 (there 100 pairs a class at 128 x 128 and in colour), with MS-SSIM of Wang 2003, which needs sides
        above 160. Pairs within findings are pooled, so a common finding weighs more, where Odena averages classes. Which pairs are drawn
        depends on the pictures alone: each pair has a random number that they decide, and those with the smallest are used, so that
        subsets share pairs with the whole set.
    """
    stack = pictures(synthetic, side)
    marks = synthetic.whole.remember(("marks", side), lambda: np.array([_mark(p) for p in stack], np.uint64))
    a, b = _pairs(marks[synthetic.rows], _groups(synthetic, within), pairs, draw)
    if not len(a):
        where = {"all": "", "finding": " that share a finding", "prompt": " of one prompt"}[within]
        raise TooFewImages(f"{synthetic.kind or 'set'} has n = {len(synthetic)} images but no two{where}; ms_ssim_diversity needs a pair.")
    known: dict[tuple[int, int], float] = synthetic.whole.remember(("ms_ssim", side), dict)
    values = _values(stack, np.sort(np.stack([synthetic.rows[a], synthetic.rows[b]]), axis=0), known)
    return Score(min(1.0, float(values.mean())), tables={"findings": _by_finding(synthetic, a, b, values)})


def _mark(picture: np.ndarray) -> int:
    """A 64-bit number that the pixels alone decide."""
    return int.from_bytes(hashlib.blake2b(picture.tobytes(), digest_size=8).digest(), "little")


def _groups(features: FeatureSet, within: str) -> list[np.ndarray]:
    """(N,) codes, one array a way of grouping; two rows may be paired where a code is equal and not negative."""
    if within == "all":
        return [np.zeros(len(features), int)]
    if within == "prompt":
        if features.prompts is None:
            raise TooFewImages(f"{features.kind or 'set'} has no prompts to pair images within.", "Choose within='all' or 'finding'.")
        return [np.unique(features.prompts, return_inverse=True)[1]]
    if features.labels is None:
        raise TooFewImages(f"{features.kind or 'set'} has no labels to pair images within.", "Choose within='all' or 'prompt'.")
    return [np.where(features.label(finding) == 1, 0, -1) for finding in FINDINGS]


def _pairs(marks: np.ndarray, groups: list[np.ndarray], most: int, draw: int) -> tuple[np.ndarray, np.ndarray]:  # (P,), (P,)
    """The allowed pairs of rows with the smallest random numbers."""
    n = len(marks)
    salt = _mixed(np.array([draw], np.uint64))
    own = _mixed(marks ^ salt)
    found = []
    for codes in groups:
        kept = _thinned(codes, own, 2 * most)
        rows = kept[np.lexsort((own[kept], codes[kept]))]
        code = codes[rows]
        for gap in range(1, int(np.bincount(code).max(initial=0))):
            same = np.flatnonzero(code[gap:] == code[:-gap])
            a, b = rows[same], rows[same + gap]
            found.append(np.minimum(a, b) * n + np.maximum(a, b))
    if not found:
        return np.empty(0, int), np.empty(0, int)
    codes = np.concatenate(found)
    codes = np.unique(codes) if len(groups) > 1 else codes
    a, b = codes // n, codes % n
    luck = _mixed((marks[a] + marks[b]) ^ salt)  # the sum, so that the order of the two does not matter
    count = min(most, AN_IMAGE * n, len(codes))
    chosen = np.argpartition(luck, count - 1)[:count]
    return a[chosen], b[chosen]


def _thinned(codes: np.ndarray, own: np.ndarray, most: int) -> np.ndarray:
    """Rows that may be paired, of large groups only those with the smallest numbers: all pairs of all images would be too many."""
    rows = np.flatnonzero(codes >= 0)
    rows = rows[np.lexsort((own[rows], codes[rows]))]
    starts = np.flatnonzero(np.r_[True, np.diff(codes[rows]) > 0])
    place = np.arange(len(rows)) - np.repeat(starts, np.diff(np.r_[starts, len(rows)]))
    return rows[place < most]


def _mixed(x: np.ndarray) -> np.ndarray:
    """Spreads 64-bit numbers evenly (the finaliser of SplitMix64, Steele 2014)."""
    with np.errstate(over="ignore"):
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: np.ndarray = x ^ (x >> np.uint64(31))
    return mixed


def _values(stack: np.ndarray, rows: np.ndarray, known: dict[tuple[int, int], float]) -> np.ndarray:  # (N, S, S), (2, P) -> (P,)
    """MS-SSIM of pairs of rows of the whole set; what is known is not computed again."""
    keys = list(zip(*rows.tolist(), strict=True))
    new = np.array([key for key in dict.fromkeys(keys) if key not in known], int).reshape(-1, 2)
    known.update(zip(map(tuple, new.tolist()), ms_ssim(stack, new[:, 0], new[:, 1]).tolist(), strict=True))
    return np.array([known[key] for key in keys])


def _by_finding(features: FeatureSet, a: np.ndarray, b: np.ndarray, values: np.ndarray) -> pd.DataFrame:
    rows = []
    for finding in FINDINGS:
        both = (features.label(finding)[a] == 1) & (features.label(finding)[b] == 1)
        if both.any():
            rows.append({"finding": finding, "pairs": int(both.sum()), "ms_ssim": float(values[both].mean())})
    return pd.DataFrame(rows, columns=["finding", "pairs", "ms_ssim"])
