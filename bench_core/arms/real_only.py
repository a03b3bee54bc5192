from bench_core.arms.materials import Materials, Stage
from bench_core.registry import arm


@arm(title="Real only", reads=("real",))
def real_only(materials: Materials) -> tuple[Stage, ...]:
    """Real training images alone: what all other arms are compared with."""
    return (Stage(materials.real),)
