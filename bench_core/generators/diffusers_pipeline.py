"""Any image pipeline of diffusers that a card names: a local folder, a hub model that is on this machine, or parts of several.

Weights are safetensors only and no code is taken from a model (`trust_remote_code` is never passed). Nothing is downloaded here:
a missing model is an error that has the command.
"""

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet, Prompt
from bench_core.errors import BenchError, InputError, MissingPackage, MissingWeights, SettingError
from bench_core.generators.backend import Backend, Lack, OnStep, Weights, not_queried, with_defaults
from bench_core.generators.denoiser import PREDICTIONS, Denoiser, denoiser_of
from bench_core.generators.lacks import lacks_of
from bench_core.generators.pipeline_parts import build_pipeline, place_pipeline
from bench_core.generators.pipeline_settings import PLACEMENT, STAGE, call_arguments, check_names, pipeline_name, settings_of
from bench_core.generators.prompt_reading import readings
from bench_core.generators.reconstruction import through
from bench_core.generators.weight_files import commits_of_unpinned, parameters_in, places, said, weights_in
from bench_core.records import Reading
from bench_core.settings_model import Settings

QUERIED = ("StableDiffusionPipeline", "DDPMPipeline", "DDIMPipeline")
"""Pipelines whose denoiser reads a latent, a noise level and a text, and nothing else."""

PREVIEWS = 5  # coarse images per batch, beside the plain count of steps


