from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Real + altered", reads=("real", "altered"), control=True)
def altered(materials: Materials) -> tuple[Stage, ...]:
    """All real images, and as many of them moved, turned, scaled and changed in contrast: classical augmentation, never mirrored."""
    return (Stage(joined([materials.real, materials.altered])),)
