"""Cards: a model is a record. One TOML file a generator or an encoder; the file name is the id."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_serializer, model_validator

from bench_core.data import content_key
from bench_core.errors import CardError, UnknownName

BUILT_IN = Path(__file__).parent


class Source(BaseModel):
    """Where files lie: a folder relative to the card, or a hub id with its pinned commit, and a folder inside of either.

    Written as plain text where a folder is all there is to say: `unet = "../weights/my-unet"`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), populate_by_name=True)

    path: str | None = None
    repo_id: str | None = None
    subfolder: str | None = None
    revision: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_place(self) -> Any:
        if self.path and self.repo_id:
            raise ValueError("give path or repo_id, not both")
        return self

    @model_serializer(mode="wrap")
    def _short(self, handler: Any) -> Any:
        said = {k: v for k, v in handler(self).items() if v not in (None, {}, 1.0)}
        return self.path if set(said) == {"path"} else said


NONE = "none"
"""What a card writes for a part that is left out: `safety_checker = "none"`."""


class Part(Source):
    """A part of a pipeline that a card takes from elsewhere, or makes of its options alone (a scheduler).

    Attributes:
        class_name: `class` in the card: a class of diffusers or transformers; read from the part's own configuration unless set.
        options: handed to the class: `{ model_max_length = 128 }`.
    """

    class_name: str | None = Field(None, alias="class")
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

    weight_name: str | None = None
    scale: float = 1.0


class Card(BaseModel):
    """What generator and encoder cards share.

    Attributes:
        repo_id, path: where the weights are: a hub id, or a folder relative to the card; none for weightless models.
        revision: pinned commit of `repo_id`.
        settings: defaults of the backend's settings, in the library's own words.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    id: str
    title: str
    backend: str
    summary: str = ""
    repo_id: str | None = None
    path: str | None = None
    revision: str | None = None
    licence: str = ""
    paper: str = ""
    trained_on: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    source: Path = Field(default=Path(), exclude=True)

    @property
    def folder(self) -> Path | None:
        """Absolute folder of the weights, when the card names one."""
        return (self.source.parent / self.path).resolve() if self.path else None

    def folders(self) -> list[Path]:
        """All local folders that the card's weights lie in."""
        return [self.folder] if self.folder else []

    def key(self) -> str:
        """Content key: the card and, for local weights, the digest of their files, so that new weights are a new key."""
        weights = [digest_folder(folder) for folder in self.folders() if folder.is_dir()]
        kept = {k: v for k, v in self.model_dump(exclude=self._kept_out_of_key()).items() if k not in LATER or v is not None}
        return content_key(kept, weights)

    def _kept_out_of_key(self) -> set[str]:
        return set(WORDS)


WORDS = {
    "title", "summary", "licence", "paper", "trained_on", "color", "family", "seconds_per_image", "parameters", "gated", "how_to_get",
    "settings_source", "published_as",
}  # fmt: skip
"""Fields that say something of a model and decide no pixel."""

LATER = ("variant",)
"""Fields that came later: unset, they leave a card's key as it was."""


LARGE = 256 * 2**20
SAMPLES = 256


