"""The settings of a diffusers pipeline, read from the signature of its `__call__` without importing the library.

Importing diffusers takes seconds and a page asks only for the form: the pipeline's source is read as text instead.
"""

import ast
import importlib.util
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, create_model

from bench_core.cards import GeneratorCard
from bench_core.errors import MissingPackage, SettingError, UnknownName
from bench_core.generators.weight_files import index_of
from bench_core.settings_model import Settings

SCHEDULERS = (
    "DDIMScheduler", "DDPMScheduler", "PNDMScheduler", "LMSDiscreteScheduler", "EulerDiscreteScheduler", "EulerAncestralDiscreteScheduler",
    "HeunDiscreteScheduler", "DPMSolverMultistepScheduler", "DPMSolverSinglestepScheduler", "UniPCMultistepScheduler",
    "DEISMultistepScheduler",
)  # fmt: skip
"""Samplers for models that predict noise or velocity; flow-matching pipelines keep the one they came with."""

FLOW = ("Flux", "StableDiffusion3", "Sana", "Lumina", "AuraFlow", "QwenImage", "HiDream", "ZImage")

KNOWN: dict[str, tuple[Any, Any]] = {
    "num_inference_steps": (int, Field(50, ge=1, le=1000, description="Steps of the sampler: more take longer and are finer.")),
    "guidance_scale": (float, Field(7.5, ge=0, le=50, description="How strongly the prompt is followed; 1 switches guidance off.")),
    "negative_prompt": (str, Field("", max_length=4000, description="What the image shall not show.")),
    "height": (int | None, Field(None, ge=16, le=4096, multiple_of=8, description="Height in pixels; empty: the model's own.")),
    "width": (int | None, Field(None, ge=16, le=4096, multiple_of=8, description="Width in pixels; empty: the model's own.")),
    "eta": (float, Field(0.0, ge=0, le=1, description="Noise added at every step of DDIM; 0 is deterministic.")),
    "guidance_rescale": (float, Field(0.0, ge=0, le=1, description="Against over-exposure by strong guidance (arXiv:2305.08891).")),
    "clip_skip": (int | None, Field(None, ge=0, le=12, description="Layers of the text encoder left out at its end.")),
    "true_cfg_scale": (float, Field(1.0, ge=0, le=50, description="Guidance with a negative prompt, of models distilled without one.")),
    "max_sequence_length": (int, Field(256, ge=8, le=4096, description="Tokens of the prompt that are read.")),
    "cfg_trunc_ratio": (float, Field(1.0, ge=0, le=1, description="Share of the steps with guidance; the rest go without.")),
    "cfg_normalization": (bool, Field(True, description="Guidance keeps the length of the prediction.")),
    "use_resolution_binning": (bool, Field(True, description="Draw at the nearest size that the model was trained at, then resize.")),
    "clean_caption": (bool, Field(False, description="Clean the prompt as web captions are; needs beautifulsoup4 and ftfy.")),
}
"""Type, range and description of the settings that are offered, where the pipeline has them."""

OWN_DEFAULT = ("clean_caption",)
"""Settings whose default here is not the pipeline's: its own would depend on which packages are installed."""


def _option(kind: Any, default: Any, text: str, decides: bool, needs: str = "") -> tuple[Any, Any, str]:
    extra: dict[str, Any] = {"group": "memory", "keyed": "unless_default" if decides else "never"}
    return kind, Field(default, description=text, json_schema_extra=extra), needs


PLACEMENT: dict[str, tuple[Any, Any, str]] = {
    "dtype": _option(Literal["float32", "float16", "bfloat16"], "float32", "Number format of weights and arithmetic.", True),
    "offload": _option(
        Literal["none", "model", "sequential"], "none", "Keep parts in main memory until needed: slower, much less GPU memory.", False
    ),
    "vae_tiling": _option(bool, False, "Decode large images in blended tiles.", True, "vae"),
    "vae_slicing": _option(bool, False, "Decode one image at a time.", False, "vae"),
    "attention_slicing": _option(bool, False, "Attention in slices: less memory, slower.", False, "unet"),
    "compile": _option(bool, False, "Compile the denoiser: minutes at first, then faster.", False),
}
"""How a pipeline is held in memory: type, field, and the part without which there is nothing to set.

Those that decide no pixel (but for rounding) are kept with every image and left out of the key of the set.
"""


STAGE = "stage"
"""Name of the setting that chooses among the stages of a card."""


def pipeline_name(card: GeneratorCard) -> str:
    """Class name of the card's pipeline: its `pipeline` field, else what `model_index.json` says, else Stable Diffusion.

    Raises:
        InputError, CardError: see `weight_files.index_of`.
    """
    return card.pipeline or str(index_of(card).get("_class_name", "StableDiffusionPipeline"))


