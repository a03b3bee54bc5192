from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Real + more real", reads=("real", "more"), control=True)
def more_real(materials: Materials) -> tuple[Stage, ...]:
    """All real images in use, and real ones of other training patients, as many as synthetic ones would be added: a perfect generator.

    What this gains is the null of every other gain: no generator can be asked for more. At the full share there are none to add.
    """
    return (Stage(joined([materials.real, materials.more])),)
