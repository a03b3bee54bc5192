"""The autoencoder on a handful of films."""

import numpy as np
import pytest

from bench_core.training import autoencoder
from bench_core.training.films import Films
from bench_core.training.recipe import Run


def test_standardising_changes_latents_not_reconstructions(films: Films) -> None:
    import torch

    torch.manual_seed(0)
    model = autoencoder.build().eval()
    signal = autoencoder.to_signal(films.images[:2], "cpu")
    with torch.inference_mode():
        before = model.views(model.latents(signal))[0]
    autoencoder.standardise(model, films, np.arange(12))
    with torch.inference_mode():
        after = model.views(model.latents(signal))[0]
    assert torch.allclose(before, after, atol=1e-4)
    latents = autoencoder.raw_latents(model, films, np.arange(12), device="cpu")
    assert np.allclose(latents.mean((0, 2, 3)), 0, atol=0.05) and np.allclose(latents.std((0, 2, 3)), 1, atol=0.05)


def test_it_learns_and_resumes(films: Films) -> None:
    run = Run("ae", 18)
    autoencoder.train_autoencoder(run, films)
    assert run.done == 18
    again = Run("ae", 24, resume=True)
    autoencoder.train_autoencoder(again, films)
    assert again.done == 24 and [row["samples"] for row in again.log_rows()][-1] == "24"


def test_the_strength_of_the_grain_is_what_the_likelihood_says() -> None:
    import torch

    torch.manual_seed(0)
    left = 0.05 * torch.randn(4, 1, 64, 64)
    strength = torch.full((4, 1, 16, 16), -1.0, requires_grad=True)
    optimizer = torch.optim.Adam([strength], 0.05)
    for _ in range(200):
        optimizer.zero_grad()
        autoencoder.grain_loss(left, strength).backward()
        optimizer.step()
    assert float(strength.detach().exp().mean()) == pytest.approx(0.05, rel=0.03)


def test_grain_has_the_spectrum_of_what_was_left() -> None:
    """Films of coloured noise, and a network that says mean 0 of all: decoding must give noise of their spectrum and variance."""
    import torch
    from scipy import ndimage

    rng = np.random.default_rng(0)
    noise = ndimage.gaussian_filter(rng.normal(size=(24, 64, 64)), (0, 1.0, 1.0), mode="wrap")
    images = np.clip(np.rint(127.5 + 10 * noise / noise.std()), 0, 255).astype(np.uint8)
    model = autoencoder.build().eval()
    with torch.no_grad():
        model.film[0].weight.zero_()
        model.film[0].bias.zero_()
        model.strength.weight.zero_()
        model.strength.bias.fill_(float(np.log(0.08)))
    autoencoder.measure_grain(model, Films(None, images, np.empty(0)), np.arange(24))  # type: ignore[arg-type]
    with torch.inference_mode():
        made = model.decode(torch.zeros(24, 16, 4, 4), generator=torch.Generator().manual_seed(0)).sample[:, 0].numpy()
    target = images / 127.5 - 1
    assert made.std() == pytest.approx(target.std(), rel=0.03)
    next_to = [float((x[:, :, 1:] * x[:, :, :-1]).mean() / x.var()) for x in (made, target)]
    assert next_to[0] == pytest.approx(next_to[1], abs=0.03) and next_to[1] > 0.7
