"""CheXGenBench's protocol, step by step, in one place: what `mode="compatible"` does so that a number can stand beside the published ones.

Images are squashed to 299 x 299 before the encoder's own preprocessing; real images whose prompt was there before are left out, synthetic
ones are not; radii run over all other rows; settings are fixed; values are rounded. What each step is worth, and what `corrected` does
instead: docs/chexgenbench.md. Metrics are named by id here: what is not named has no place in the protocol.

References:
    Dutta 2025, arXiv:2505.10496; the released code at commit 9a201c1: `metrics/fid.py`, `metrics/img_text_alignment_scores.py`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import FINDINGS, Result, Score
from bench_core.engine.scoring.units import texts_of
from bench_core.errors import InputError, NotPossible, SettingError
from bench_core.features import FeatureSet, Sets
from bench_core.features.orders import by_content
from bench_core.registry import Metric
from bench_core.spec import Choice

MODES: Mapping[str, Literal["corrected", "compatible"]] = {"corrected": "corrected", "compatible": "compatible"}
SIDE = 299
DECIMALS = 3


@dataclass(frozen=True)
class Rule:
    """How the protocol computes one metric.

    Attributes:
        settings: fixed settings of the metric.
        as_many_as: a setting that is the number of images of the smaller set.
        native: it reads features without the squash (CheXGenBench scores alignment from the files, in a script of its own).
        rounds_each: every image's score is rounded before the mean.
        as_logits: the columns are taken for class logits, whatever they are.
        equal_sizes: the larger set is cut to the size of the smaller one, at random.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    as_many_as: str = ""
    native: bool = False
    rounds_each: bool = False
    as_logits: bool = False
    equal_sizes: bool = False


RULES: Mapping[str, Rule] = {
    "frechet_distance": Rule(),
    "kernel_distance": Rule({"subsets": 100}, as_many_as="subset_size"),
    "inception_score": Rule({"splits": 10}, as_logits=True),
    "precision": Rule({"k": 5}),
    "recall": Rule({"k": 5}),
    "density": Rule({"k": 5}),
    "coverage": Rule({"k": 5}),
    "image_text_alignment": Rule(native=True, rounds_each=True),
    "frechet_radiomics_distance": Rule(native=True, equal_sizes=True),
}
"""Its privacy scores are not here: each compares an image with the one training image of its prompt, with a network of its own."""


def checked_mode(mode: str) -> Literal["corrected", "compatible"]:
    """The mode.

    Raises:
        InputError: there is no such mode.
    """
    if mode not in MODES:
        raise InputError(f"There is no mode {mode!r}.", "Use 'corrected' or 'compatible'.")
    return MODES[mode]


def squashed_card(card: EncoderCard) -> EncoderCard:
    """The encoder as the protocol feeds it; its features have a content key of their own. Alignment reads the card as it is."""
    return card.model_copy(update={"squash": SIDE, "reads_text": False})


def reads_native(metrics: Sequence[Choice] | None) -> bool:
    """Whether any of these metrics (None: all) reads features without the squash."""
    return metrics is None or any(RULES[c.id].native for c in metrics if c.id in RULES)


def protocol_sets(sets: Sets) -> dict[str, FeatureSet]:
    """The sets with plain radii, real images without repeats of a prompt: the first one in the order of the table stays. Idempotent."""
    out = {name: features.with_plain_radii() for name, features in sets.items()}
    if "real" in out:
        texts = texts_of(out["real"])
        repeated = (texts.duplicated() & texts.notna()).to_numpy()
        if repeated.any():
            out["real"] = out["real"].take(np.flatnonzero(~repeated), finding=out["real"].finding)
    return out


def subgroups(sets: Sets, by: str = "finding") -> Iterator[tuple[str, dict[str, FeatureSet]]]:
    """By finding: real images whose label is exactly 1, and synthetic ones whose prompt is, word for word, the prompt of one of those.

    Raises:
        NotPossible: the protocol has no such grouping, or a set has no prompts.
    """
    if by != "finding":
        raise NotPossible(f"CheXGenBench's protocol has no grouping by {by!r}.", "Use 'finding', or mode 'corrected'.")
    texts = {name: texts_of(sets[name]) for name in ("real", "synthetic")}
    for name, column in texts.items():
        if column.isna().all():
            raise NotPossible(
                f"The {name} set has no prompts, and compatible mode finds the synthetic images of a finding by them.",
                "Use mode 'corrected', which goes by labels, or leave out the subgroups.",
            )
    for finding in FINDINGS:
        real = np.flatnonzero(sets["real"].label(finding) == 1)
        asked = set(texts["real"].iloc[real].dropna())
        synthetic = np.flatnonzero(texts["synthetic"].isin(asked))
        if len(real) and len(synthetic):
            rows = {"real": real, "synthetic": synthetic}
            yield f"finding={finding}", {name: sets[name].take(r, finding=finding) for name, r in rows.items()}


def applied(metric: Metric, sets: Sets, native: Sets | None) -> tuple[Metric, dict[str, Any], Sets]:
    """The metric, its settings and the sets that it reads, as the protocol has them."""
    rule = RULES[metric.id]
    settings = {**metric.settings().model_dump(), **rule.settings}
    if rule.as_many_as:
        settings[rule.as_many_as] = max(2, min(len(sets[name]) for name in metric.reads if name in sets))
    if rule.rounds_each:
        metric = replace(metric, function=_rounding_each(metric.function))
    if rule.native and native is not None:
        sets = {n: native[n].with_plain_radii().take(f.rows, finding=f.finding) for n, f in sets.items() if n in native}
    if rule.as_logits:
        sets = {name: features.take(np.arange(len(features)), finding=features.finding) for name, features in sets.items()}
        for features in sets.values():
            features.logits = True
    if rule.equal_sizes:
        size = min(len(sets[name]) for name in metric.reads if name in sets)
        sets = {**sets, **{name: _cut(sets[name], size) for name in metric.reads if name in sets}}
    return metric, settings, sets


def check_settings(metric: Metric, given: Mapping[str, Any]) -> None:
    """Raises SettingError where a setting was named that the protocol fixes to something else."""
    rule = RULES.get(metric.id, Rule())
    fixed = {**metric.settings().model_dump(), **rule.settings}
    for name, value in given.items():
        if name == rule.as_many_as or value != fixed[name]:
            raise SettingError(
                f"Metric {metric.id!r}: setting {name} = {value!r} is not that of the protocol.",
                "Compatible mode fixes all settings; use mode 'corrected' to choose.",
            )


def rounded(result: Result, sets: Sets) -> Result:
    """The row as the protocol prints it, saying how many real images were left out; interval and null keep all their digits."""
    real = sets.get("real")
    note = ""
    if result.status == "ok" and real is not None and not real.finding and len(real) < len(real.whole):
        note = f"{len(real)} of {len(real.whole)} real images: those that repeat a prompt are left out."
    value = None if result.value is None else round(result.value, DECIMALS)
    return replace(result, value=value, message=" ".join(t for t in (result.message, note) if t))


def _cut(features: FeatureSet, size: int) -> FeatureSet:
    """That many of the images, whatever their order."""
    order = np.random.default_rng(size).permutation(by_content(features))
    return features if len(features) == size else features.take(order[:size], finding=features.finding)


def _rounding_each(function: Callable[..., Score]) -> Callable[..., Score]:
    def rounding(*sets: FeatureSet, **settings: Any) -> Score:
        score = function(*sets, **settings)
        assert score.per_image is not None
        each = np.round(score.per_image, DECIMALS)
        return replace(score, value=float(each.mean()), per_image=each)

    return rounding
