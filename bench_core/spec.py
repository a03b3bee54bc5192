"""What a run is asked to do. Stored with its results; submitting it again repeats the run."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from bench_core.data import content_key

ALIGNED_PIXELS = "aligned-pixels"
"""Id of the encoder in whose space registered films are searched for."""
MAP_LIMIT = 100_000
"""Images that a map holds at most, unless it is told otherwise."""


class Choice(BaseModel):
    """A plug-in and its settings: `Choice(id="phantom-ldm", settings={"guidance_scale": 3})`.

    Attributes:
        optional: a metric that cannot run with the sets given is skipped, not an error.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    settings: dict[str, Any] = Field(default_factory=dict)
    optional: bool = False


class PromptSpec(BaseModel):
    """One prompt as a run stores it (see `data.Prompt`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = Field(min_length=1, max_length=4000)
    labels: dict[str, Any] = Field(default_factory=dict)
    source_image_id: str | None = None

    @property
    def id(self) -> str:
        """Content key of the text and its labels."""
        return content_key("prompt", self.text, self.labels)


class RunSpec(BaseModel):
    """What any run is asked to do. Each kind of run has a class of its own below this one, whose `kind` has one literal value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str


class UnknownSpec(RunSpec):
    """A stored request that nothing here can read: the file of its kind was removed, or takes other fields now."""

    model_config = ConfigDict(extra="allow", frozen=True)


class GenerateSpec(RunSpec):
    """Images to make: `count` per prompt, image i (over all prompts) with seed `seed + i`."""

    kind: Literal["generate"] = "generate"
    name: str = Field(min_length=1, max_length=120)
    generator: Choice
    prompts: list[PromptSpec] = Field(min_length=1)
    count: int = Field(default=1, ge=1, le=100_000)
    seed: int = Field(default=0, ge=0, lt=2**31)
    batch_size: int = Field(default=8, ge=1, le=512)
    train: str | None = None
    """Set that a generator reads which needs training images (`copycat`)."""

    def key(self) -> str:
        """Content key of the set that this makes: everything that decides pixels or table, not name nor batch size."""
        return content_key("set", self.model_dump(exclude={"name", "batch_size", "kind"}))


class Scoring(BaseModel):
    """How sets are scored, wherever that is done: in an evaluation, in one of its subgroups on a cluster, or on plain matrices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metrics: list[Choice] | None = None
    """None: all that can run with the sets given."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    intervals: bool = True
    mode: Literal["corrected", "compatible"] = "corrected"
    """`compatible` reproduces CheXGenBench's protocol (engine/scoring/protocol.py), so that numbers can stand beside published ones."""


class EvaluateSpec(Scoring, RunSpec):
    """Numbers to compute. Sets are content ids (the facade resolves names before it stores the spec)."""

    kind: Literal["evaluate"] = "evaluate"
    synthetic: str
    real: str
    train: str | None = None
    encoders: list[str] = Field(min_length=1)
    subgroup: Literal["finding", "view"] | None = None
    """Also for the images of each finding, or of each view."""
    equal_n: bool = False
    """Cut all subgroups to one size; see `engine.scoring.subgroups`."""


class ProjectSpec(RunSpec):
    """UMAP coordinates to compute of some sets (content ids) in one encoder's space."""

    kind: Literal["project"] = "project"
    sets: list[str] = Field(min_length=1)
    encoder: str
    seed: int = Field(default=0, ge=0, lt=2**31)
    limit: int = Field(default=MAP_LIMIT, ge=10)
    """Images at most; above it large sets are thinned evenly to one size, and small ones stay whole."""


ProbeKind = Literal["linear", "mlp", "knn", "private"]


