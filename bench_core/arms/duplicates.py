from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Real + duplicates", reads=("real",), control=True)
def duplicates(materials: Materials) -> tuple[Stage, ...]:
    """All real images, and as many of them once more as synthetic ones would be added.

    What this gains is an effect of counts and steps, not of the generator (Pink and Sykes, PMLR 318:954).
    """
    return (Stage(joined([materials.real, materials.some(materials.real, len(materials.synthetic))])),)
