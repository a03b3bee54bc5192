"""What a study asks, and by which protocol: the corrected one, or one that gives the numbers of a published benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bench_core.downstream.draws import VALIDATE, Cell
from bench_core.downstream.loop import Training
from bench_core.features.targets import Uncertain
from bench_core.registry import arms


@dataclass(frozen=True)
class Protocol:
    """How a study splits, labels, trains and reads.

    Attributes:
        validates: share of the training set that validates. of_images: images are drawn for it, not patients.
        threshold: at which scores are called positive; None: chosen on validation images, finding by finding.
        unknown_is_negative: labels that are missing or uncertain count as 0, in training and in testing.
    """

    name: str
    validates: float = VALIDATE
    of_images: bool = False
    threshold: float | None = None
    unknown_is_negative: bool = False


CORRECTED = Protocol("corrected")
CHEXGENBENCH = Protocol("chexgenbench", 0.05, of_images=True, threshold=0.5, unknown_is_negative=True)
"""As the public code of CheXGenBench (arXiv:2505.10496) does it. Patients lie in training and validation at once."""
PROTOCOLS = {one.name: one for one in (CORRECTED, CHEXGENBENCH)}
ITS_ARMS, ITS_SEED, ITS_EPOCHS = ("real_only", "synthetic_only", "mixed", "augmented"), 42, 20
"""Of CheXGenBench: all_original, all_synthetic, mixed, augmented; one training of each."""


@dataclass(frozen=True)
class Asked:
    """What a study asks.

    Attributes:
        shares: of the real training patients. ratios: added images for each real one; None: all synthetic ones there are.
        trainings: of every arm, each on patients and with a start of its own.
        findings: None: all that have enough positives and negatives.
        untold: labels that only real images teach, as the generator was not told them: findings, or columns that the sets' labels have.
    """

    arms: Sequence[str]
    shares: Sequence[float] = (1.0,)
    ratios: Sequence[float | None] = (None,)
    trainings: int = 5
    how: Training = field(default_factory=Training)
    uncertain: Uncertain = "ignored"
    findings: Sequence[str] | None = None
    seed: int = 0
    untold: Sequence[str] = ()
    protocol: Protocol = CORRECTED

    @property
    def cells(self) -> list[Cell]:
        """What is trained; real images alone once per share, whatever is added to the others."""
        return [
            Cell(name, share, ratio)
            for share in self.shares
            for name in dict.fromkeys(["real_only", *self.arms])
            for ratio in (self.ratios if arms()[name].adds else self.ratios[:1])
        ]

    def compatible(self) -> Asked:
        """As CheXGenBench asks it: its four arms on all real images, one training with its seed, by epochs, kept by validation loss.

        An arm that learns from more images takes more steps by it. The classifier, its rate and its batch stay what they are.
        """
        how = replace(self.how, epochs=ITS_EPOCHS, kept_by="loss", looks=ITS_EPOCHS, balanced=False)
        return replace(
            self, arms=[a for a in ITS_ARMS if a in self.arms or a == "real_only"], shares=(1.0,), ratios=(None,), trainings=1, how=how,
            uncertain="negative", seed=ITS_SEED, protocol=CHEXGENBENCH,
        )  # fmt: skip
