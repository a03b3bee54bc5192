"""Samples a processor-second of every network that is trained here, in each arithmetic of `training/arithmetic.py`, on one thread.

    python benchmarks/arithmetic.py [--only eye,unet] [--compiled]

One forward and backward pass at the recipe's batch size, without data and optimiser. `float32` is plain arithmetic, `bf16` what the recipes
used before they measured, the fastest of a row what they use now.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core.training.arithmetic import ALL, EAGER, measure  # noqa: E402

Case = tuple[Any, Callable[[Any], Any], int]


def eye_case() -> Case:
    """phantom-eye's image tower, 48 films."""
    import torch

    from bench_core.encoders.eye_networks import BUILD, build_eye

    film = torch.randn(48, 1, 256, 256)
    return build_eye(**BUILD), lambda tower: tower(film)[0].pow(2).mean(), 48


def autoencoder_case() -> Case:
    """The autoencoder, whole films."""
    import torch

    from bench_core.training import autoencoder

    film = torch.randn(autoencoder.BATCH, 1, 256, 256)
    return autoencoder.build(), lambda model: model.views(model.latents(film))[0].pow(2).mean(), autoencoder.BATCH


def vqvae_case() -> Case:
    """phantom-vqvae's coder, eight films."""
    import torch

    from bench_core.encoders.code_networks import BUILD, build_coder

    film = torch.randn(8, 1, 256, 256)
    return build_coder(**BUILD), lambda coder: sum(coder(film)[name].pow(2).mean() for name in ("top_code", "bottom_code")), 8


def unet_case() -> Case:
    """phantom-ldm's UNet, 32 latents."""
    import torch

    from bench_core.training import diffusion

    latents, times, states = torch.randn(32, 16, 16, 16), torch.randint(0, 1000, (32,)), torch.randn(32, 64, 128)
    return diffusion.build_unet(), lambda unet: unet(latents, times, states).sample.pow(2).mean(), 32


def classifier_case() -> Case:
    """The small network of utility runs (`--classifier convnet`), 32 films of 128 pixels."""
    import torch

    from bench_core.downstream.loop import Training
    from bench_core.downstream.networks import Pixels

    film = torch.rand(32, 1, 128, 128)
    return Pixels(Training("convnet"), 128).make(14), lambda network: network(film).square().mean(), 32


CASES = {"classifier": classifier_case, "eye": eye_case, "autoencoder": autoencoder_case, "vqvae": vqvae_case, "unet": unet_case}


def main() -> None:
    """Prints one row a network."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--compiled", action="store_true", help="also through torch.compile (half a minute each)")
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    ways = ALL if chosen.compiled else EAGER
    print("| network | " + " | ".join(way.name for way in ways) + " |\n|" + " --- |" * (len(ways) + 1))
    for name in chosen.only.split(","):
        module, run, batch = CASES[name]()
        rates = [batch / measure(module, run, way) for way in ways]
        print(f"| {name} | " + " | ".join(f"{rate:.1f}" for rate in rates) + " |", flush=True)


if __name__ == "__main__":
    main()
