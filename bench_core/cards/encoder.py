"""The card of an encoder, its preprocessing pinned."""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bench_core.cards.card import Card, Line

Number = Annotated[float, Field(allow_inf_nan=False)]
Channels = Number | tuple[Number, Number, Number]


ADDED = ("resize", "resize_to", "rounded", "pooling", "head", "shares", "squash", "trust_remote_code")
"""Fields younger than the first stored features: at their defaults they leave a card's key as it was."""


BUNDLED_ENCODER = "phantom-eye"
"""The encoder whose weights come with the project and in which the embedded study is computed."""


class EncoderCard(Card):
    """An encoder.

    Attributes:
        distance: how its feature vectors are compared.
        image_size: side of the square that the network sees.
        mean, std: subtracted and divided by after grey values were scaled to 0..1: one number, or one per channel. They also set the range:
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
        sees: what was measured that it tells and what it does not, in a few words with figures.
        logits: its columns are class logits of a classifier, for metrics that need such (`inception_score`).
        trust_remote_code: the checkpoint brings Python code; it runs only where the user allows it, and at a pinned revision.
        weights: folder of weights that users bring; `<weights>/<id>` wins over the hub.
    """

    kind: Literal["encoder"] = "encoder"
    distance: Literal["euclidean", "hamming"] = "euclidean"
    dimensions: int | None = Field(None, ge=1)
    image_size: int = Field(256, ge=1, le=8192)
    mean: Channels = 0.5
    std: Channels = 0.5
    resample: Literal["bicubic", "bilinear", "box"] = "bicubic"
    squash: int | None = Field(None, ge=1, le=8192)
    resize: Literal["middle", "short_side", "squash"] = "middle"
    resize_to: int | None = Field(None, ge=1, le=8192)
    rounded: bool = False
    pooling: Literal["pooler", "cls", "mean", "projection"] | None = None
    head: Line | None = None
    shares: Line | None = None
    reads_text: bool = False
    sees: str = ""
    logits: bool = False
    trust_remote_code: bool = False
    weights: Path | None = Field(default=None, exclude=True)

    @field_validator("std")
    @classmethod
    def _divides(cls, value: Channels) -> Channels:
        if not all(value if isinstance(value, tuple) else (value,)):
            raise ValueError("grey values are divided by it, so that it cannot be 0")
        return value

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
