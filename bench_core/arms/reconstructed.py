from bench_core.arms.materials import Materials, Stage, joined
from bench_core.registry import arm


@arm(title="Real + reconstructed", reads=("real", "reconstructed"), control=True)
def reconstructed(materials: Materials) -> tuple[Stage, ...]:
    """All real images, and as many of them as the generator's own autoencoder gives them back.

    How far this lies below duplicates is what the autoencoder costs, before anything is generated (arXiv:2605.17087).
    """
    return (Stage(joined([materials.real, materials.reconstructed])),)