def call_arguments(pipeline: str) -> dict[str, Any]:
    """Argument names of a pipeline's `__call__` with their defaults (None where the default is no plain literal).

    Raises:
        MissingPackage: diffusers is not installed.
        UnknownName: diffusers has no such pipeline.
    """
    return _signatures(pipeline)["__call__"]


def parts_of(pipeline: str) -> dict[str, Any]:
    """Argument names of a pipeline's constructor: its parts."""
    return _signatures(pipeline)["__init__"]


def required_parts(pipeline: str) -> list[str]:
    """The parts that a pipeline cannot do without."""
    return list(_signatures(pipeline)["required"])


@cache
def _signatures(pipeline: str) -> dict[str, dict[str, Any]]:
    library = importlib.util.find_spec("diffusers")
    if library is None or library.origin is None:
        raise MissingPackage("diffusers is not installed.", "pip install -r requirements.txt")
    folder = Path(library.origin).parent / "pipelines"
    for path in sorted(folder.rglob("pipeline_*.py")):
        text = path.read_text(encoding="utf-8")
        if f"class {pipeline}(" in text:
            tree = ast.parse(text)
            found = {method: _arguments_of(tree, pipeline, method) for method in ("__init__", "__call__")}
            return {**found, "required": _required(tree, pipeline, found["__init__"])}
    raise UnknownName("diffusers pipeline", pipeline, ("StableDiffusionPipeline", "StableDiffusionXLPipeline", "FluxPipeline"))


def _method_of(tree: ast.Module, name: str, method: str) -> ast.FunctionDef:
    cls = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    found = next((node for node in cls.body if isinstance(node, ast.FunctionDef) and node.name == method), None)
    if found is None:
        raise UnknownName("diffusers pipeline that makes images", name, ())
    return found


def _required(tree: ast.Module, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The constructor's arguments that have no default and that the class does not list as optional."""
    cls = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name)
    listed = [n.value for n in cls.body if isinstance(n, ast.Assign) and any(ast.unparse(t) == "_optional_components" for t in n.targets)]
    optional = set(_literal(listed[0]) or ()) if listed else set()
    defaults = len(_method_of(tree, name, "__init__").args.defaults)
    without = list(arguments)[: len(arguments) - defaults]
    return {part: None for part in without if part not in optional}


def _arguments_of(tree: ast.Module, name: str, method: str) -> dict[str, Any]:
    call = _method_of(tree, name, method)
    names = [argument.arg for argument in call.args.args][1:]
    defaults: list[ast.expr | None] = [None] * (len(names) - len(call.args.defaults)) + list(call.args.defaults)
    return {name: _literal(default) for name, default in zip(names, defaults, strict=True)}


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


@cache
def settings_of_pipeline(pipeline: str, dtype: str = "float32") -> type[Settings]:
    """The settings model of a pipeline: those of KNOWN that it has, with its own defaults, the choice of scheduler, and PLACEMENT."""
    has, parts = call_arguments(pipeline), parts_of(pipeline)
    fields: dict[str, Any] = {}
    for name, (kind, field) in KNOWN.items():
        if name in has:
            own = has[name]
            takes = isinstance(own, bool) == (kind is bool) and isinstance(own, bool | int | float) and name not in OWN_DEFAULT
            fields[name] = (Annotated[kind, field], own) if takes else (kind, field)
    if not pipeline.startswith(FLOW) and "prompt" in has:
        text = "Sampler; default: the one that the model came with."
        fields["scheduler"] = (Literal["default", *SCHEDULERS], Field("default", description=text))
    for name, (kind, field, needs) in PLACEMENT.items():
        if not needs or needs in parts:
            fields[name] = (Annotated[kind, field], dtype) if name == "dtype" else (kind, field)
    return create_model(f"{pipeline}_settings", __base__=Settings, **fields)


def settings_of(card: GeneratorCard) -> type[Settings]:
    """The settings model of a card's pipeline; a card that names stages of its training has the choice of one, the last at first."""
    model = settings_of_pipeline(pipeline_name(card), card.dtype)
    if not card.stages:
        return model
    text = "Moment of the training at which the weights were kept: earlier ones have seen less."
    field = (Literal[tuple(card.stages)], Field(list(card.stages)[-1], description=text))
    return create_model(f"{card.id}_stages", __base__=model, **{STAGE: field})  # type: ignore[call-overload,no-any-return]


def check_names(card: GeneratorCard, model: type[Settings]) -> None:
    """Says which of a card's settings its pipeline does not have.

    Raises:
        SettingError: at least one.
    """
    unknown = sorted(set(card.settings) - set(model.model_fields))
    if unknown:
        known = ", ".join(model.model_fields)
        raise SettingError(f"Card {card.id}: {pipeline_name(card)} has no setting {unknown[0]!r}.", f"It has: {known}.")
