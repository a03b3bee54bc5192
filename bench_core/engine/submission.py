"""What is checked before a run is queued: names, settings, and that it can run here. The facade resolves set names to ids."""

import re
from typing import Any

from bench_core import registry
from bench_core.data import content_key
from bench_core.engine import compatible
from bench_core.engine.estimate import estimate, expected_seconds
from bench_core.engine.models import card_key, check_settings, encoder_card, encoder_missing, generator_card, generator_missing, require
from bench_core.errors import InputError, NotPossible, QuotaReached
from bench_core.settings_model import check, keyed
from bench_core.spec import Choice, EvaluateSpec, GenerateSpec, ProjectSpec, RunSpec
from bench_core.store.turns import INTERACTIVE
from bench_core.store.workspace import Workspace

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LIKE_AN_ID = re.compile(r"[0-9a-f]{16}")
LARGEST = 1_000_000
"""Images that one run may make."""
FEW_IMAGES = 16
"""A request for so few images is one that somebody waits for: it goes before long batches."""


def submit(workspace: Workspace, spec: RunSpec, priority: int | None = None, owner: str | None = None, *, limited: bool = True) -> str:
    """See `api.submit`. What is not `limited` needs no quota: the program's own work."""
    config = workspace.config
    shared: dict[str, Any] = {"owner": config.user if owner is None else owner, "quota": config.quota if limited else None}
    if isinstance(spec, GenerateSpec):
        spec = resolved_generation(workspace, spec)
        count = len(spec.prompts) * spec.count
        set_id = generated_set_id(workspace, spec)
        priority = (INTERACTIVE if count <= FEW_IMAGES else 0) if priority is None else priority
        about: dict[str, Any] = {
            "model": spec.generator.id,
            "expected": estimate(workspace, spec.generator.id, spec.generator.settings, count).seconds,
        }
        workspace.sets.claim_name(spec.name, set_id)
        try:
            return workspace.runs.add(spec, spec.name, set_id, priority, **about, **shared)
        except QuotaReached:
            workspace.sets.release_unused_names(set_id)
            raise
    if isinstance(spec, EvaluateSpec):
        spec = resolved_evaluation(workspace, spec)
        name = workspace.sets.open(spec.synthetic).name + ("" if spec.mode == "corrected" else f" ({spec.mode})")
        about = {"model": spec.encoders[0], "expected": expected_seconds(workspace, spec)}
        return workspace.runs.add(spec, name[:120], spec.synthetic, priority or 0, **about, **shared)
    spec = spec.model_copy(update={"sets": [workspace.sets.find(s) for s in spec.sets]})
    assert isinstance(spec, ProjectSpec)
    require(encoder_missing(config, spec.encoder), f"Encoder {spec.encoder!r}")
    name = "UMAP of " + ", ".join(workspace.sets.open(s).name for s in spec.sets)[:100]
    about = {"model": spec.encoder, "expected": expected_seconds(workspace, spec)}
    return workspace.runs.add(spec, name, None, priority or 0, **about, **shared)


def checked_name(name: str) -> str:
    """A name for a set, without spaces at its ends.

    Raises:
        InputError: it is empty, too long, or looks like an id.
    """
    name = name.strip()
    if not name or len(name) > 120 or _CONTROL.search(name) or _LIKE_AN_ID.fullmatch(name):
        raise InputError(
            f"{name!r} cannot be the name of a set.", "Use 1 to 120 printable characters (and not 16 hex digits, which is how ids look)."
        )
    return name


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


def generated_set_id(workspace: Workspace, spec: GenerateSpec) -> str:
    """Content key of the set: request without what decides no pixel, card with its weights, training images where it reads them."""
    from bench_core.generators import backend_of

    card = generator_card(workspace.config, spec.generator.id)
    decisive = keyed(backend_of(card).settings_model(card), spec.generator.settings)
    spec = spec.model_copy(update={"generator": spec.generator.model_copy(update={"settings": decisive})})
    return content_key("generated", spec.key(), card_key(card), workspace.sets.fingerprint(spec.train) if spec.train else None)


def resolved_evaluation(workspace: Workspace, spec: EvaluateSpec) -> EvaluateSpec:
    """The spec with ids of sets and checked settings of metrics."""
    roles = {r: workspace.sets.find(n) for r, n in (("synthetic", spec.synthetic), ("real", spec.real), ("train", spec.train)) if n}
    if len(set(roles.values())) < len(roles):
        raise InputError("The same set was given for two roles.", "synthetic, real and train must be three different sets.")
    for encoder in spec.encoders:
        encoder_card(workspace.config, encoder)
        require(encoder_missing(workspace.config, encoder), f"Encoder {encoder!r}")
    choices = None
    if spec.metrics is not None:
        choices = []
        for choice in spec.metrics:
            metric = registry.find_metric(choice.id)
            settings = check(metric.settings, choice.settings, f"Metric {metric.id!r}").model_dump(
                mode="json", include=set(choice.settings)
            )
            if spec.mode == "compatible":
                compatible.check_settings(metric, settings)
                if metric.id not in compatible.RULES and not choice.optional:
                    raise NotPossible(f"Metric {metric.id!r} is not in CheXGenBench's protocol.", "Leave it out, or use mode 'corrected'.")
            if lacking := [s for s in metric.reads if s not in roles and not choice.optional]:
                raise NotPossible(
                    f"Metric {metric.id!r} needs a {lacking[0]} set, and none was given.", f"Give one, or leave {metric.id!r} out."
                )
            choices.append(choice.model_copy(update={"settings": settings}))
    return spec.model_copy(update={**roles, "metrics": choices})
