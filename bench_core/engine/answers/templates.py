"""Template copies of a whole set: images that show a training film but for one region, counted beside held-out patients."""

import pandas as pd

from bench_core.data import ImageSet
from bench_core.engine.answers.detections import judge_of, patients_of, spec_for, stored_pairs
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import read_features
from bench_core.errors import InputError
from bench_core.memorization.records import TemplateCopies, TemplateCopy
from bench_core.memorization.regions import templates
from bench_core.metrics.held_out import count_below
from bench_core.records import Reference
from bench_core.store.workspace import Workspace


def template_copies(workspace: Workspace, synthetic: str, reference: Reference, share: float) -> TemplateCopies:
    """Counts them, with the exact chance of so many; see `api.template_copies`."""
    if not 0 < share <= 0.5:
        raise InputError(f"A share of {share:g} of held-out patients cannot be the cut.", "Choose one above 0, up to 0.5.")
    spec = spec_for(synthetic, reference)
    images, train, real = (workspace.sets.open(name) for name in (spec.synthetic, spec.train, spec.real))
    pairs, judge = templates(stored_pairs(workspace, spec, images, train)), judge_of(workspace, spec, images)
    closest = pairs.sort_values(["film", "template"], ascending=[True, False], kind="stable").drop_duplicates("film").set_index("film")
    held_out = templates(judge.pairs).groupby("film")["template"].max()
    mine = closest["template"].reindex(range(len(images)), fill_value=-1.0).to_numpy()
    card = encoder_card(workspace.config, spec.encoder)
    theirs = read_features(workspace, real, card).take(held_out.index.to_numpy())
    count = count_below(-mine, read_features(workspace, images, card), -held_out.to_numpy(), theirs, share)
    found = closest[-closest["template"] < count.cut].sort_values("template", ascending=False, kind="stable")
    return TemplateCopies(count, tuple(_told(images, train, row) for _, row in found.reset_index().iterrows()))


def _told(images: ImageSet, train: ImageSet, row: pd.Series) -> TemplateCopy:
    film = int(train.rows_by_id[row["train_image_id"]])
    known = train.table["subject_id"].notna().iat[film] if "subject_id" in train.table else False
    return TemplateCopy(
        image_id=str(images.table["image_id"].iat[int(row["film"])]), train_image_id=str(row["train_image_id"]),
        patient=str(patients_of(train)[film]) if known else None, outside=float(row["outside"]), inside=float(row["inside"]),
        region=tuple(float(row[f"region_{edge}"]) for edge in ("top", "left", "bottom", "right")),
    )  # fmt: skip
