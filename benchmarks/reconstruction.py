"""How much of a film the bundled autoencoder keeps: `python benchmarks/reconstruction.py [--folder DIR] [--films 96] [--picture FILE]`.

Held-out films of `real`, evenly spaced and so unchosen, through the encoder and back. PSNR and mean absolute difference of the decoder's
mean, in grey levels; and by band of spatial frequency the energy that comes back over the energy that was there, of the mean alone and with
its grain. The picture has the first films: original, mean, mean with grain.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import phantom  # noqa: E402
from bench_core.training.autoencoder import to_signal  # noqa: E402
from bench_core.training.bundled import AUTOENCODER  # noqa: E402
from bench_core.training.films import render_films  # noqa: E402

BANDS = {"below an eighth": (0.0, 0.125), "an eighth to a quarter": (0.125, 0.25), "a quarter to all": (0.25, 1.0)}
"""Of the Nyquist frequency."""
SHOWN = 6


def reconstruct(model: Any, films: np.ndarray) -> tuple[np.ndarray, np.ndarray]:  # each (N, 256, 256) float32, grey levels
    """Means, and what `decode` gives."""
    import torch

    means, grained = [], []
    with torch.inference_mode():
        for start in range(0, len(films), 8):
            signal = to_signal(films[start : start + 8], "cpu")
            latents = model.latents(signal)
            drawn = [torch.Generator().manual_seed(start + i) for i in range(len(signal))]
            means.append(model.views(latents)[0][:, 0].numpy())
            grained.append(model.decode(latents, generator=drawn).sample[:, 0].numpy())
    first, second = (np.clip((np.concatenate(part) + 1) * 127.5, 0, 255) for part in (means, grained))
    return first, second


def band_energy(films: np.ndarray) -> dict[str, float]:
    """Mean energy of the films in each band, zero frequency left out."""
    power = (np.abs(np.fft.fft2(films - films.mean((1, 2), keepdims=True))) ** 2).mean(0)
    axis = np.fft.fftfreq(films.shape[-1]) * 2
    radius = np.hypot(axis[:, None], axis[None])
    return {name: float(power[(radius >= low) & (radius < high)].sum()) for name, (low, high) in BANDS.items()}


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=AUTOENCODER)
    parser.add_argument("--films", type=int, default=96)
    parser.add_argument("--picture", type=Path)
    asked = parser.parse_args()
    from bench_core.generators.film_autoencoder import film_autoencoder

    model = film_autoencoder().from_pretrained(str(asked.folder)).float().eval()
    real = render_films(phantom.REAL_SEED, phantom.REAL_FILMS)
    films = real.images[np.linspace(0, real.ready - 1, asked.films).astype(int)].astype(np.float32)
    means, grained = reconstruct(model, films.astype(np.uint8))
    psnr = 10 * np.log10(255**2 / ((means - films) ** 2).mean((1, 2)))
    print(f"PSNR of the mean {psnr.mean():.2f} dB ({np.percentile(psnr, 5):.2f} to {np.percentile(psnr, 95):.2f})")
    print(f"mean absolute difference {np.abs(means - films).mean():.2f} grey levels")
    whole, of_mean, of_grain = (band_energy(part) for part in (films, means, grained))
    print("| band of the Nyquist frequency | mean | with grain |\n| --- | --- | --- |")
    for name in BANDS:
        print(f"| {name} | {of_mean[name] / whole[name]:.3f} | {of_grain[name] / whole[name]:.3f} |")
    if asked.picture:
        rows = [np.concatenate(list(part[:SHOWN]), axis=1) for part in (films, means, grained)]
        Image.fromarray(np.rint(np.concatenate(rows)).astype(np.uint8)).save(asked.picture, optimize=True)


if __name__ == "__main__":
    main()
