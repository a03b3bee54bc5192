"""What a filter says of the images of a set: who goes, because of whom, and why."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bench_core import settings_model
from bench_core.cards import EncoderCard
from bench_core.data import FINDINGS, ImageSet, content_key
from bench_core.engine.keys import card_key, set_key
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.features.base import UNNAMED
from bench_core.frames import FILTER_LOG
from bench_core.registry import Filter, Marks
from bench_core.store.workspace import Workspace

Read = Callable[[ImageSet], FeatureSet]


def image_sets(workspace: Workspace, one: Filter, given: Mapping[str, str | None]) -> dict[str, ImageSet]:
    """The sets that a filter reads, by role.

    Raises:
        UnknownName: there is no such set.
        NotPossible: one is not given, is no synthetic one, or lacks labels, prompts or patients; says what would be needed.
    """
    found = {}
    for role in one.reads:
        name = given.get(role)
        if not name:
            words = "a training set" if role == "train" else "held-out real images"
            raise NotPossible(f"{one.title} needs {words}, and none was named.", f"Name one: --{role} SET, or a reference that has one.")
        found[role] = workspace.sets.open(name)
    synthetic = found["synthetic"]
    if synthetic.kind != "synthetic":
        raise NotPossible(f"Set {synthetic.name!r} holds {synthetic.kind} images.", "Filters take images out of synthetic sets only.")
    if not len(synthetic):
        raise NotPossible(f"Set {synthetic.name!r} has no images.", "Wait until it is made.")
    _check_needs(one, found)
    return found


def _check_needs(one: Filter, found: Mapping[str, ImageSet]) -> None:
    for role in ("real", "synthetic") if "labels" in one.needs else ():
        images = found[role]
        if not any(f in images.table and images.table[f].isin([0, 1]).any() for f in FINDINGS):
            raise NotPossible(
                f"{one.title} needs finding labels, and set {images.name!r} has none.",
                "Import it with label columns, or generate from prompts that have labels.",
            )
    if "text" in one.needs and found["synthetic"].table["prompt"].isna().any():
        raise NotPossible(f"{one.title} needs the prompt of each image, and set {found['synthetic'].name!r} lacks some.")
    if "patients" in one.needs and found["train"].table["subject_id"].isna().all():
        raise NotPossible(
            f"{one.title} needs to know whose the training images are, and set {found['train'].name!r} does not say it.",
            "Import it with a column subject_id.",
        )


def check_encoder(one: Filter, card: EncoderCard | None) -> None:
    """Looks whether a filter can read through an encoder.

    Raises:
        NotPossible: there is none, or it does not read text where texts are needed.
    """
    if one.features and card is None:
        raise NotPossible(f"{one.title} needs an encoder, and none was named.", "Name one: --encoder ID.")
    if "text" in one.needs and card is not None and not card.reads_text:
        raise NotPossible(f"{one.title} needs an encoder that reads text; {card.title} does not.", "Choose one such as phantom-eye.")


def feature_sets(one: Filter, found: Mapping[str, ImageSet], card: EncoderCard | None, read: Read) -> dict[str, FeatureSet]:
    """Their features, through `read`; of a filter that reads labels only, vectors that stand for nothing but which image is which.

    Raises:
        NotPossible: the encoder will not do.
    """
    check_encoder(one, card)
    return {role: read(images) if one.features else _labels_of(images) for role, images in found.items()}


def _labels_of(images: ImageSet) -> FeatureSet:
    codes = [[int(content_key(digest)[i : i + 5], 16) for i in (0, 5, 10)] for digest in images.table["digest"]]
    labels = images.table[[f for f in FINDINGS if f in images.table]]
    return FeatureSet(np.array(codes, np.float32), labels=labels, images=images, kind=images.kind)


def marks_of(one: Filter, sets: Mapping[str, FeatureSet], settings: Mapping[str, Any]) -> Marks:
    """What the filter says of each image of the synthetic set, whatever the order of its table.

    Raises:
        SettingError: an unknown setting, or one out of range.
        BenchError: what the filter raises.
    """
    checked = settings_model.check(one.settings, settings, f"Filter {one.id}").model_dump()
    synthetic = sets["synthetic"]
    if synthetic.images is None:
        return one.marks(sets, checked)
    order = np.argsort(synthetic.images.table["image_id"].to_numpy(str)[synthetic.rows], kind="stable")
    marks = one.marks({**sets, "synthetic": synthetic.take(order)}, checked)
    back = np.argsort(order)
    return Marks(marks.values[back], None if marks.because is None else marks.because[back])


def log_of(one: Filter, marks: Marks, at: float, images: ImageSet, train: ImageSet | None) -> pd.DataFrame:
    """`frames.FILTER_LOG`: what goes at that threshold, and why."""
    kept = one.threshold.keeps(marks.values, at)
    because: list[str | None] = [None] * len(images)
    patients = because
    if marks.because is not None and train is not None:
        table = train.table.iloc[marks.because]
        because = table["image_id"].tolist()
        patients = [None if p is None or p != p or str(p).startswith(UNNAMED) else str(p) for p in table["subject_id"]]
    reasons = [
        "" if stays else one.reason.format(value=f"{value:.3g}", at=f"{at:g}", image=image, patient=patient or "of unknown name")
        for stays, value, image, patient in zip(kept, marks.values, because, patients, strict=True)
    ]
    return FILTER_LOG.of(
        pd.DataFrame(
            {"image_id": images.table["image_id"].to_numpy(), "kept": kept, "value": marks.values, "threshold": at,
             "because": because, "patient": patients, "reason": reasons}
        )
    )  # fmt: skip


def part_id(one: Filter, found: Mapping[str, ImageSet], card: EncoderCard | None, settings: Mapping[str, Any], at: float) -> str:
    """Content key of what a filter leaves: the sets as they are now, the filter with its settings, the encoder that it looks through."""
    checked = settings_model.check(one.settings, settings, f"Filter {one.id}").model_dump()
    seen_through = card_key(card) if card is not None and one.features else None
    return content_key("filter", {role: set_key(s) for role, s in found.items()}, one.id, one.version, checked, at, seen_through)
