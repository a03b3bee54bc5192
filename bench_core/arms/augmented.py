from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Real + synthetic", reads=("real", "synthetic"))
def augmented(materials: Materials) -> tuple[Stage, ...]:
    """All real images, and the synthetic ones beside them."""
    return (Stage(joined([materials.real, materials.synthetic])),)
