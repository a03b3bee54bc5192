"""What a study is asked to compare, as a TOML file says it."""

import tomllib
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bench_core import registry
from bench_core.errors import InputError, fault_of
from bench_core.spec import Choice, ProbeKind

Release = Literal["generator", "images", "filtered_images", "classifier", "real_classifier", "private_classifier"]
RELEASES: tuple[Release, ...] = get_args(Release)
IN_WORDS: dict[Release, str] = {
    "generator": "The generator", "images": "The images", "filtered_images": "Filtered images", "classifier": "Only the classifier",
    "real_classifier": "A classifier of real images", "private_classifier": "A classifier with differential privacy",
}  # fmt: skip
OF_REAL: tuple[Release, ...] = ("real_classifier", "private_classifier")
HELP = "docs/studies.md has every key with an example."
METRICS = ("frechet_distance", "precision", "recall", "coverage", "vendi_score", "copies_found", "nearest_train_distance")
MOST_CELLS = 2_000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(_Strict):
    """A generator to draw from, or a synthetic set that is there.

    Attributes:
        settings: of the generator; a list is swept, several lists in all combinations.
    """

    id: str | None = None
    set: str | None = None
    settings: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Source":
        if (self.id is None) == (self.set is None):
            raise ValueError("give either id (a generator, which draws) or set (a synthetic set that is there)")
        if self.set is not None and self.settings:
            raise ValueError("a set that is there has its settings; give them with id")
        return self


class Prompts(_Strict):
    """Whose reports generators are asked for.

    Attributes:
        number: reports, as frequent as they are. per_finding: in its place, so many positives of every finding.
        images: of each report.
    """

    reports_of: str
    number: int | None = Field(default=None, ge=1, le=100_000)
    per_finding: int | None = Field(default=None, ge=1, le=10_000)
    images: int = Field(default=1, ge=1, le=1000)
    seed: int = Field(default=0, ge=0, lt=2**31)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Prompts":
        if (self.number is None) == (self.per_finding is None):
            raise ValueError("give either number (of reports) or per_finding (positives of every finding)")
        return self


class FilterAsked(_Strict):
    """A filter at one or several thresholds; none: its usual one."""

    id: str
    thresholds: list[float] = Field(default_factory=list, max_length=20)
    settings: dict[str, Any] = Field(default_factory=dict)


class AttacksAsked(_Strict):
    """The attack that fits what is released: the model itself, images, or a classifier."""

    generator: str = "pia"
    images: str = "gan_leaks"
    classifier: str = "rmia"


class StudySpec(_Strict):
    """A study. Sets may be given by name or id."""

    title: str = Field(min_length=1, max_length=100)
    summary: str = Field(default="", max_length=1000)
    real: str
    train: str
    encoder: str
    generators: list[Source] = Field(min_length=1, max_length=100)
    prompts: Prompts | None = None
    filters: list[FilterAsked] = Field(default_factory=list, max_length=20)
    arms: list[str] = Field(default=["synthetic_only"], min_length=1)
    classifiers: list[ProbeKind] = Field(default=["linear"], min_length=1)
    releases: list[Release] = Field(default=["images"], min_length=1)
    epsilons: list[float] = Field(default=[2.0], min_length=1, max_length=20)
    share: float = Field(default=1.0, gt=0, le=1)
    trainings: int = Field(default=5, ge=2, le=50)
    steps: int = Field(default=400, ge=10, le=100_000)
    attacks: AttacksAsked = AttacksAsked()
    metrics: list[str] = Field(default=list(METRICS))
    seed: int = Field(default=0, ge=0, lt=2**31)

    @field_validator("classifiers")
    @classmethod
    def _private_is_a_release(cls, kinds: list[str]) -> list[str]:
        if "private" in kinds:
            raise ValueError("`private` is no classifier of a study; ask for it with releases = ['private_classifier'] and epsilons")
        return kinds

    @field_validator("epsilons")
    @classmethod
    def _epsilons_are_positive(cls, epsilons: list[float]) -> list[float]:
        if bad := [e for e in epsilons if not 0 < e <= 1000]:
            raise ValueError(f"{bad[0]:g} is no epsilon; give more than 0 and at most 1000")
        return epsilons

    @model_validator(mode="after")
    def _whole(self) -> "StudySpec":
        if "filtered_images" in self.releases and not self.filters:
            raise ValueError("releases names filtered_images, and there is no [[filters]]; add one, or take it off the list")
        if self.filters and not {"filtered_images", "classifier"} & set(self.releases):
            raise ValueError("there are [[filters]], and no release uses them; add filtered_images or classifier to releases")
        if self.prompts is None and any(source.id for source in self.generators):
            raise ValueError("generators are asked to draw, and there is no [prompts]; add one, or name sets that are there")
        return self


def read_study(text: str) -> StudySpec:
    """A study from TOML, with all names of plug-ins looked up.

    Raises:
        InputError: no TOML, or a key that is unknown, missing or out of range; names key, value and what would do.
        UnknownName: there is no such arm, filter, attack or metric.
    """
    try:
        read = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"The study is no TOML: {error}.", HELP) from None
    try:
        spec = StudySpec.model_validate(read)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden":
            raise _unknown_key([str(part) for part in first["loc"]], first["input"]) from None
        raise InputError(f"The study cannot be read: {fault_of(error)}", HELP) from None
    _look_up(spec)
    return spec


def _unknown_key(where: Sequence[str], value: object) -> InputError:
    parts: dict[str, type[BaseModel]] = {"generators": Source, "prompts": Prompts, "filters": FilterAsked, "attacks": AttacksAsked}
    room = next((parts[part] for part in where[:-1] if part in parts), StudySpec)
    close = get_close_matches(where[-1], room.model_fields, n=1, cutoff=0.5)
    hint = f"Did you mean {close[0]!r}?" if close else f"Known there: {', '.join(room.model_fields)}."
    return InputError(f"The study has the key {'.'.join(where)!r} = {repr(value)[:60]}, which is unknown.", hint)


def _look_up(spec: StudySpec) -> None:
    for name in spec.arms:
        registry.find_arm(name)
    for one in spec.filters:
        threshold = registry.find_filter(one.id).threshold
        for at in one.thresholds:
            threshold.check(at)
    for metric in spec.metrics:
        registry.find_metric(metric)
    fitting = {"generator": "diffusion model", "images": "released images", "classifier": "classifier"}
    for release, target in fitting.items():
        attack = registry.find_attack(getattr(spec.attacks, release))
        if attack.target != target:
            fit = [a.id for a in registry.attacks().values() if a.target == target]
            raise InputError(f"attacks.{release} = {attack.id!r} attacks a {attack.target}.", f"Choose one of {', '.join(fit)}.")


def filter_choices(spec: StudySpec) -> list[tuple[Choice, float]]:
    """Every filter at every threshold."""
    found = []
    for one in spec.filters:
        usual = registry.find_filter(one.id).threshold.usual
        found += [(Choice(id=one.id, settings=one.settings), at) for at in (one.thresholds or [usual])]
    return found
