"""Any text-to-image pipeline of diffusers that a card names: a local folder or a hub model that is on this machine, with adapters.

Weights are safetensors only and no code is taken from a model (`trust_remote_code` is never passed). Nothing is downloaded here:
a missing model is an error that has the command.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from bench_core import registry
from bench_core.cards import GeneratorCard
from bench_core.data import ImageSet, Prompt
from bench_core.errors import MissingWeights, SettingError
from bench_core.generators.backend import Backend, OnStep, with_defaults
from bench_core.generators.pipeline_settings import check_names, pipeline_name, settings_of_pipeline
from bench_core.settings_model import Settings

PREVIEWS = 5  # coarse images a batch, beside the plain count of steps


@registry.backend("diffusers")
class DiffusersPipeline(Backend):
    """A diffusers pipeline."""

    def __init__(self, card: GeneratorCard, *, device: str = "cpu", train: ImageSet | None = None) -> None:
        super().__init__(card, device=device, train=train)
        self._pipeline: Any = None
        self._scheduler: Any = None

    @classmethod
    def settings_model(cls, card: GeneratorCard) -> type[Settings]:
        """The settings that the pipeline's `__call__` has, and its scheduler."""
        model = settings_of_pipeline(pipeline_name(card))
        check_names(card, model)
        return with_defaults(model, card)

    @classmethod
    def missing(cls, card: GeneratorCard) -> str | None:
        """The first thing that is not on this machine, with the command that brings it."""
        for folder in card.folders():
            if not folder.is_dir() and not _is_hub_id(folder, card):
                return f"The folder {folder} is not there. python -m bench_core train {card.id}"
        for name in ([card.repo_id] if card.repo_id else []) + [n for n in card.lora if not card.relative(n).is_dir()]:
            if not _in_cache(name, card.revision if name == card.repo_id else None, card):
                return _how_to_get(name, card.revision if name == card.repo_id else None)
        return None

    def load(self) -> None:
        """Loads pipeline, components and adapters onto the device."""
        if self._pipeline is not None:
            return
        lacking = self.missing(self.card)
        if lacking:
            text, _, command = lacking.rpartition(". ")
            raise MissingWeights(f"Generator {self.card.id} cannot run: {text}.", command)
        import diffusers
        import torch

        dtype = getattr(torch, self.card.dtype)
        diffusers.utils.logging.disable_progress_bar()
        local: dict[str, Any] = {"dtype": dtype, "use_safetensors": True, "local_files_only": True}
        parts = {name: self._component(name, folder, local) for name, folder in self.card.components.items()}
        try:
            pipeline = diffusers.DiffusionPipeline.from_pretrained(
                str(self.card.folder or self.card.repo_id), revision=self.card.revision, **local, **parts
            )
            for name in self.card.lora:
                folder = self.card.relative(name)
                pipeline.load_lora_weights(str(folder if folder.is_dir() else name), use_safetensors=True, local_files_only=True)
        except (OSError, ValueError) as error:
            raise MissingWeights(f"Generator {self.card.id} does not load: {error}", _hint(self.card)) from error
        if self.card.lora:
            pipeline.fuse_lora()
        pipeline.set_progress_bar_config(disable=True)
        self._scheduler = pipeline.scheduler
        self._pipeline = pipeline.to(self.device)

    def _component(self, name: str, folder: str, local: dict[str, Any]) -> Any:
        """A part of the pipeline that the card takes from elsewhere; its class is the one the pipeline's index names."""
        import json

        import diffusers
        import transformers

        path = self.card.relative(folder)
        config = json.loads((path / "config.json").read_text(encoding="utf-8"))
        library, class_name = (diffusers, config["_class_name"]) if "_class_name" in config else (transformers, config["architectures"][0])
        return getattr(library, class_name).from_pretrained(str(path), **local)

    def batch(
        self, prompts: Sequence[Prompt], seeds: Sequence[int], settings: Settings, *, on_step: OnStep | None = None
    ) -> list[np.ndarray]:  # each (H, W) or (H, W, 3) uint8
        """One image a prompt; a CPU random generator an image, so that neither batch nor device decides what it shows."""
        import torch

        self.load()
        values = {k: v for k, v in settings.model_dump().items() if v is not None}
        self._choose_scheduler(values.pop("scheduler", "default"))
        if "negative_prompt" in values:
            values["negative_prompt"] = [values["negative_prompt"]] * len(prompts)
        if on_step is not None:
            values["callback_on_step_end"] = self._callback(on_step, int(values["num_inference_steps"]))
        with torch.inference_mode():
            made = self._pipeline(
                prompt=[p.text for p in prompts],
                generator=[torch.Generator("cpu").manual_seed(int(seed)) for seed in seeds],
                output_type="np", **values,
            ).images  # fmt: skip
        return [to_bytes(image) for image in made]

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

    def _callback(self, on_step: OnStep, steps: int) -> Callable[..., dict[str, Any]]:
        every = max(1, steps // PREVIEWS)

        def after_step(pipeline: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            total = max(steps, getattr(pipeline, "num_timesteps", steps))
            show = (step + 1) % every == 0 and "latents" in tensors
            on_step(step + 1, total, self.preview(tensors["latents"]) if show else None)
            return tensors

        return after_step

    def preview(self, latents: Any) -> np.ndarray | None:  # (H, W) or (H, W, 3) uint8
        """A coarse image of the batch's first latents: decoded where that is cheap, else the mean of their channels."""
        import torch

        if latents.ndim != 4:
            return None
        first = latents[:1]
        vae: Any = getattr(self._pipeline, "vae", None)
        with torch.inference_mode():
            if first.shape[-1] <= 32 and max(getattr(getattr(vae, "config", None), "block_out_channels", (9999,))) <= 256:
                signal = vae.decode((first / vae.config.scaling_factor).to(vae.dtype), return_dict=False)[0]
                return to_bytes(signal[0].float().div(2).add(0.5).clamp(0, 1).permute(1, 2, 0).cpu().numpy())
            grey = first[0].float().mean(0).cpu().numpy()
        low, high = np.percentile(grey, (1, 99))
        return to_bytes(np.clip((grey - low) / max(float(high - low), 1e-6), 0, 1)[..., None])


def to_bytes(image: np.ndarray) -> np.ndarray:  # (H, W) or (H, W, 3) uint8
    """An image of floats 0..1 as 8 bits; one channel becomes plain grey."""
    levels = np.clip(np.rint(np.nan_to_num(image) * 255), 0, 255).astype(np.uint8)
    return levels[..., 0] if levels.shape[-1] == 1 else levels


def _is_hub_id(folder: Any, card: GeneratorCard) -> bool:
    """Whether this missing folder is really the hub id of an adapter."""
    return any(card.relative(name) == folder and name.count("/") == 1 and not name.startswith(".") for name in card.lora)


def _in_cache(repo_id: str, revision: str | None, card: GeneratorCard) -> bool:
    from huggingface_hub import try_to_load_from_cache

    names = ("model_index.json",) if repo_id == card.repo_id else ("pytorch_lora_weights.safetensors", "adapter_config.json", "README.md")
    return any(isinstance(try_to_load_from_cache(repo_id, name, revision=revision), str) for name in names)


def _how_to_get(repo_id: str, revision: str | None) -> str:
    pinned = f" --revision {revision}" if revision else ""
    return (
        f"The weights of {repo_id} are not on this machine (a gated model also needs its terms accepted on its hub page and "
        f"`hf auth login`). hf download {repo_id}{pinned}"
    )


def _hint(card: GeneratorCard) -> str:
    if card.repo_id:
        return _how_to_get(card.repo_id, card.revision)
    return f"The folder {card.folder} needs safetensors files as diffusers saves them."
