"""Cards: a model is a record. One TOML file a generator or an encoder; the file name is the id."""

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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
        words = {"title", "summary", "licence", "paper", "trained_on", "color", "family", "seconds_per_image"}
        if getattr(self, "squash", None) is None:
            words.add("squash")  # the key of a card without it is what it was before there was such a field
        return content_key(self.model_dump(exclude=words), weights)


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


class EncoderCard(Card):
    """An encoder.

    Attributes:
        distance: how its feature vectors are compared.
        image_size, mean, std, resample: the preprocessing, pinned.
        squash: side of the square that images are squashed to before the preprocessing, whatever their aspect ratio; compatible mode
            sets it, cards have no need to.
        reads_text: it embeds prompts in the same space.
        logits: its columns are class logits of a classifier, for metrics that need such (`inception_score`).
    """

    kind: Literal["encoder"] = "encoder"
    distance: Literal["euclidean", "hamming"] = "euclidean"
    dimensions: int | None = None
    image_size: int = 256
    mean: float = 0.5
    std: float = 0.5
    resample: Literal["bicubic", "bilinear", "box"] = "bicubic"
    squash: int | None = None
    reads_text: bool = False
    logits: bool = False


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


def encoder_cards(user_folder: Path | None = None) -> Mapping[str, EncoderCard]:
    """Encoder cards by id: the built-in ones, then the user's (`<user_folder>/encoders/*.toml`), which win."""
    folders = [BUILT_IN / "encoders" / "cards"] + ([user_folder / "encoders"] if user_folder else [])
    return _read_all(folders, EncoderCard)


def find_card(kind: str, cards: Mapping[str, AnyCard], card_id: str) -> AnyCard:
    """The card of that id.

    Raises:
        UnknownName: there is none; offers the closest one.
    """
    if card_id not in cards:
        raise UnknownName(kind, card_id, cards)
    return cards[card_id]
