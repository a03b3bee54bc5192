"""The autoencoder on a handful of films."""

import numpy as np

from bench_core.training import autoencoder
from bench_core.training.films import Films
from bench_core.training.recipe import Run


def test_standardising_changes_latents_not_reconstructions(films: Films) -> None:
    import torch

    torch.manual_seed(0)
    model = autoencoder.build().eval()
    signal = autoencoder.to_signal(films.images[:2], "cpu")
    with torch.inference_mode():
        before = model.decode(model.encode(signal).latent_dist.mean).sample
    autoencoder.standardise(model, films)
    with torch.inference_mode():
        code = model.encode(signal).latent_dist
        after = model.decode(code.mean).sample
    assert torch.allclose(before, after, atol=2e-2)
    assert float(code.std.max()) < 1e-3
    latents = autoencoder.raw_latents(model, films, np.arange(12), device="cpu")
    assert np.allclose(latents.mean((0, 2, 3)), 0, atol=0.05) and np.allclose(latents.std((0, 2, 3)), 1, atol=0.05)


def test_autoencoder_learns_and_resumes(films: Films) -> None:
    run = Run("ae", 24)
    autoencoder.train_joint(run, films)
    assert run.done >= 24
    again = Run("ae", 30, resume=True)
    model = autoencoder.train_joint(again, films)
    assert again.done >= 30
    before = model.encoder.conv_in.weight.clone()
    sharpened = autoencoder.train_decoder(Run("dec", 6), model, films, adversarial=0.1)
    assert bool((sharpened.encoder.conv_in.weight == before).all())
    assert not bool((sharpened.decoder.conv_out.weight == model.decoder.conv_out.weight).all())
