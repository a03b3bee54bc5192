from bench_core.arms.materials import Materials, Stage
from bench_core.registry import arm


@arm(title="Synthetic, then real", reads=("real", "synthetic"))
def pretrained(materials: Materials) -> tuple[Stage, ...]:
    """Half of the steps on synthetic images, then half on real ones; no step more than in other arms.

    Moroianu 2025 (RoentGen-v2), arXiv:2508.16783, reports more from this order than from mixing.
    """
    return (Stage(materials.synthetic, 0.5), Stage(materials.real, 0.5))
