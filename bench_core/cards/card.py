"""What generator and encoder cards share: where weights lie, settings, the content key."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_serializer, model_validator

from bench_core.cards.digests import digest_folder
from bench_core.data import content_key

BUILT_IN = Path(__file__).parent.parent


def _one_line(text: str) -> str:
    if any(ord(letter) < 32 for letter in text):
        raise ValueError("holds a control character")
    return text


Line = Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_one_line)]
"""Text that names a file, a folder or a model: one line, without what no file system takes."""


class Source(BaseModel):
    """Where files lie: a folder relative to the card, or a hub id with its pinned commit, and a folder inside of either.

    Written as plain text where a folder is all there is to say: `unet = "../weights/my-unet"`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=(), populate_by_name=True)

    path: Line | None = None
    repo_id: Line | None = None
    subfolder: Line | None = None
    revision: Line | None = None

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


class Card(BaseModel):
    """What generator and encoder cards share.

    Attributes:
        repo_id, path: where the weights are: a hub id, or a folder relative to the card; none for weightless models.
        revision: pinned commit of `repo_id`.
        settings: defaults of the backend's settings, in the library's own words.
        broken: why the file cannot be read, where a card only stands for it in lists; empty for a card that can.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    id: str
    title: str
    backend: str
    summary: str = ""
    repo_id: Line | None = None
    path: Line | None = None
    revision: Line | None = None
    licence: str = ""
    paper: str = ""
    trained_on: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    source: Path = Field(default=Path(), exclude=True)
    broken: str = Field(default="", exclude=True)

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
        kept = {k: v for k, v in self.model_dump(exclude=self._kept_out_of_key()).items() if k not in LATER or v}
        return content_key(kept, weights)

    def _kept_out_of_key(self) -> set[str]:
        return set(WORDS)


WORDS = {
    "title", "summary", "licence", "paper", "trained_on", "color", "family", "seconds_per_image", "parameters", "gated", "how_to_get",
    "settings_source", "published_as", "sees", "guarantee",
}  # fmt: skip
"""Fields that say something of a model and decide no pixel."""


LATER = ("variant", "stages")
"""Fields that came later: unset, they leave a card's key as it was."""
