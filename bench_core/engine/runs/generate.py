"""Prompts to images."""

from bench_core.engine.batches import BatchSize
from bench_core.engine.catalogue import check_settings, generator_card, generator_missing, require
from bench_core.engine.generation.estimate import estimate
from bench_core.engine.generation.images import Work, generate_here, origin, set_meta
from bench_core.engine.generation.on_cluster import generate_on_cluster
from bench_core.engine.generation.prompt_lengths import cuts_in_words, facts_of_negative, negative_reading, readings_of
from bench_core.engine.keys import card_key, generated_set_id
from bench_core.engine.models import Models
from bench_core.engine.progress import Reporter
from bench_core.errors import InputError
from bench_core.registry import Request, run_kind
from bench_core.spec import Choice, GenerateSpec
from bench_core.store.names import checked_name
from bench_core.store.workspace import Workspace

LARGEST = 1_000_000
"""Images that one run may make."""


def check(workspace: Workspace, spec: GenerateSpec) -> Request:
    """The set that it makes, under the name of the request."""
    spec = resolved_generation(workspace, spec)
    count = len(spec.prompts) * spec.count
    return Request(
        spec, spec.name, generated_set_id(workspace, spec), model=spec.generator.id, images=count, claims_name=True,
        expected=estimate(workspace, spec.generator.id, spec.generator.settings, count).seconds,
    )  # fmt: skip


def resolved_generation(workspace: Workspace, spec: GenerateSpec) -> GenerateSpec:
    """The spec with all settings written out, so that the same images always are the same request."""
    config = workspace.config
    card = generator_card(config, spec.generator.id)
    require(generator_missing(config, card.id), f"Generator {card.title!r}")
    settings = check_settings(card, spec.generator.settings).model_dump(mode="json")
    if len(spec.prompts) * spec.count > LARGEST:
        raise InputError(f"{len(spec.prompts)} prompts x {spec.count} images is more than {LARGEST:,}.", "Split it into several sets.")
    if spec.seed + len(spec.prompts) * spec.count >= 2**31:
        raise InputError(f"Seed {spec.seed} is too large for this many images.", "Image i has seed + i; keep the sum below 2147483648.")
    train = _train_of(workspace, spec.train) if card.needs_train else None
    return spec.model_copy(update={"name": checked_name(spec.name), "generator": Choice(id=card.id, settings=settings), "train": train})


def _train_of(workspace: Workspace, train: str | None) -> str:
    if train is not None:
        return workspace.sets.find(train)
    known = workspace.sets.listing("train").drop_duplicates("id")
    if len(known) != 1:
        raise InputError("This generator reads training images, and no training set was named.", "Name one: --train SET.")
    return str(known["id"].iat[0])


@run_kind(GenerateSpec, title="Generate", unit="image", makes_images=True, check=check)
def generate(workspace: Workspace, run_id: str, spec: GenerateSpec, models: Models, report: Reporter) -> str:
    """Makes the images of a request that are not there yet; returns a line that says what was made."""
    card = generator_card(workspace.config, spec.generator.id)
    settings = check_settings(card, spec.generator.settings)
    total = len(spec.prompts) * spec.count
    report.at(0, total, "Starting, after any run that makes the same set", force=True)
    key = card_key(card)
    set_id, made_by = generated_set_id(workspace, spec, key), origin(card, key)
    readings, negative = readings_of(card, [prompt.text for prompt in spec.prompts]), negative_reading(card, settings.model_dump())
    work, cuts = Work(spec, made_by, readings, negative), cuts_in_words(spec.prompts, readings, negative)
    meta = {**set_meta(workspace, spec, made_by), **facts_of_negative(negative)}
    with workspace.sets.draft(set_id, "synthetic", meta, total=total) as draft:
        missing = len(draft.missing)
        found, worked, size = total - missing, 0.0, BatchSize(spec.batch_size)
        try:
            if missing and report.executor:
                worked = generate_on_cluster(report.executor, workspace, work, card, draft, report)
            elif missing:
                report.at(found, total, f"Loading {card.title}", force=True)
                generator = models.generator(card, workspace.sets.open(spec.train) if spec.train else None, settings, key)
                worked = generate_here(generator, work, settings, draft, size, report)
        finally:
            draft.finish()
        images = f"{total} image{'' if total == 1 else 's'}"
        report.at(total, total, images, force=True, made=missing, worked=worked)
    there = f", {found} of which were there" if found else ""
    return size.words(images + there + (f", warning: {cuts}" if cuts else ""))
