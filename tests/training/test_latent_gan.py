"""Networks that make latents in one pass: the GAN and the VAE."""

import numpy as np
import pytest

from bench_core.training import latent_gan, latent_vae
from bench_core.training.recipe import Run


@pytest.mark.parametrize("kind", ["gan", "vae"])
def test_one_pass_networks_train(kind: str) -> None:
    import torch

    latents, said = np.random.default_rng(0).normal(size=(16, 16, 16, 16)).astype(np.float16), torch.randn(16, 128)
    loop, arguments = (latent_gan.train_gan, latent_gan.ARGUMENTS) if kind == "gan" else (latent_vae.train_vae, latent_vae.ARGUMENTS)
    maker = loop(Run(kind, 64), latents, said, batch=16)
    code = torch.randn(2, arguments["code"])
    one, other = maker(code, said[:2]), maker(code, said[2:4])
    assert one.shape == (2, 16, 16, 16) and bool(torch.isfinite(one).all()) and not torch.allclose(one, other)
