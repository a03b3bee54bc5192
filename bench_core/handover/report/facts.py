"""What a report says, as data: written as JSON, put into the HTML, read again when two reports are compared."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

VERSION = 1
"""Goes up when a field changes its meaning; what is only added leaves it."""

Where = Literal["worse", "better", "inside", "unknown"]


class Facts(BaseModel):
    """Fields that an older reader does not know are passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class SetFacts(Facts):
    """One of the sets. No path, no patient and, where prompts are reports, no prompt is in it."""

    role: Literal["synthetic", "real", "train"]
    name: str
    id: str
    images: int
    patients: int | None = None
    """None: no image says whose it is."""
    prompts: int | None = None
    simulated: bool = False
    made_by: str = ""
    settings: dict[str, Any] = Field(default_factory=dict)
    imported: str = ""
    """The sentence in which its import ended."""
    notes: list[str] = Field(default_factory=list)
    findings: dict[str, tuple[int, int]] = Field(default_factory=dict)
    """By finding: images that have it, of those of which it is known."""


class EncoderFacts(Facts):
    """In whose space everything was measured."""

    id: str
    title: str
    revision: str = ""
    licence: str = ""
    trained_on: str = ""
    bundled: bool = False


class NumberFacts(Facts):
    """One number, as `frames.RESULTS` has it, with what its metric is and what it can see."""

    metric: str
    title: str
    family: str
    goal: str
    """`minimize`, `maximize`, or the number that is best."""
    unit: str = ""
    bounds: tuple[float | None, float | None] = (None, None)
    diagnostic: bool = False
    reads_synthetic: bool = True
    summary: str = ""
    paper: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    matched: float | None = None
    null: float | None = None
    null_low: float | None = None
    null_high: float | None = None
    status: str = "ok"
    message: str = ""
    n_real: int | None = None
    n_synthetic: int | None = None
    n_train: int | None = None
    settings: dict[str, Any] = Field(default_factory=dict)
    seed: int = 0
    version: int = 1
    where: Where = "unknown"
    chance: float | None = None
    """How often a perfect generator scores as far from the null."""
    adjusted: float | None = None
    """The same, allowing for how many numbers of its family there are."""
    seen_below: float | None = None
    seen_above: float | None = None
    """From where on it lies outside the range in 8 of 10 repeats, as far as it can lie there; both None: no such score exists."""
    blind: list[str] = Field(default_factory=list)
    """What a power study found that it does not see."""


class FamilyFacts(Facts):
    """The numbers of a family taken together."""

    family: str
    question: str
    known: int
    """Numbers that decide and have a range."""
    outside: int
    where: Where
    words: str


class CopyFacts(Facts):
    """Images nearer to a training image than held-out patients are; see `records.CopyCount`."""

    found: int
    images: int
    expected: float
    most: int
    chance: float
    share: float
    patients: int
    caution: str = ""


class Distances(Facts):
    """Shares of images by distance to the nearest training image over the spacing there; `edges` has one more entry."""

    edges: list[float]
    synthetic: list[float]
    held_out: list[float]


class PairFacts(Facts):
    """A synthetic image and its nearest training image."""

    image_id: str
    train_image_id: str
    ratio: float | None
    p_value: float | None = None
    patients_as_near: int | None = None
    prompt: str = ""
    words: str = ""
    """What detectors call it: exact, near or unrelated; empty where they were not asked."""


class AttackFacts(Facts):
    """One attack on membership."""

    id: str
    title: str
    auc: float | None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    verdict: str
    message: str
    curve: list[tuple[float, float]] = Field(default_factory=list)
    """False- and true-positive rates, over patients."""


class Plane(Facts):
    """Images in the plane in which the real ones vary most; `share` of their variance lies in it."""

    share: float
    real: list[tuple[float, float]]
    synthetic: list[tuple[float, float]]


class Sample(Facts):
    """An image that the report shows."""

    image_id: str
    caption: str


class SetReport(Facts):
    """All of it, but the pictures."""

    format: Literal["triadcxr-report"] = "triadcxr-report"
    version: int = VERSION
    made: str
    """When, UTC."""
    command: str
    """What makes it again."""
    program: dict[str, str]
    """Versions."""
    encoder: EncoderFacts
    sets: list[SetFacts]
    numbers: list[NumberFacts]
    families: list[FamilyFacts]
    copies: CopyFacts | None = None
    distances: Distances | None = None
    pairs: list[PairFacts] = Field(default_factory=list)
    detected: dict[str, int] = Field(default_factory=dict)
    """Images by what detectors call their nearest training image."""
    attacks: list[AttackFacts] = Field(default_factory=list)
    plane: Plane | None = None
    samples: dict[str, list[Sample]] = Field(default_factory=dict)
    power_known: bool = False
    warnings: list[str] = Field(default_factory=list)
    limits: list[str] = Field(default_factory=list)

    def set_of(self, role: str) -> SetFacts | None:
        """The set of that role, None where there is none."""
        return next((one for one in self.sets if one.role == role), None)
