"""The card of a generator, its parts and adapters."""

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bench_core.cards.card import NONE, Card, Line, Source


class Part(Source):
    """A part of a pipeline that a card takes from elsewhere, or makes of its options alone (a scheduler).

    Attributes:
        class_name: `class` in the card: a class of diffusers or transformers; read from the part's own configuration unless set.
        options: handed to the class: `{ model_max_length = 128 }`.
    """

    class_name: Line | None = Field(None, alias="class")
    options: dict[str, Any] = Field(default_factory=dict)

    @property
    def left_out(self) -> bool:
        """Whether the pipeline runs without this part."""
        return self.path == NONE


class Adapter(Source):
    """A LoRA adapter.

    Attributes:
        weight_name: the safetensors file, where the folder has several or none of the usual name.
        scale: how much of it is added.
    """

    weight_name: Line | None = None
    scale: float = Field(1.0, allow_inf_nan=False)


class Guarantee(BaseModel):
    """What differentially private training promises: one unit changes the odds of any outcome by e to the epsilon at most.

    Attributes:
        delta: chance with which it may fail; below 1 / number of units, or it promises nothing.
        unit: whose presence is hidden.
        covers: what it holds for and what stands outside, in a sentence.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    epsilon: float = Field(gt=0, allow_inf_nan=False)
    delta: float = Field(gt=0, lt=1)
    unit: Literal["patient", "image"]
    covers: str = ""


class GeneratorCard(Card):
    """A generator.

    Attributes:
        pipeline: class name of the diffusers pipeline; read from the folder's `model_index.json` unless set.
        components: parts by name (`unet`) that are taken from elsewhere than `path` or `repo_id`. A card with neither is assembled
            from its parts alone and must name its pipeline.
        lora: adapters, loaded on top of the pipeline: folders relative to the card, or hub ids.
        stages: adapters of one training by the moment at which they were kept (`"8000"`); the setting `stage` chooses one, the last unless
            said otherwise.
        dtype: number format of the weights unless the setting `dtype` says otherwise.
        variant: infix of the weight files (`fp16`).
        needs_train: the generator is handed the training images.
        color: fixed index into the palette; marker shape goes with it. None: assigned by name.
        parameters: billions of parameters in all parts, for the memory estimate before the weights are here.
        gated: where its terms are accepted, for weights that are handed out to those who did.
        how_to_get: what to do where no command alone brings the weights.
        settings_source: where the pinned settings were read.
        published_as: its name in CheXGenBench's tables.
        guarantee: of differentially private training, where it was trained so.
    """

    kind: Literal["generator"] = "generator"
    family: str = ""
    pipeline: Line | None = None
    components: dict[str, Part] = Field(default_factory=dict)
    lora: tuple[Adapter, ...] = ()
    stages: dict[Line, Adapter] = Field(default_factory=dict)
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    variant: Line | None = None
    needs_train: bool = False
    color: int | None = None
    seconds_per_image: float | None = Field(None, ge=0, allow_inf_nan=False)
    parameters: float | None = Field(None, gt=0, allow_inf_nan=False)
    gated: str = ""
    how_to_get: str = ""
    settings_source: str = ""
    published_as: str = ""
    guarantee: Guarantee | None = None

    def relative(self, name: str) -> Path:
        """A folder that the card names, absolute."""
        return (self.source.parent / name).resolve()

    @property
    def adapters(self) -> dict[str, Adapter]:
        """All adapters by what they are called where parts are listed."""
        alone = len(self.lora) == 1
        always = {"lora" if alone else f"lora {number}": adapter for number, adapter in enumerate(self.lora, 1)}
        return {**always, **{f"lora at {stage}": adapter for stage, adapter in self.stages.items()}}

    def hub_id(self, source: Source) -> str | None:
        """The hub id that a source names; an adapter written as plain text is one when it looks like one and no folder has that name."""
        if source.path is None or not isinstance(source, Adapter) or source.path.count("/") != 1 or source.path.startswith((".", "~")):
            return source.repo_id
        return None if self.relative(source.path).is_dir() else source.path

    def folders(self) -> list[Path]:
        """The folder of the weights, of shared components and of local adapters."""
        sources = [s for s in (*self.components.values(), *self.adapters.values()) if s.path not in (None, NONE) and not self.hub_id(s)]
        return super().folders() + [self.relative(str(source.path)) for source in sources]
