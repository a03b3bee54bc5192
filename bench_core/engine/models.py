"""Opens what cards name, and keeps what is loaded."""

from __future__ import annotations

import gc
import sys
from collections import OrderedDict
from functools import cache
from typing import TYPE_CHECKING, Any

from bench_core.cards import EncoderCard, GeneratorCard
from bench_core.config import Config
from bench_core.data import ImageSet, content_key
from bench_core.engine.catalogue import require
from bench_core.engine.keys import card_key
from bench_core.settings_model import Settings

if TYPE_CHECKING:
    from bench_core.features import FeatureSet

_FEATURE_SETS = 8


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

    def generator(self, card: GeneratorCard, train: ImageSet | None, settings: Settings | None = None, key: str | None = None) -> Any:
        """The generator of that card, loaded as the settings say; `key` is its `card_key` where that is known."""
        from bench_core.generators import open_generator

        key = content_key(key or card_key(card), train.id if train else None)
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


@cache
def models_of(config: Config) -> Models:
    """What this process has loaded; it stays for the shards that follow."""
    return Models(config)
