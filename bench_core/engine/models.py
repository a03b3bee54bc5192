"""Opens what cards name, keeps what is loaded, and answers what catalogue and forms ask of it."""

from __future__ import annotations

import gc
import sys
import types
from collections import OrderedDict
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, Union, get_args, get_origin

from bench_core.cards import EncoderCard, GeneratorCard, encoder_cards, find_card, generator_cards
from bench_core.config import Config
from bench_core.data import ImageSet, content_key
from bench_core.errors import MissingWeights
from bench_core.settings_model import Settings, check

if TYPE_CHECKING:
    from bench_core.features import FeatureSet

_FEATURE_SETS = 8


def generator_card(config: Config, generator_id: str) -> GeneratorCard:
    """The card of a generator.

    Raises:
        UnknownName: there is none.
    """
    return find_card("generator", generator_cards(config.card_folder), generator_id)


def encoder_card(config: Config, encoder_id: str) -> EncoderCard:
    """The card of an encoder.

    Raises:
        UnknownName: there is none.
    """
    return find_card("encoder", encoder_cards(config.card_folder, config.weights_folder()), encoder_id)


def card_key(card: GeneratorCard | EncoderCard) -> str:
    """The card's content key; its weights are read again only when a file changed."""
    files = sorted(p for folder in card.folders() if folder.is_dir() for p in folder.rglob("*") if p.is_file())
    key = _card_key(_Keyed(card), tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in files))
    if isinstance(card, GeneratorCard):
        from bench_core.generators import backend_of

        commits = backend_of(card).fingerprint(card)
        return content_key(key, commits) if commits else key
    return key


class _Keyed:
    """A card that a cache can hold: equal when its text is."""

    def __init__(self, card: GeneratorCard | EncoderCard) -> None:
        self.card, self.text = card, card.model_dump_json() + str(card.source)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)


@lru_cache(maxsize=64)
def _card_key(keyed: _Keyed, files: tuple[tuple[str, int, int], ...]) -> str:
    return keyed.card.key()


def generator_missing(config: Config, generator_id: str) -> str | None:
    """See `api.generator_missing`."""
    from bench_core.generators import backend_of

    card = generator_card(config, generator_id)
    return backend_of(card).missing(card)


def encoder_missing(config: Config, encoder_id: str) -> str | None:
    """See `api.encoder_missing`."""
    from bench_core.encoders import encoder_backend

    card = encoder_card(config, encoder_id)
    if card.trust_remote_code and not config.remote_code:
        from bench_core.encoders.backend import refused_code

        return " ".join(refused_code(card))
    return encoder_backend(card).missing(card)


def require(missing: str | None, what: str) -> None:
    """Raises MissingWeights when something is missing."""
    if missing:
        raise MissingWeights(f"{what} cannot run here: {missing.rstrip('.')}.", "The catalogue says where its files come from.")


def check_settings(card: GeneratorCard, settings: Mapping[str, Any]) -> Settings:
    """The card's defaults with these settings on top, checked.

    Raises:
        SettingError: an unknown name or a bad value.
    """
    from bench_core.generators import backend_of

    return check(backend_of(card).settings_model(card), {**card.settings, **settings}, f"Generator {card.id!r}")


def settings_fields(config: Config, generator_id: str) -> list[dict[str, Any]]:
    """The fields of `api.SettingField` for each setting of a generator."""
    from bench_core.generators import backend_of

    card = generator_card(config, generator_id)
    model = backend_of(card).settings_model(card)
    fields = []
    for name, info in model.model_fields.items():
        kind, choices = _form_type(info.annotation)
        limits: dict[str, float] = {}
        for rule in info.metadata:
            for low in ("ge", "gt"):
                if getattr(rule, low, None) is not None:
                    limits["low"] = getattr(rule, low)
            for high in ("le", "lt"):
                if getattr(rule, high, None) is not None:
                    limits["high"] = getattr(rule, high)
        default = card.settings.get(name, None if info.is_required() else info.get_default(call_default_factory=True))
        extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
        group = str(extra.get("group", ""))
        fields.append(
            {"name": name, "type": kind, "default": default, "choices": choices, "help": info.description or "", "group": group, **limits}
        )
    return fields


def _form_type(annotation: Any) -> tuple[str, tuple[Any, ...]]:
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not type(None))
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    return {int: "int", float: "float", bool: "bool"}.get(annotation, "str"), ()


def free_memory() -> None:
    """Hands memory that nothing uses any more back to the GPU, for other processes and larger models."""
    gc.collect()
    torch = sys.modules.get("torch")  # where it was never imported it holds nothing
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


class Models:
    """What one process has loaded: one generator (they are large), the encoders, and feature sets with what they computed."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._generator: tuple[str, Any] | None = None
        self._encoders: dict[str, Any] = {}
        self._features: OrderedDict[str, FeatureSet] = OrderedDict()

    def generator(self, card: GeneratorCard, train: ImageSet | None, settings: Settings | None = None) -> Any:
        """The generator of that card, loaded as the settings say."""
        from bench_core.generators import open_generator

        key = content_key(card_key(card), train.id if train else None)
        if self._generator is None or self._generator[0] != key:
            if self._generator is not None:  # let go of the memory before the next one is loaded
                self._generator = None
                free_memory()
            opened = open_generator(card, device=self._config.torch_device(), train=train)
            require(opened.missing(card), f"Generator {card.id!r}")
            self._generator = (key, opened)
        self._generator[1].load(settings)
        return self._generator[1]

    def encoder(self, card: EncoderCard) -> Any:
        """The encoder of that card."""
        from bench_core.encoders import open_encoder

        key = card_key(card)
        if key not in self._encoders:
            opened = open_encoder(card, device=self._config.torch_device(), remote_code=self._config.remote_code)
            require(opened.missing(card), f"Encoder {card.id!r}")
            self._encoders[key] = opened
        return self._encoders[key]

    def loaded(self) -> list[str]:
        """Ids of the generator and the encoders that are loaded."""
        generator = self._generator  # a heartbeat asks from a thread of its own
        encoders = {encoder.card.id for encoder in list(self._encoders.values())}
        return sorted([*([generator[1].card.id] if generator else []), *encoders])

    def release(self) -> None:
        """Lets go of all models and of the memory that they took on a GPU."""
        self._generator = None
        self._encoders.clear()
        free_memory()

    def kept_features(self, key: str) -> FeatureSet | None:
        """A feature set that was made before in this process."""
        if key in self._features:
            self._features.move_to_end(key)
        return self._features.get(key)

    def keep_features(self, key: str, features: FeatureSet) -> None:
        """Keeps a feature set with the distances it computed; the oldest go."""
        self._features[key] = features
        while len(self._features) > _FEATURE_SETS:
            self._features.popitem(last=False)
