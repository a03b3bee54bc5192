"""What a run of a downstream task other than classification is asked to do."""

from typing import Literal

from pydantic import Field

from bench_core.spec import RunSpec, Shares


class TaskSpec(RunSpec):
    """What a synthetic set is worth for learning to draw masks, or to write reports. Sets are content ids."""

    kind: Literal["task"] = "task"
    task: Literal["segmentation", "reports"]
    synthetic: str
    real: str
    """The held-out images that are tested on."""
    train: str
    """The real images that arms learn from."""
    encoder: str | None = None
    """For reports: whose features the writer is given."""
    arms: list[str] | None = None
    """None: all that a task can train."""
    shares: Shares = [0.1, 1.0]
    """Of the real training patients that are used."""
    trainings: int = Field(default=3, ge=2, le=50)
    """Of each arm, each on patients and with a start of its own."""
    steps: int | None = Field(default=None, ge=5, le=100_000)
    """Of every arm; None: 200 of segmentation, 300 of reports."""
    side: int = Field(default=64, ge=32, le=256, multiple_of=8)
    """Pixels a side of the films that the U-Net sees."""
    most_real: int = Field(default=400, ge=20, le=1_000_000)
    """Real training images that are used at most, whole patients, evenly thinned."""
    most_test: int = Field(default=200, ge=10, le=1_000_000)
    """Test images, likewise."""
    seed: int = Field(default=0, ge=0, lt=2**31)