def digest_folder(folder: Path) -> list[list[str]]:
    """Name and digest of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [[str(p.relative_to(folder)), digest_file(p)] for p in files]


def digest_file(path: Path) -> str:
    """SHA-256 of a file; of a large one, of its size and of 256 stretches of 64 KiB, spread from its first byte to its last.

    Fine-tuning changes nearly every number of a model, and the whole of 25 GB would be read again by each process that starts.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        if size <= LARGE:
            return hashlib.file_digest(file, "sha256").hexdigest()
        digest, stretch = hashlib.sha256(str(size).encode()), 2**16
        for number in range(SAMPLES):
            file.seek(number * (size - stretch) // (SAMPLES - 1))
            digest.update(file.read(stretch))
        return digest.hexdigest()


class GeneratorCard(Card):
    """A generator.

    Attributes:
        pipeline: class name of the diffusers pipeline; read from the folder's `model_index.json` unless set.
        components: parts by name (`unet`) that are taken from elsewhere than `path` or `repo_id`. A card with neither is assembled
            from its parts alone and must name its pipeline.
        lora: adapters, loaded on top of the pipeline: folders relative to the card, or hub ids.
        dtype: number format of the weights unless the setting `dtype` says otherwise.
        variant: infix of the weight files (`fp16`).
        needs_train: the generator is handed the training images.
        color: fixed index into the palette; marker shape goes with it. None: assigned by name.
        parameters: billions of parameters in all parts, for the memory estimate before the weights are here.
        gated: where its terms are accepted, for weights that are handed out to those who did.
        how_to_get: what to do where no command alone brings the weights.
        settings_source: where the pinned settings were read.
        published_as: its name in CheXGenBench's tables.
    """

    kind: Literal["generator"] = "generator"
    family: str = ""
    pipeline: str | None = None
    components: dict[str, Part] = Field(default_factory=dict)
    lora: tuple[Adapter, ...] = ()
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    variant: str | None = None
    needs_train: bool = False
    color: int | None = None
    seconds_per_image: float | None = None
    parameters: float | None = Field(None, gt=0)
    gated: str = ""
    how_to_get: str = ""
    settings_source: str = ""
    published_as: str = ""

    def relative(self, name: str) -> Path:
        """A folder that the card names, absolute."""
        return (self.source.parent / name).resolve()

    def hub_id(self, source: Source) -> str | None:
        """The hub id that a source names; an adapter written as plain text is one when it looks like one and no folder has that name."""
        if source.path is None or not isinstance(source, Adapter) or source.path.count("/") != 1 or source.path.startswith((".", "~")):
            return source.repo_id
        return None if self.relative(source.path).is_dir() else source.path

    def folders(self) -> list[Path]:
        """The folder of the weights, of shared components and of local adapters."""
        sources = [s for s in (*self.components.values(), *self.lora) if s.path not in (None, NONE) and not self.hub_id(s)]
        return super().folders() + [self.relative(str(source.path)) for source in sources]


Channels = float | tuple[float, float, float]
ADDED = ("resize", "resize_to", "rounded", "pooling", "head", "shares", "squash", "trust_remote_code")
"""Fields younger than the first stored features: at their defaults they leave a card's key as it was."""


class EncoderCard(Card):
    """An encoder.

    Attributes:
        distance: how its feature vectors are compared.
        image_size: side of the square that the network sees.
        mean, std: subtracted and divided by after grey values were scaled to 0..1: one number, or one a channel. They also set the range:
            0.5 and 0.5 give -1..1, 0.5 and 0.5 / 1024 give -1024..1024.
        resize: `middle` cuts the middle square and resizes it, `short_side` resizes the short side to `resize_to` (default `image_size`)
            and cuts the middle, `squash` ignores the aspect ratio.
        rounded: resized grey values are rounded to 8 bit, as in libraries that resize 8-bit images; otherwise they stay floats.
        pooling: what of a network's output is the feature vector; each backend says which it knows.
        head: folder, relative to the card, of a linear layer on the features.
        shares: id of the card in whose folder of weights this card's lie, too.
        squash: side of the square that images are squashed to before all of this, whatever their aspect ratio; compatible mode sets it,
            cards have no need to.
        reads_text: it embeds prompts in the same space.
        logits: its columns are class logits of a classifier, for metrics that need such (`inception_score`).
        trust_remote_code: the checkpoint brings Python code; it runs only where the user allows it, and at a pinned revision.
        weights: folder of weights that users bring; `<weights>/<id>` wins over the hub.
    """

    kind: Literal["encoder"] = "encoder"
    distance: Literal["euclidean", "hamming"] = "euclidean"
    dimensions: int | None = None
    image_size: int = 256
    mean: Channels = 0.5
    std: Channels = 0.5
    resample: Literal["bicubic", "bilinear", "box"] = "bicubic"
    squash: int | None = None
    resize: Literal["middle", "short_side", "squash"] = "middle"
    resize_to: int | None = None
    rounded: bool = False
    pooling: Literal["pooler", "cls", "mean", "projection"] | None = None
    head: str | None = None
    shares: str | None = None
    reads_text: bool = False
    logits: bool = False
    trust_remote_code: bool = False
    weights: Path | None = Field(default=None, exclude=True)

    @field_validator("resize_to")
    @classmethod
    def _holds_the_crop(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and (info.data.get("resize") != "short_side" or value < info.data.get("image_size", 0)):
            raise ValueError('needs resize = "short_side" and at least image_size')
        return value

    @field_validator("trust_remote_code")
    @classmethod
    def _is_pinned(cls, value: bool, info: ValidationInfo) -> bool:
        if value and info.data.get("path") is None and not re.fullmatch(r"[0-9a-f]{40}", info.data.get("revision") or ""):
            raise ValueError("needs a pinned revision (40 hex digits)")
        return value

    @property
    def folder(self) -> Path | None:
        """The card's own folder, else the one that the user brought, if it is there; None where the hub's cache is meant."""
        if self.path:
            return (self.source.parent / self.path).resolve()
        brought = self.weights / (self.shares or self.id) if self.weights else None
        return brought if brought and brought.is_dir() else None

    @property
    def head_folder(self) -> Path | None:
        """Absolute folder of the head, when the card names one."""
        return (self.source.parent / self.head).resolve() if self.head else None

    def folders(self) -> list[Path]:
        """The folders of the weights and of the head."""
        return super().folders() + ([self.head_folder] if self.head_folder else [])

    @property
    def preprocessing(self) -> str:
        """The preprocessing in a line."""
        numbers = [", ".join(f"{n:.4g}" for n in (v if isinstance(v, tuple) else (v,))) for v in (self.mean, self.std)]
        ways = {"middle": "middle square", "short_side": f"short side {self.resize_to or self.image_size}, middle", "squash": "squashed"}
        kept = ", 8 bit" if self.rounded else ""
        return f"{ways[self.resize]}, {self.image_size} × {self.image_size}, {self.resample}{kept}, mean {numbers[0]}, std {numbers[1]}"

    def _kept_out_of_key(self) -> set[str]:
        fields = type(self).model_fields
        return super()._kept_out_of_key() | {name for name in ADDED if getattr(self, name) == fields[name].default}


AnyCard = TypeVar("AnyCard", GeneratorCard, EncoderCard)


def read_card(path: Path, model: type[AnyCard]) -> AnyCard:
    """Reads one card.

    Raises:
        CardError: the file is no TOML or a field is missing, unknown or wrong; names file and field.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CardError(path, "(whole file)", f"is no TOML: {error}") from None
    if data.get("id", path.stem) != path.stem:
        raise CardError(path, "id", f"is {data['id']!r} but the file is named {path.stem!r}")
    try:
        return model.model_validate({**data, "id": path.stem, "source": path})
    except ValidationError as error:
        first = error.errors()[0]
        raise CardError(path, ".".join(map(str, first["loc"])), f"is {first.get('input')!r}: {first['msg']}") from None


def _read_all(folders: Iterable[Path], model: type[AnyCard]) -> Mapping[str, AnyCard]:
    cards = [read_card(path, model) for folder in folders for path in sorted(folder.glob("*.toml"))]
    return {card.id: card for card in cards}


def generator_cards(user_folder: Path | None = None) -> Mapping[str, GeneratorCard]:
    """Generator cards by id: the built-in ones, then the user's (`<user_folder>/generators/*.toml`), which win."""
    folders = [BUILT_IN / "generators" / "cards"] + ([user_folder / "generators"] if user_folder else [])
    return _read_all(folders, GeneratorCard)


def encoder_cards(user_folder: Path | None = None, weights: Path | None = None) -> Mapping[str, EncoderCard]:
    """Encoder cards by id: the built-in ones, then the user's (`<user_folder>/encoders/*.toml`), which win.

    `weights` is the folder in which users put weights, one folder a card id.
    """
    folders = [BUILT_IN / "encoders" / "cards"] + ([user_folder / "encoders"] if user_folder else [])
    return {name: card.model_copy(update={"weights": weights}) for name, card in _read_all(folders, EncoderCard).items()}


def find_card(kind: str, cards: Mapping[str, AnyCard], card_id: str) -> AnyCard:
    """The card of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if card_id not in cards:
        raise UnknownName(kind, card_id, cards)
    return cards[card_id]
