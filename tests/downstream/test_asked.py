"""What CheXGenBench's protocol fixes, whatever was asked."""

from bench_core.downstream.asked import Asked
from bench_core.downstream.loop import Training


def test_its_arms_epochs_seed_and_single_training() -> None:
    asked = Asked(["augmented", "duplicates", "mixed"], (0.1, 1.0), (1.0,), 5, Training(batch=100), "soft", seed=3).compatible()
    assert [(c.arm, c.share, c.ratio) for c in asked.cells] == [(a, 1.0, None) for a in ("real_only", "mixed", "augmented")]
    assert (asked.trainings, asked.seed, asked.uncertain, asked.how.kept_by) == (1, 42, "negative", "loss")
    assert asked.how.steps_over(1000) == 200 and asked.how.steps_over(2000) == 400  # more images, more steps: its flaw
    assert asked.protocol.of_images and asked.protocol.validates == 0.05 and asked.protocol.threshold == 0.5
