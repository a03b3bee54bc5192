"""Builds a diffusers pipeline as a card says: whole or from parts, with adapters, on a device.

Only classes of diffusers, transformers and `film_autoencoder` are made, from safetensors files and configurations that are on this machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench_core.cards import GeneratorCard, Part, Source
from bench_core.cards.checkpoint_files import json_object
from bench_core.errors import BenchError, CardError, MissingWeights, SettingError, is_full
from bench_core.generators import film_autoencoder
from bench_core.generators.adapters import adapter_weights
from bench_core.generators.pipeline_settings import pipeline_name
from bench_core.generators.weight_files import Place, folder_of, index_of, weights_in, whole

CONFIGURATIONS = (
    ("config.json", "_class_name"),
    ("scheduler_config.json", "_class_name"),
    ("tokenizer_config.json", "tokenizer_class"),
    ("preprocessor_config.json", "image_processor_type"),
)
"""Files that say of which class a part is, and under which name."""

LOCAL: dict[str, Any] = {"use_safetensors": True, "local_files_only": True}


def build_pipeline(card: GeneratorCard, dtype: str, stage: str | None = None) -> Any:
    """The pipeline of a card, in main memory, with its adapters added to the weights, that of a stage of its training too."""
    import diffusers
    import torch

    diffusers.utils.logging.disable_progress_bar()
    kind = getattr(torch, dtype)
    parts: dict[str, Any] = {}
    for name, part in card.components.items():
        with loading(card, name, _again(card, part)):
            parts[name] = None if part.left_out else load_part(card, name, part, kind)
    if parts.get("safety_checker", ...) is None:
        parts["requires_safety_checker"] = False
    source = whole(card)
    if source is None:
        with loading(card, "the pipeline of the card's parts", "The parts do not fit together: mend components in the card."):
            pipeline = assemble(card, parts)
    else:
        index_of(card)  # refuses code of the model's own
        more = {"variant": card.variant} if card.variant else {}
        folder = folder_of(card, source)
        with loading(card, str(folder), _again(card, source)):
            pipeline = diffusers.DiffusionPipeline.from_pretrained(str(folder), dtype=kind, **LOCAL, **more, **parts)
    add_adapters(card, pipeline, stage)
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


@contextmanager
def loading(card: GeneratorCard, what: str, fix: str) -> Iterator[None]:
    """Around the libraries that load a part: whatever they raise over its files is one line that names the part, and the fix.

    Raises:
        MissingWeights: it does not load. A full memory is not the files' fault and is raised as it is.
    """
    try:
        yield
    except BenchError:
        raise
    except Exception as error:
        if is_full(error):
            raise
        reason = " ".join(str(error).split()) or type(error).__name__
        raise MissingWeights(f"Generator {card.id}: {what} does not load: {reason[:1000]}", fix) from error


def _again(card: GeneratorCard, source: Source) -> str:
    hub_id = card.hub_id(source)
    if hub_id is None:
        return "Copy all files of it again, as save_pretrained of diffusers wrote them."
    return f"hf download {hub_id}" + (f" --revision {source.revision}" if source.revision else "")


ANOTHER = "It is for another model: name the one that it was made for in the card, or leave it out of lora."


def assemble(card: GeneratorCard, parts: dict[str, Any]) -> Any:
    """A pipeline from its parts alone.

    Raises:
        CardError: it has no such part, or one that it cannot do without is not named.
    """
    import inspect

    import diffusers

    name = pipeline_name(card)
    cls = getattr(diffusers, name, None)
    if not (inspect.isclass(cls) and issubclass(cls, diffusers.DiffusionPipeline)):
        raise CardError(card.source, "pipeline", f"is {name!r}, which is no pipeline of diffusers")
    takes = {n: p.default is p.empty for n, p in inspect.signature(cls.__init__).parameters.items() if n != "self"}
    unknown = sorted(set(parts) - set(takes) - {"requires_safety_checker"})
    if unknown:
        raise CardError(card.source, f"components.{unknown[0]}", f"is no part of {name}; it has {', '.join(takes)}")
    optional = set(getattr(cls, "_optional_components", ()))
    lacking = [n for n, required in takes.items() if required and n not in parts and n not in optional]
    if lacking:
        raise CardError(card.source, f"components.{lacking[0]}", f"is not given, and {name} needs it")
    nothing = {n: None for n, required in takes.items() if required and n in optional}
    return cls(**{**nothing, **{n: part for n, part in parts.items() if n in takes}})


def load_part(card: GeneratorCard, name: str, part: Part, dtype: Any) -> Any:
    """One part that the card takes from elsewhere, or makes of its options alone (a scheduler)."""
    folder = folder_of(card, part)
    cls = class_of(card, name, part, folder)
    if folder is None:
        return cls(**part.options)
    if not hasattr(cls, "forward"):
        return cls.from_pretrained(str(folder), local_files_only=True, **part.options)
    more = {"variant": card.variant} if card.variant and weights_in(Place(name, part, folder), None) == [] else {}
    return cls.from_pretrained(str(folder), dtype=dtype, **LOCAL, **more, **part.options)


def class_of(card: GeneratorCard, name: str, part: Part, folder: Path | None) -> Any:
    """The class of a part: the card's word for it, else its configuration's; of diffusers, transformers or this project, never the model's.

    Raises:
        CardError: neither library has it, or it is no part of a pipeline.
    """
    import inspect

    import diffusers
    import transformers

    wanted = part.class_name or (_class_in(folder) if folder else None)
    if wanted is None:
        raise CardError(card.source, f"components.{name}.class", "is not given, and its folder does not say either")
    found = getattr(diffusers, wanted, None) or getattr(transformers, wanted, None) or getattr(film_autoencoder, wanted, None)
    bases = (
        diffusers.ModelMixin, diffusers.SchedulerMixin, transformers.PreTrainedModel, transformers.PreTrainedTokenizerBase,
        transformers.FeatureExtractionMixin, transformers.ImageProcessingMixin,
    )  # fmt: skip
    if not inspect.isclass(found) or not issubclass(found, bases):
        raise CardError(card.source, f"components.{name}.class", f"is {wanted!r}, which is no part that diffusers or transformers know")
    return found


def _class_in(folder: Path) -> str | None:
    for file, key in CONFIGURATIONS:
        if (folder / file).is_file():
            config = json_object(folder / file)
            architectures = config.get("architectures")
            named = config.get(key) or (architectures[0] if isinstance(architectures, list) and architectures else None)
            if named:
                return str(named)
    return None


def add_adapters(card: GeneratorCard, pipeline: Any, stage: str | None = None) -> None:
    """Adds the card's LoRA adapters to the weights, each by its scale, and that of a stage of its training.

    Raises:
        CardError: the pipeline takes no adapters, or not all of one.
    """
    adapters = [*card.lora, *([card.stages[stage]] if stage is not None else [])]
    if not adapters:
        return
    if not hasattr(pipeline, "load_lora_weights"):
        raise CardError(card.source, "lora", f"is given, but {type(pipeline).__name__} takes no adapters")
    names = []
    for number, adapter in enumerate(adapters):
        folder = folder_of(card, adapter)
        file = weights_in(Place("lora", adapter, folder), None)[0]
        names.append(f"adapter_{number}")
        with loading(card, f"the adapter {file}", ANOTHER):
            pipeline.load_lora_weights(str(folder), weight_name=file.name, adapter_name=names[-1], **LOCAL)
        _check_taken(card, pipeline, file, names[-1])
    pipeline.set_adapters(names, [adapter.scale for adapter in adapters])
    pipeline.fuse_lora(adapter_names=names)
    pipeline.unload_lora_weights()


def _check_taken(card: GeneratorCard, pipeline: Any, file: Path, name: str) -> None:
    """diffusers drops weights that it finds no place for, or that are spelled in another way than the rest, with no more than a warning."""
    there = len(adapter_weights(file))
    parts = [part for part in pipeline.components.values() if hasattr(part, "named_parameters")]
    taken = sum("lora_" in key and f".{name}." in key for part in parts for key, _ in part.named_parameters())
    if taken < there:
        problem = f"has {there} weights in {file.name}, of which {type(pipeline).__name__} took {taken}"
        raise CardError(card.source, "lora", f"{problem}: the adapter is for another model, or its keys are spelled in two ways")


def place_pipeline(pipeline: Any, device: str, settings: dict[str, Any]) -> None:
    """Puts a pipeline where the settings say.

    Raises:
        SettingError: a memory option that this pipeline or device does not have.
    """
    offload = settings.get("offload", "none")
    if offload != "none" and not device.startswith("cuda"):
        raise SettingError(f"offload = {offload} keeps parts away from a GPU, and this worker runs on {device}.", "Set offload = none.")
    if offload == "model":
        pipeline.enable_model_cpu_offload(device=device)
    elif offload == "sequential":
        pipeline.enable_sequential_cpu_offload(device=device)
    else:
        pipeline.to(device)
    vae = getattr(pipeline, "vae", None)
    for option in ("tiling", "slicing"):
        if settings.get(f"vae_{option}"):
            if not hasattr(vae, f"enable_{option}"):
                raise SettingError(f"vae_{option} = true, but {type(vae).__name__} cannot do that.", f"Set vae_{option} = false.")
            getattr(vae, f"enable_{option}")()
    if settings.get("attention_slicing"):
        pipeline.enable_attention_slicing()
    if settings.get("compile"):
        denoiser = getattr(pipeline, "unet", None) or getattr(pipeline, "transformer", None)
        if denoiser is None:
            raise SettingError(f"compile = true, but {type(pipeline).__name__} has no denoiser to compile.", "Set compile = false.")
        denoiser.compile()
