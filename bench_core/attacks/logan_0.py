from typing import Annotated, Any

import numpy as np
from pydantic import Field

from bench_core.features import FeatureSet
from bench_core.registry import attack

BATCH, NOISE, JUDGE, MAKER = 64, 16, 128, 128


@attack(
    title="LOGAN, own GAN",
    target="released images",
    paper="arXiv:1705.07663",
    needs=("vectors",),
    min_samples=30,
    heavy=True,
    formula=r"a(x) = D(x), \quad (G, D) \text{ a GAN trained on } S",
)
def logan_0(
    records: FeatureSet,
    released: FeatureSet,
    *,
    steps: Annotated[int, Field(ge=50, le=20_000)] = 1500,
    seed: int = 0,
) -> np.ndarray:  # (N,)
    """The discriminator's score of a small GAN that the attacker trains on the released images, without any other data.

    The GAN is one of features, not of films: three layers each, seconds on a processor. It is the weakest of these attacks, and its
    discriminator must first overfit the released images to say anything of the members behind them.

    References:
        Hayes 2019, arXiv:1705.07663 (black box without auxiliary knowledge), there a DCGAN on pixels. Adam at 3e-3 for D and 1e-3 for G.
    """
    values = released.values.astype(np.float64)
    mean, spread = values.mean(axis=0), values.std(axis=0)
    spread = np.where(spread > 1e-12 * (1 + np.abs(mean)), spread, np.inf)
    order = np.lexsort(values.T[:8])  # batches are drawn by row: the same rows whatever the order of the set
    own, asked = (((rows - mean) / spread).astype(np.float32) for rows in (values[order], records.values))
    return _trained(own, asked, steps, seed)


def _trained(own: np.ndarray, asked: np.ndarray, steps: int, seed: int) -> np.ndarray:  # (N,)
    """Logits of the discriminator on `asked` after training on `own`."""
    import torch
    from torch import nn

    def network(inputs: int, width: int, outputs: int) -> Any:
        slope = nn.LeakyReLU(0.2)
        return nn.Sequential(nn.Linear(inputs, width), slope, nn.Linear(width, width), slope, nn.Linear(width, outputs))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        judge, maker = network(own.shape[1], JUDGE, 1), network(NOISE, MAKER, own.shape[1])
        learn_judge = torch.optim.Adam(judge.parameters(), 3e-3, betas=(0.5, 0.9))
        learn_maker = torch.optim.Adam(maker.parameters(), 1e-3, betas=(0.5, 0.9))
        real, loss = torch.from_numpy(own), nn.functional.softplus
        for _ in range(steps):
            some = real[torch.randint(len(real), (BATCH,))]
            made = maker(torch.randn(BATCH, NOISE))
            learn_judge.zero_grad()
            (loss(-judge(some)) + loss(judge(made.detach()))).mean().backward()  # type: ignore[no-untyped-call]
            learn_judge.step()
            learn_maker.zero_grad()
            loss(-judge(made)).mean().backward()  # type: ignore[no-untyped-call]
            learn_maker.step()
        with torch.inference_mode():
            return np.asarray(judge(torch.from_numpy(asked))[:, 0].numpy(), np.float64)
