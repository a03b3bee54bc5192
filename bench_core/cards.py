"""Cards: a model is a record. One TOML file a generator or an encoder; the file name is the id."""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from bench_core.data import content_key
from bench_core.errors import CardError, UnknownName

BUILT_IN = Path(__file__).parent


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
        return content_key(self.model_dump(exclude=self._kept_out_of_key()), weights)

    def _kept_out_of_key(self) -> set[str]:
        return {"title", "summary", "licence", "paper", "trained_on", "color", "family", "seconds_per_image"}


def digest_folder(folder: Path) -> list[list[str]]:
    """Name and SHA-256 of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return [[str(p.relative_to(folder)), hashlib.sha256(p.read_bytes()).hexdigest()] for p in files]


class GeneratorCard(Card):
    """A generator.

    Attributes:
        pipeline: class name of the diffusers pipeline; read from the folder's `model_index.json` unless set.
        components: parts that are taken from elsewhere than `path` or `repo_id`: folder relative to the card, by part (`unet`).
        lora: adapter folders (relative to the card) or hub ids, loaded on top of the pipeline.
        needs_train: the generator is handed the training images.
        color: fixed index into the palette; marker shape goes with it. None: assigned by name.
    """

    kind: Literal["generator"] = "generator"
    family: str = ""
    pipeline: str | None = None
    components: dict[str, str] = Field(default_factory=dict)
    lora: tuple[str, ...] = ()
    dtype: Literal["float32", "float16", "bfloat16"] = "float32"
    needs_train: bool = False
    color: int | None = None
    seconds_per_image: float | None = None

    def relative(self, name: str) -> Path:
        """A folder that the card names, absolute."""
        return (self.source.parent / name).resolve()

    def folders(self) -> list[Path]:
        """The folder of the weights, of shared components and of local adapters."""
        return super().folders() + [self.relative(name) for name in (*self.components.values(), *self.lora)]


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
