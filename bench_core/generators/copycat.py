"""The worst generator for privacy: returns training images, hardly changed. Calibrates every memorisation metric."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from pydantic import Field

from bench_core import registry
from bench_core.alterations.moving import mirrored, shifted
from bench_core.data import FINDINGS, ImageSet, Prompt
from bench_core.generators.backend import Backend, OnStep, need_train
from bench_core.settings_model import Settings

OTHER_SIDE = {"lung_left": "lung_right", "lung_right": "lung_left"}
POOL = 16  # training images that fit a prompt best, among which the seed chooses


class Options(Settings):
    """How much the copy differs from its original."""

    noise: float = Field(4.0, ge=0, le=100, description="Standard deviation of the added noise, in grey levels of 255.")
    shift: int = Field(0, ge=0, le=64, description="Largest shift in either direction, in pixels; the edge is repeated.")
    flip: float = Field(0.0, ge=0, le=1, description="Share of the copies that are mirrored left to right.")


@registry.backend("copycat")
class Copycat(Backend):
    """Picks a training image whose labels fit the prompt and adds noise, a shift or a flip."""

    Options = Options

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) uint8
        """One copy per prompt."""
        train = need_train(self.card, self.train)
        assert isinstance(settings, Options)
        images: list[np.ndarray] = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            rng = np.random.default_rng(np.random.SeedSequence((seed, 7)))
            images.append(change(train.read(self._pick(train, prompt, rng)), settings, rng))
            if on_step:
                on_step(len(images), len(prompts), images[-1])
        return images

    def masks(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, of_train: Callable[[int], Mapping[str, np.ndarray]]
    ) -> list[Mapping[str, np.ndarray]]:  # each (H, W) bool
        """Those of the training image that is copied, moved as it is. Of a mirrored copy left and right change places."""
        train = need_train(self.card, self.train)
        assert isinstance(settings, Options)
        found: list[Mapping[str, np.ndarray]] = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            rng = np.random.default_rng(np.random.SeedSequence((seed, 7)))
            masks = of_train(self._pick(train, prompt, rng))
            move, flipped = _move(settings, rng)
            moved = {name: move(mask.astype(np.uint8)) > 0 for name, mask in masks.items()}
            found.append({OTHER_SIDE.get(name, name) if flipped else name: mask for name, mask in moved.items()})
        return found

    def _pick(self, train: ImageSet, prompt: Prompt, rng: np.random.Generator) -> int:
        """A row among those whose labels differ least from the prompt's; any row where nothing is known."""
        from bench_core import phantom

        asked = {name: value for name, value in prompt.labels.items() if name in FINDINGS} or phantom.parse(prompt.text).labels
        known = [name for name in FINDINGS if name in train.table and asked.get(name) in (0, 1)]
        if not known:
            return int(rng.integers(len(train)))
        table = train.table[known].to_numpy(float)
        distance = np.nan_to_num(np.abs(table - np.asarray([asked[name] for name in known], float)), nan=0.5).sum(1)
        best = np.argsort(distance, kind="stable")[:POOL]
        return int(best[rng.integers(len(best))])


def change(image: np.ndarray, options: Options, rng: np.random.Generator) -> np.ndarray:  # (H, W) uint8
    """Mirrors, shifts and adds noise, in this order; with everything at 0 the very image."""
    image = _move(options, rng)[0](image)
    noisy = image + rng.normal(0, options.noise, image.shape) if options.noise else image.astype(float)
    film: np.ndarray = np.clip(np.rint(noisy), 0, 255).astype(np.uint8)
    return film


def _move(options: Options, rng: np.random.Generator) -> tuple[Callable[[np.ndarray], np.ndarray], bool]:
    """What mirrors and shifts an image, as it is drawn, and whether it mirrors."""
    down, right = rng.integers(-options.shift, options.shift + 1, 2)
    flipped = bool(rng.random() < options.flip)

    def move(image: np.ndarray) -> np.ndarray:
        image = mirrored(image) if flipped else image
        return shifted(image, -int(down), -int(right)) if options.shift else image

    return move, flipped
