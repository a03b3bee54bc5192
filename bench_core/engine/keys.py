"""Content keys of cards, sets, steps, neighbours and maps: what decides whether a step was done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from bench_core import registry
from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.data import ImageSet, content_key
from bench_core.engine.catalogue import encoder_card, generator_card
from bench_core.settings_model import keyed
from bench_core.spec import AttackSpec, Choice, DetectSpec, EvaluateSpec, GenerateSpec, PowerSpec, UtilitySpec
from bench_core.store.workspace import Workspace


def generated_set_id(workspace: Workspace, spec: GenerateSpec, key: str | None = None) -> str:
    """Content key of the set: request without what decides no pixel, card with its weights, training images where it reads them.

    `key` is the `card_key` of the generator where that is known.
    """
    from bench_core.generators import backend_of

    card = generator_card(workspace.config, spec.generator.id)
    decisive = keyed(backend_of(card).settings_model(card), spec.generator.settings)
    spec = spec.model_copy(update={"generator": spec.generator.model_copy(update={"settings": decisive})})
    return content_key("generated", spec.key(), key or card_key(card), workspace.sets.fingerprint(spec.train) if spec.train else None)


def card_key(card: GeneratorCard | EncoderCard) -> str:
    """The card's content key; its weights are read again only when a file changed."""
    files = sorted(p for folder in card.folders() if folder.is_dir() for p in folder.rglob("*") if p.is_file())
    key = _card_key(_CardText(card), tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))
    if isinstance(card, GeneratorCard):
        from bench_core.generators import backend_of

        commits = backend_of(card).fingerprint(card)
        return content_key(key, commits) if commits else key
    return key


class _CardText:
    """A card that a cache can hold: equal when its text is."""

    def __init__(self, card: GeneratorCard | EncoderCard) -> None:
        self.card, self.text = card, card.model_dump_json() + str(card.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _CardText) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=64)
def _card_key(keyed: _CardText, files: tuple[tuple[str, int, int], ...]) -> str:
    return keyed.card.key()


SCORING = 2
"""Raised when intervals, nulls or subgroups are made in another way: numbers of before are then made anew, where a metric's own `version`
stays. Those that come along (`demo_results`) are made anew at the same time."""


def step_key(spec: EvaluateSpec, card: EncoderCard, sets: Mapping[str, ImageSet], subgroup: str) -> str:
    """Content key of everything that decides these numbers."""
    known = registry.metrics()
    choices = [(c.id, c.settings, c.optional) for c in spec.metrics] if spec.metrics is not None else [(m, {}, True) for m in known]
    versions = {i: known[i].version for i, *_ in choices}
    images = {role: set_key(s) for role, s in sets.items()}
    mode = [spec.mode, spec.train] if spec.mode != "corrected" else []
    part = f"{subgroup}, equal n" if spec.equal_n and subgroup != "all" else subgroup
    scoring = [f"scoring {SCORING}"] if SCORING > 1 else []  # the first one had no number
    return content_key("step", images, card_key(card), choices, versions, spec.seed, spec.intervals, part, *mode, *scoring)


def per_image_key(step: str) -> str:
    """Key of the table of per-image values that a step made."""
    return content_key("per image", step)


def draws_key(step: str) -> str:
    """Key of the table of draws that a step made: one row per half-sample, one column per metric."""
    return content_key("draws", step)


def sizes_key(step: str) -> str:
    """Key of the table of matched values of a step, at its own size and at those of smaller sets."""
    return content_key("matched", step)


def set_key(images: ImageSet) -> str:
    """Content key of a set as it is now (a set that was cancelled can grow under its id)."""
    return content_key(images.id, images.fingerprint)


POWER = 1
"""Raised when generators are spoiled, drawn or judged in another way, so that power is found anew; a fault has its own `version`."""


def power_key(spec: PowerSpec, n: int, card: EncoderCard, sets: Mapping[str, ImageSet]) -> str:
    """Content key of everything that decides what metrics see of generators of n films."""
    metrics, faults = registry.metrics(), registry.faults()
    chosen = None if spec.metrics is None else [(c.id, c.settings, c.optional) for c in spec.metrics]
    versions = {i: m.version for i, m in metrics.items() if spec.metrics is None or i in {c.id for c in spec.metrics}}
    made = {i: [f.version, f.strengths, f.variants] for i, f in faults.items() if spec.faults is None or i in spec.faults}
    images = {role: set_key(s) for role, s in sets.items()}
    return content_key("power", POWER, SCORING, images, card_key(card), chosen, versions, made, n, spec.repeats, spec.seed)


UTILITY = 1
"""Raised when arms are trained, tested or compared in another way; an arm has its own `version`."""


def utility_key(spec: UtilitySpec, card: EncoderCard | None, sets: Mapping[str, ImageSet]) -> str:
    """Content key of everything that decides what a set is worth for training; the small network on pixels has no card."""
    arms = {i: a.version for i, a in registry.arms().items() if spec.arms is None or i in spec.arms}
    asked = spec.model_dump(exclude={"synthetic", "real", "train", "encoder", "arms", "tests"})
    for name in ("side", "untold", "protocol", "epsilon"):  # they came later: an answer that was stored without them stays
        if asked[name] == UtilitySpec.model_fields[name].default:
            del asked[name]
    encoder = None if card is None else card_key(card)
    return content_key("utility", UTILITY, {role: set_key(s) for role, s in sets.items()}, encoder, arms, asked)


ATTACKS = 1
"""Raised when parts, controls or verdicts of attacks are made in another way; an attack has its own `version`."""


MODEL_ATTACKS = 2
"""The same, of attacks that ask a model: since 2 leaks are planted in it, and what a classifier was taught decides too."""


def attack_key(spec: AttackSpec, choice: Choice, card: EncoderCard, sets: Mapping[str, ImageSet], model: str | None) -> str:
    """Content key of everything that decides what an attack says; `model` is the key of the generator that it asks."""
    images = {role: set_key(s) for role, s in sets.items()}
    attack = registry.find_attack(choice.id)
    taught = {} if spec.taught is None else spec.taught.model_dump(mode="json")
    later = [] if attack.target == "released images" else [MODEL_ATTACKS, taught]
    return content_key("attack", ATTACKS, choice.id, attack.version, choice.settings, images, card_key(card), model, spec.seed, *later)


def nearest_key(images: ImageSet, train: ImageSet, card: EncoderCard, k: int) -> str:
    """Where the nearest training images of a set are kept."""
    return content_key("nearest", set_key(images), set_key(train), card_key(card), k)


VERSION = 2


def map_key(workspace: Workspace, sets: Sequence[ImageSet], encoder: str, seed: int, limit: int) -> str:
    """Where the map of these sets is kept; a limit that none of them reaches changes nothing, so it is no part of the key."""
    reached = limit if sum(map(len, sets)) > limit else None
    card = card_key(encoder_card(workspace.config, encoder))
    return content_key("projection", VERSION, [set_key(s) for s in sets], card, seed, reached)


COPIES = 2
"""Raised when pairs are found, registered or measured in another way."""


def copies_key(spec: DetectSpec, images: ImageSet, train: ImageSet, cards: Sequence[EncoderCard]) -> str:
    """Where the pairs of a set with training films are kept; held-out films have one too, shared by all sets.

    Args:
        cards: those of `spec.encoders`.
    """
    return content_key("copies", COPIES, set_key(images), set_key(train), [card_key(card) for card in cards], bool(spec.copies), spec.k)