@registry.backend("diffusers")
class DiffusersPipeline(Backend):
    """A diffusers pipeline."""

    def __init__(self, card: GeneratorCard, *, device: str = "cpu", train: ImageSet | None = None) -> None:
        super().__init__(card, device=device, train=train)
        self._pipeline: Any = None
        self._scheduler: Any = None
        self._placed: dict[str, Any] = {}

    @classmethod
    def settings_model(cls, card: GeneratorCard) -> type[Settings]:
        """The settings that the pipeline's `__call__` has, its scheduler, stages of the training, and how it is held in memory."""
        model = settings_of(card)
        check_names(card, model)
        return with_defaults(model, card)

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        """The first thing that is not on this machine, with the command that brings it."""
        return next((str(lack) for lack in cls.lacks(card)), None)

    @classmethod
    def lacks(cls, card: GeneratorCard) -> list[Lack]:
        """Weights that are not here, code that is never run, packages that a setting needs."""
        if not (card.path or card.repo_id) and (card.how_to_get or not card.components):
            return [Lack(f"The card of {card.id} names no weights", card.how_to_get or "Give path, repo_id or components.")]
        try:
            found = lacks_of(card)
        except BenchError as error:
            return [Lack(error.message, error.hint)]
        if card.settings.get("clean_caption") and (absent := _absent_cleaners()):
            found.append(Lack(f"The setting clean_caption needs {absent}", f"pip install {absent}"))
        return found

    @classmethod
    def inventory(cls, card: GeneratorCard) -> list[Weights]:
        """The weight files that are here, by part; a damaged one has no size, and stands among the lacks."""
        found = []
        for place in places(card):
            with suppress(InputError):
                files = weights_in(place, card.variant) if place.needs_weights else []
                if files:
                    size = sum(f.stat().st_size for f in files)
                    found.append(Weights(place.part, said(card, place), len(files), size, sum(parameters_in(f) for f in files)))
        return found

    @classmethod
    def readings(cls, card: GeneratorCard, texts: Sequence[str]) -> list[Reading] | None:
        """By the tokenizer that reads most of them; a pipeline that has several (Flux, SD 3) hands each text to all."""
        takes = call_arguments(pipeline_name(card))
        longest = takes.get("max_sequence_length")
        return readings(card, texts, longest if isinstance(longest, int) else None) if "prompt" in takes else None

    @classmethod
    def fingerprint(cls, card: GeneratorCard) -> list[str]:
        """Commits in the hub's cache, for those sources that the card does not pin."""
        return commits_of_unpinned(card)

    def load(self, settings: Settings | None = None) -> None:
        """Loads pipeline, components and adapters; again where settings ask for another number format or place."""
        asked = (settings or self.settings()).model_dump()
        placed = {name: asked[name] for name in (*PLACEMENT, STAGE) if name in asked}
        if self._pipeline is not None and placed == self._placed:
            return
        self._pipeline = None  # let go of the memory before it is loaded anew
        lacks = self.lacks(self.card)
        if lacks:
            raise MissingWeights(f"Generator {self.card.id} cannot run: {lacks[0].what.rstrip('.')}.", lacks[0].fix)
        pipeline = build_pipeline(self.card, placed["dtype"], placed.get(STAGE))
        place_pipeline(pipeline, self.device, placed)
        self._scheduler, self._pipeline, self._placed = pipeline.scheduler, pipeline, placed

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) or (H, W, 3) uint8
        """One image per prompt; a CPU random generator for each image, so that neither batch nor device decides what it shows."""
        import torch

        self.load(settings)
        takes = call_arguments(type(self._pipeline).__name__)
        values = {k: v for k, v in settings.model_dump().items() if v is not None and k not in (*PLACEMENT, STAGE)}
        if values.get("clean_caption") and (absent := _absent_cleaners()):
            raise MissingPackage(f"Setting clean_caption needs {absent}.", f"pip install {absent}, or set clean_caption = false.")
        self._choose_scheduler(values.pop("scheduler", "default"))
        if "negative_prompt" in values:
            values["negative_prompt"] = [values["negative_prompt"]] * len(prompts)
        values.update({"prompt": [p.text for p in prompts]} if "prompt" in takes else {"batch_size": len(prompts)})
        values["generator"] = [torch.Generator("cpu").manual_seed(int(seed)) for seed in seeds]
        self._watch(on_step, int(values["num_inference_steps"]), takes, values)
        try:
            with torch.inference_mode():
                made = self._pipeline(output_type="np", **values)
        except (ValueError, TypeError) as error:
            raise SettingError(f"Generator {self.card.id} refuses these settings: {error}") from error
        finally:
            self._pipeline.__dict__.pop("progress_bar", None)
        return self._checked(made, seeds)

    def reconstruct(self, films: Sequence[np.ndarray]) -> list[np.ndarray]:
        """Through the pipeline's `vae`, at the size that the card's images have."""
        self.load()
        vae = getattr(self._pipeline, "vae", None)
        if vae is None or not hasattr(vae, "encode"):
            return super().reconstruct(films)
        side = self.settings().model_dump().get("height") or vae.config.sample_size
        return through(vae, films, self.device, int(side))

    @classmethod
    def not_queried(cls, card: GeneratorCard) -> str:
        """By the class of the pipeline; what it predicts is known once it is loaded."""
        name = pipeline_name(card)
        return (
            "" if name in QUERIED else f"{name} needs more than a latent, a noise level and a text, or follows a flow without noise levels"
        )

    def lend_denoiser(self) -> Denoiser:
        """The UNet, with the autoencoder and the text encoder in front of it."""
        if why := self.not_queried(self.card):
            raise not_queried(self.card, why)
        self.load()
        predicts = self._scheduler.config.prediction_type
        if predicts not in PREDICTIONS:
            raise not_queried(self.card, f"it predicts {predicts}")
        asked = self.settings().model_dump()
        return denoiser_of(self._pipeline, self.card.id, height=asked.get("height"), width=asked.get("width"))

    def _checked(self, made: Any, seeds: Sequence[int]) -> list[np.ndarray]:
        """The images, unless one is no image: blacked out by a content filter, or not a number."""
        for flagged, seed in zip(getattr(made, "nsfw_content_detected", None) or [], seeds, strict=False):
            if flagged:
                text = f"The content filter of {self.card.id} blacked out the image of seed {seed}; it was made for photographs."
                raise BenchError(text, 'Leave it out in the card: components = { safety_checker = "none" }.')
        for image, seed in zip(made.images, seeds, strict=True):
            if not np.isfinite(image).all():
                text = f"{self.card.id} made an image of seed {seed} that is no number, in {self._placed['dtype']}."
                raise BenchError(text, "Set dtype = bfloat16 or float32.")
        return [to_bytes(image) for image in made.images]

    def _choose_scheduler(self, name: str) -> None:
        """Puts a scheduler of that name, made from the model's own configuration, into the pipeline."""
        import diffusers

        known = {cls.__name__: cls for cls in getattr(self._scheduler, "compatibles", [])}
        if name == "default":
            # A fresh one every time: schedulers keep state from one batch to the next.
            self._pipeline.scheduler = type(self._scheduler).from_config(self._scheduler.config)
        elif name in known and hasattr(diffusers, name):
            self._pipeline.scheduler = known[name].from_config(self._scheduler.config)
        else:
            raise SettingError(f"Generator {self.card.id} cannot use scheduler {name}.", f"It can: {', '.join(sorted(known))}.")

    def _watch(self, on_step: OnStep | None, steps: int, takes: dict[str, Any], values: dict[str, Any]) -> None:
        """Has the pipeline say after every step that it is done, in the way that it knows."""
        if on_step is None:
            return
        every = max(1, steps // PREVIEWS)

        def tell(step: int, latents: Any) -> None:
            total = max(steps, getattr(self._pipeline, "num_timesteps", steps))
            show = latents is not None and (step + 1) % every == 0
            on_step(step + 1, total, self.preview(latents) if show else None)

        def after_step(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            tell(step, tensors.get("latents"))
            return tensors

        def steps_of(iterable: Iterable[Any]) -> Iterator[Any]:  # as these pipelines call it: over their time steps
            for step, timestep in enumerate(iterable):
                yield timestep
                tell(step, None)

        if "callback_on_step_end" in takes:
            values["callback_on_step_end"] = after_step
        elif "callback" in takes:
            values["callback"] = lambda step, timestep, latents: tell(step, latents)
        else:
            self._pipeline.progress_bar = steps_of  # the one thing that it calls at every step; taken away after the batch

    def preview(self, latents: Any) -> np.ndarray | None:  # (H, W) or (H, W, 3) uint8
        """A coarse image of the batch's first latents: decoded where that is cheap, else the mean of their channels."""
        import torch

        if latents.ndim == 3:  # patches in a row, as Flux keeps them
            side = int(latents.shape[1] ** 0.5)
            if side * side != latents.shape[1]:
                return None
            latents = latents[:1].transpose(1, 2).unflatten(2, (side, side))
        vae: Any = getattr(self._pipeline, "vae", None)
        first = latents[:1]
        config: Any = getattr(vae, "config", None)
        narrow = max(getattr(config, "block_out_channels", (9999,))) <= 256
        cheap = narrow and first.shape[-1] <= 32 and first.shape[1] == config.latent_channels
        with torch.inference_mode():
            if cheap:
                unscaled = first / config.scaling_factor + (getattr(config, "shift_factor", None) or 0)
                signal = vae.decode(unscaled.to(vae.dtype), return_dict=False)[0]
                return to_bytes(signal[0].float().div(2).add(0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy())
            grey = first[0].float().mean(0).cpu().numpy()
        low, high = np.percentile(np.nan_to_num(grey), (1, 99))
        return to_bytes(np.clip((np.nan_to_num(grey) - low) / max(float(high - low), 1e-6), 0, 1)[..., None])


def to_bytes(image: np.ndarray) -> np.ndarray:  # (H, W) or (H, W, 3) uint8
    """An image of floats 0..1 as 8 bits; one channel becomes plain grey."""
    levels: np.ndarray = np.clip(np.rint(np.nan_to_num(image) * 255), 0, 255).astype(np.uint8)
    return levels[..., 0] if levels.shape[-1] == 1 else levels


def _absent_cleaners() -> str:
    """The packages that cleaning a caption needs and that are not installed."""
    names = {"bs4": "beautifulsoup4", "ftfy": "ftfy"}
    return " ".join(package for module, package in names.items() if importlib.util.find_spec(module) is None)