class Taught(BaseModel):
    """The classifier that is attacked: what it learned from, and how; trained as a utility run trains its first one.

    Attributes:
        arm: what it learned from: `real_only`, `synthetic_only`, `augmented`, ...
        share: of the real training patients.
        epsilon: of a `private` one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    arm: str = "real_only"
    classifier: ProbeKind = "linear"
    share: float = Field(default=1.0, gt=0, le=1)
    steps: int = Field(default=400, ge=10, le=100_000)
    epsilon: float | None = Field(default=None, gt=0, le=1000)

    @model_validator(mode="after")
    def _epsilon_goes_with_private(self) -> "Taught":
        check_epsilon(self.classifier, self.epsilon)
        return self


def check_epsilon(classifier: str, epsilon: float | None) -> None:
    """Raises ValueError where an epsilon stands without a `private` classifier, or one without an epsilon."""
    if (classifier == "private") != (epsilon is not None):
        raise ValueError("a classifier named `private` needs an epsilon, and no other has one; give both or none")


class AttackSpec(RunSpec):
    """Attacks that ask who was in the training set, each with its controls. Sets are content ids."""

    kind: Literal["attack"] = "attack"
    synthetic: str | None = None
    """Released images; None where only a model is asked."""
    train: str | None = None
    """Members. Without them nothing can be asked, and that is said."""
    real: str | None = None
    """Held-out images of other patients: non-members, the attacker's own, and those in a perfect generator's place."""
    encoder: str
    attacks: list[Choice] | None = None
    """None: all that can run, but heavy ones."""
    other: str | None = None
    """Images of another generator, which learned from other data."""
    generator: str | None = None
    """The model that is asked, by its card, for attacks that query one."""
    taught: Taught | None = None
    """The classifier that is attacked; None: a probe of the findings that learned from all training images."""
    seed: int = Field(default=0, ge=0, lt=2**31)


class PowerSpec(RunSpec):
    """What each metric can see of faults that are put into a perfect generator on purpose. Sets are content ids."""

    kind: Literal["power"] = "power"
    real: str
    train: str | None = None
    encoder: str
    n: list[int] = Field(default=[200], min_length=1, max_length=8)
    """Films of a generator; each size is a study of its own."""
    metrics: list[Choice] | None = None
    """None: all that can run, but those whose every repeat takes seconds."""
    faults: list[str] | None = None
    """None: all that these sets allow."""
    repeats: int = Field(default=10, ge=5, le=200)
    """Generators of each fault and strength, each of other patients."""
    seed: int = Field(default=0, ge=0, lt=2**31)


def _are_shares(shares: list[float]) -> list[float]:
    if bad := [s for s in shares if not 0 < s <= 1]:
        raise ValueError(f"{bad[0]:g} is no share of the real images; give more than 0 and at most 1")
    return sorted(set(shares))


Shares = Annotated[list[float], Field(min_length=1, max_length=8), AfterValidator(_are_shares)]
"""Of the real training patients: the points of a low-data curve, ascending."""


class UtilitySpec(RunSpec):
    """What a synthetic set is worth for training a classifier of findings that is tested on held-out images. Sets are content ids.

    Fields that came later change no stored answer where they have their defaults: see `engine.keys.utility_key`.
    """

    kind: Literal["utility"] = "utility"
    synthetic: str
    real: str
    """The held-out images that are tested on."""
    train: str
    """The real images that arms learn from, and whose patients validate."""
    encoder: str
    arms: list[str] | None = None
    """None: all."""
    classifier: Literal["linear", "mlp", "knn", "private", "convnet", "fine_tuned"] = "linear"
    """A probe on the features of the encoder; `convnet`: a small network on pixels; `fine_tuned`: the encoder's own network, trained on."""
    epsilon: float | None = Field(default=None, gt=0, le=1000)
    """Of a `private` classifier, whose unit is the patient."""
    shares: Shares = [0.01, 0.1, 1.0]
    """Of the real training patients: the points of the low-data curve."""
    ratios: list[float] | None = Field(default=None, max_length=8)
    """Images added for each real one; None: all synthetic ones."""
    trainings: int = Field(default=5, ge=2, le=50)
    """Of each arm, each on patients and with a start of its own."""
    steps: int = Field(default=400, ge=10, le=100_000)
    """Of every arm."""
    uncertain: Literal["ignored", "negative", "positive", "soft"] = "ignored"
    """What an uncertain label (-1) counts as in training; it is never tested on."""
    balanced: bool = False
    """Whether positives of rare findings count more."""
    findings: list[str] | None = None
    """None: all that have enough positives and negatives in all sets."""
    seed: int = Field(default=0, ge=0, lt=2**31)
    side: int = Field(default=128, ge=32, le=512)
    """Of the films that `convnet` sees."""
    tests: list[str] = Field(default=[], max_length=8)
    """Further sets of real images to test on."""
    untold: list[str] = Field(default=[], max_length=8)
    """Labels that only real images teach: findings, or `sex`, `age`, `view` where the tables say them."""
    protocol: Literal["corrected", "chexgenbench"] = "corrected"
    """`chexgenbench`: its split, labels, thresholds, epochs and seed (see docs/utility.md), whatever is asked of these."""

    @property
    def classifier_name(self) -> str:
        """What tables call the classifier: those of two epsilons are two."""
        return self.classifier if self.epsilon is None else f"{self.classifier}, epsilon {self.epsilon:g}"

    @model_validator(mode="after")
    def _epsilon_goes_with_private(self) -> "UtilitySpec":
        check_epsilon(self.classifier, self.epsilon)
        return self

    @field_validator("ratios")
    @classmethod
    def _ratios_are_positive(cls, ratios: list[float] | None) -> list[float] | None:
        if ratios is not None and (bad := [r for r in ratios if r <= 0]):
            raise ValueError(f"{bad[0]:g} is no ratio of synthetic to real images; give more than 0")
        return ratios and sorted(set(ratios))


class FilterSpec(RunSpec):
    """A new set of those images of a synthetic set that a filter leaves. Sets are content ids."""

    kind: Literal["filter"] = "filter"
    name: str = Field(min_length=1, max_length=120)
    images: str
    filter: Choice
    threshold: float | None = None
    """None: the filter's usual one."""
    real: str | None = None
    train: str | None = None
    encoder: str | None = None
    """None: for filters that read labels only."""


class DetectSpec(RunSpec):
    """Where copies are looked for, and by what. Sets are content ids."""

    kind: Literal["detect"] = "detect"
    synthetic: str
    train: str
    real: str
    """Held-out films, of other patients: they say how close is too close."""
    encoder: str
    copies: str | None = "phantom-copy"
    """Copy encoder; None: there is none."""
    k: int = Field(default=3, ge=1, le=50)
    """Training films that each detector names for each film."""

    @property
    def encoders(self) -> list[str]:
        """Ids of all encoders that it needs, the one of aligned pixels among them."""
        return list(dict.fromkeys([self.encoder, ALIGNED_PIXELS, *filter(None, [self.copies])]))


class PlantSpec(RunSpec):
    """Copies of training films to hide among held-out ones: `count` for each way and strength."""

    kind: Literal["plant"] = "plant"
    name: str = Field(min_length=1, max_length=120)
    train: str
    real: str
    count: int = Field(default=20, ge=1, le=1000)
    seed: int = Field(default=0, ge=0, lt=2**31)
