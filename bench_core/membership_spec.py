"""What runs about membership and memory beside the attacks are asked to do; see `spec`."""

from typing import Literal

from pydantic import Field

from bench_core.spec import RunSpec


class PatientRiskSpec(RunSpec):
    """How well an attack tells, over many small target models, which of them learned from each training patient. Sets are content ids."""

    kind: Literal["patient_risk"] = "patient_risk"
    train: str
    """The patients."""
    real: str | None = None
    """Held-out images: the population of RMIA. Without, each target's own left-out patients."""
    encoder: str
    learner: Literal["probe", "mixture"] = "probe"
    """What the targets are: classifiers of the findings, or small generators."""
    attack: Literal["lira_online", "lira_offline", "classifier_loss", "rmia"] = "lira_online"
    targets: int = Field(default=64, ge=8, le=512)
    """Each learns from a random half of the patients."""
    shuffles: int = Field(default=40, ge=19, le=1000)
    """Times that everything is attacked again with shuffled membership: what chance gives."""
    seed: int = Field(default=0, ge=0, lt=2**31)


class PromptMemorySpec(RunSpec):
    """Which prompts, and which words of them, make a diffusion model copy, before an image exists. The set is a content id."""

    kind: Literal["prompt_memory"] = "prompt_memory"
    generator: str
    images: str
    """The set whose reports or prompts are asked."""
    most: int = Field(default=500, ge=1, le=100_000)
    """Of more different prompts so many are asked, evenly spread over the set."""
    words: int = Field(default=10, ge=0, le=1000)
    """Of so many of the strongest, each word is weighed, too."""
    seeds: int = Field(default=4, ge=1, le=100)
    """Draws of noise a prompt."""
    seed: int = Field(default=0, ge=0, lt=2**31)


class ExtractionSpec(RunSpec):
    """Images that a generator makes again and again for one prompt, and the training images that they show. Sets are content ids."""

    kind: Literal["extraction"] = "extraction"
    synthetic: str
    real: str
    train: str
    encoder: str
    least: int = Field(default=10, ge=3, le=1000)
    """Images of a clique."""
    share: float = Field(default=0.0001, gt=0, le=0.05)
    """Pairs of real films of different patients that chance may join."""
