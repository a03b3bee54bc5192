"""A set without the images that a filter takes out of it."""

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.data import ImageSet
from bench_core.engine.answers.filters import check_encoder, feature_sets, image_sets, log_of, marks_of, part_id
from bench_core.engine.catalogue import encoder_card, encoder_missing, require
from bench_core.engine.encoding.encode import features_of
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter
from bench_core.errors import NotPossible
from bench_core.features import FeatureSet
from bench_core.registry import Request, find_filter, run_kind
from bench_core.spec import Choice, FilterSpec
from bench_core.store.image_folders import PLACE
from bench_core.store.names import checked_name
from bench_core.store.set_parts import FILTERED, write_part
from bench_core.store.workspace import Workspace


def check(workspace: Workspace, spec: FilterSpec) -> Request:
    """The set that it makes, under the name of the request."""
    one = find_filter(spec.filter.id)
    at = one.threshold.check(one.threshold.usual if spec.threshold is None else spec.threshold)
    card = _card(workspace, spec)
    found = _image_sets(workspace, spec)
    check_encoder(one, card)
    set_id = part_id(one, found, card, spec.filter.settings, at)
    ids = {role: found[role].id if role in found else None for role in ("real", "train")}
    resolved = spec.model_copy(
        update={
            "name": checked_name(spec.name), "images": found["synthetic"].id, "filter": Choice(id=one.id, settings=spec.filter.settings),
            "threshold": at, "encoder": card.id if card and one.features else None, **ids,
        }
    )  # fmt: skip
    return Request(resolved, spec.name, set_id, model=resolved.encoder or "", claims_name=True)


def _card(workspace: Workspace, spec: FilterSpec) -> EncoderCard | None:
    if not spec.encoder or not find_filter(spec.filter.id).features:
        return None
    require(encoder_missing(workspace.config, spec.encoder), f"Encoder {spec.encoder!r}")
    return encoder_card(workspace.config, spec.encoder)


def _image_sets(workspace: Workspace, spec: FilterSpec) -> dict[str, ImageSet]:
    return image_sets(workspace, find_filter(spec.filter.id), {"synthetic": spec.images, "real": spec.real, "train": spec.train})


@run_kind(FilterSpec, title="Filter", unit="image", check=check, words=lambda spec: find_filter(spec.filter.id).title)
def filter_set(workspace: Workspace, run_id: str, spec: FilterSpec, models: Models, report: Reporter) -> str:
    """Makes the set; returns a line that says how many images went.

    Raises:
        NotPossible: nothing would be left.
    """
    one, card, found = find_filter(spec.filter.id), _card(workspace, spec), _image_sets(workspace, spec)
    images = found["synthetic"]
    at = one.threshold.check(one.threshold.usual if spec.threshold is None else spec.threshold)
    set_id = part_id(one, found, card, spec.filter.settings, at)

    def read(part: ImageSet) -> FeatureSet:
        assert card is not None
        report.at(0, len(images), f"Features of {part.name}", force=True)
        report.between()
        return features_of(workspace, models, part, card, executor=report.executor)

    log = log_of(one, marks_of(one, feature_sets(one, found, card, read), spec.filter.settings), at, images, found.get("train"))
    rows = np.flatnonzero(log["kept"].to_numpy())
    if not len(rows):
        raise NotPossible(
            f"{one.title} at {at:g} leaves none of the {len(images)} images of set {images.name!r}.",
            f"Values lie between {log['value'].min():.3g} and {log['value'].max():.3g}; choose a threshold among them.",
        )
    gone = len(images) - len(rows)
    if not workspace.sets.is_complete(set_id):
        facts = {
            "id": one.id, "title": one.title, "version": one.version, "settings": spec.filter.settings, "threshold": at,
            "parent": images.id, "parent_name": images.name, "parent_images": len(images), "gone": gone,
            "real": spec.real, "train": spec.train, "encoder": spec.encoder,
        }  # fmt: skip
        place = {PLACE: workspace.config.images} if workspace.config.images else {}

        def tell(done: int) -> None:
            report.at(done, len(rows), f"{done} of {len(rows)} images")

        write_part(workspace.sets, images, rows, set_id, log, {FILTERED: facts, **place}, tell)
    return f"{len(rows)} of {len(images)} images stay, {gone} went"
