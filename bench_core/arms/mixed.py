from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Mixed", reads=("real", "synthetic"))
def mixed(materials: Materials) -> tuple[Stage, ...]:
    """As many images as real only, half of them replaced by synthetic ones (fewer where there are not so many synthetic ones)."""
    replaced = min(len(materials.real) // 2, len(materials.synthetic))
    kept = materials.some(materials.real, len(materials.real) - replaced)
    return (Stage(joined([kept, materials.some(materials.synthetic, replaced)]) if replaced else kept),)
