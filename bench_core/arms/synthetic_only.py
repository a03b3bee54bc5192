from bench_core.arms.materials import Materials, Stage
from bench_core.registry import arm


@arm(title="Synthetic only", reads=("synthetic",))
def synthetic_only(materials: Materials) -> tuple[Stage, ...]:
    """Synthetic images alone: can they stand for real ones?

    The step at which training stops, and the thresholds, are still chosen on real validation images, as in all arms.
    """
    return (Stage(materials.synthetic),)
