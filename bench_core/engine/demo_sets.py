"""The synthetic sets of the embedded study: which prompts and seeds, and how the committed images become a set like any other."""

from collections.abc import Mapping

from bench_core.engine.generation import provenance, row_columns, set_meta
from bench_core.engine.models import card_key, encoder_card, generator_card
from bench_core.spec import Choice, GenerateSpec
from bench_core.store.workspace import Workspace

WEIGHTLESS = ("phantom-oracle", "copycat")
LEARNED = ("phantom-ldm", "phantom-ldm-early", "phantom-ldm-overfit", "phantom-gan", "phantom-vae")
COHORTS: Mapping[str, str] = {"train": "phantom-train", "real": "phantom-real"}


def demo_spec(workspace: Workspace, name: str) -> GenerateSpec:
    """The request that makes a set of the study: the same held-out reports and seeds for all."""
    from bench_core.training import demo_images

    train = workspace.sets.find(COHORTS["train"]) if generator_card(workspace.config, name).needs_train else None
    return GenerateSpec(
        name=name, generator=Choice(id=name), prompts=demo_images.prompts(), count=demo_images.COUNT, seed=demo_images.SEED, train=train
    )


def bring_learned(workspace: Workspace, spec: GenerateSpec, set_id: str) -> bool:
    """Writes the committed images of a learned generator as the set that this request makes; False where they are not committed."""
    from bench_core.training import demo_images

    images = demo_images.images(spec.generator.id)
    if images is None or len(images) != len(spec.prompts) * spec.count:
        return False
    card = generator_card(workspace.config, spec.generator.id)
    with workspace.sets.draft(set_id, "synthetic", set_meta(workspace, spec, card), total=len(images)) as draft:
        rows = draft.missing
        columns = [row_columns(spec, row) for row in rows]
        draft.add(rows, columns, [images[row] for row in rows], [provenance(card, spec, row) for row in rows])
        draft.finish()
    workspace.sets.claim_name(spec.name, set_id)
    return True


def load_features(workspace: Workspace, encoder: str) -> None:
    """Puts the committed features of both cohorts into the store; those that are not there are encoded when they are needed."""
    from bench_core.encoders import stored_features

    found = stored_features(encoder)
    if found is None:
        return
    key = card_key(encoder_card(workspace.config, encoder))
    for role, (image_ids, values) in found.items():
        table = workspace.sets.open(COHORTS[role]).table
        digests = dict(zip(table["image_id"], table["digest"], strict=True))
        known = [i for i, image_id in enumerate(image_ids) if image_id in digests]
        workspace.features.write(key, [digests[image_ids[i]] for i in known], values[known])
