"""The synthetic sets of the embedded study: which prompts and seeds, and how the committed images become a set like any other."""

from collections.abc import Mapping

from bench_core.cards import BUNDLED_ENCODER, encoder_cards
from bench_core.data import content_key
from bench_core.engine.catalogue import encoder_card, generator_card
from bench_core.engine.generation.images import Work, origin, provenance, row_columns, set_meta
from bench_core.engine.generation.prompt_lengths import readings_of
from bench_core.engine.keys import card_key
from bench_core.spec import Choice, GenerateSpec
from bench_core.store.features import text_digest
from bench_core.store.workspace import Workspace

ENCODER = BUNDLED_ENCODER
COMMITTED = (ENCODER, "phantom-findings", "phantom-identity")
"""Encoders for which features of both cohorts are committed, or follow from such."""
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
    made_by = origin(card, card_key(card))
    with workspace.sets.draft(set_id, "synthetic", set_meta(workspace, spec, made_by), total=len(images)) as draft:
        rows = draft.missing
        work = Work(spec, made_by, readings_of(card, [prompt.text for prompt in spec.prompts]))
        draft.add(rows, [row_columns(work, r) for r in rows], [images[r] for r in rows], [provenance(work, r) for r in rows])
        draft.finish()
    workspace.sets.claim_name(spec.name, set_id)
    return True


def study_signature(workspace: Workspace) -> str:
    """Content key of what the study is made from: the renderer, the models with their weights, the committed images."""
    from bench_core import phantom, registry
    from bench_core.training import demo_images

    cards = [generator_card(workspace.config, name) for name in (*WEIGHTLESS, *LEARNED)]
    keys = [card_key(card) for card in cards] + [card_key(encoder_card(workspace.config, ENCODER))]
    committed = [name for name in LEARNED if (demo_images.FOLDER / name / "table.csv").exists()]
    versions = {name: metric.version for name, metric in registry.metrics().items()}
    return content_key(
        "study", phantom.RENDERER_VERSION, keys, committed, versions, demo_images.REPORTS, demo_images.COUNT, demo_images.SEED
    )


def load_features(workspace: Workspace, encoder: str) -> None:
    """Puts the committed features of both cohorts into the store; those that are not there are encoded when they are needed."""
    from bench_core.encoders import stored_features, stored_text_features

    key = card_key(encoder_card(workspace.config, encoder))
    if card_key(encoder_cards()[encoder]) != key:
        return  # the user's own card has taken that name: the committed features are not its
    tables = {role: workspace.sets.open(name).table.set_index("image_id") for role, name in COHORTS.items()}
    if not any(workspace.features.missing(key, table["digest"].tolist()) for table in tables.values()):
        return
    for stored, column, digest in ((stored_features, "digest", str), (stored_text_features, "prompt", text_digest)):
        for role, (image_ids, values) in (stored(encoder) or {}).items():
            known = [i for i, image_id in enumerate(image_ids) if image_id in tables[role].index]
            contents = tables[role].loc[[image_ids[i] for i in known], column]
            workspace.features.write(key, [digest(c) for c in contents], values[known])
