"""Encoding on one device: images a second of decoding alone, of the network alone, of the engine; the share of the matrix units reached.

    python benchmarks/encoding.py                       # both encoders, within nine minutes
    python benchmarks/encoding.py --tiny --device cpu   # a smoke of everything, on any machine

The networks have their full size and random weights: ViT-B/14 at 518 px, as RAD-DINO, and Inception-v3 at 299 px. `serial` reads, prepares
and encodes one batch after the other; `ours` is `engine.encode.encode_images`, which decodes ahead and stores the features. Floating-point
operations are counted by torch on one batch; the limit of the matrix units is that of a large product in the same number format, float32.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from bench_core import api  # noqa: E402
from bench_core.cards import EncoderCard, read_card  # noqa: E402
from bench_core.config import Config  # noqa: E402
from bench_core.encoders import open_encoder  # noqa: E402
from bench_core.encoders.backend import prepare_batch  # noqa: E402
from bench_core.engine.decode import READERS, decoded  # noqa: E402
from bench_core.engine.encode import BATCH, encode_images  # noqa: E402
from bench_core.engine.models import Models  # noqa: E402
from benchmarks.generation import WAITS, Clock, peak_memory  # noqa: E402


def write_films(folder: Path, count: int, side: int) -> None:
    """Films of smooth shapes and noise as PNG: they compress about as radiographs do."""
    folder.mkdir()
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    for number in range(count):
        rng = np.random.default_rng(number)
        body = 150 * np.exp(-((x / 0.9) ** 6 + (y / 1.2) ** 6)) - 90 * np.exp(-(((np.abs(x) - 0.42) / 0.3) ** 4 + (y / 0.6) ** 4))
        pixels = np.clip(body + 20 + rng.normal(0, 4, x.shape), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:05d}.png")


def vit(folder: Path, tiny: bool) -> str:
    """DINOv2 ViT-B/14, as RAD-DINO is; the text of its card."""
    from transformers import Dinov2Config, Dinov2Model

    size = 56 if tiny else 518
    small = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2} if tiny else {}
    Dinov2Model(Dinov2Config(image_size=size, patch_size=14, **small)).save_pretrained(str(folder))
    return (
        f'title = "ViT-B/14"\nbackend = "transformers_vision"\npath = "{folder}"\nimage_size = {size}\nresize = "short_side"\n'
        f'mean = [0.53, 0.53, 0.53]\nstd = [0.26, 0.26, 0.26]\npooling = "pooler"\ndimensions = {small.get("hidden_size", 768)}\n'
    )


def inception(folder: Path, tiny: bool) -> str:
    """Inception-v3 of the FID; the text of its card."""
    from safetensors.torch import save_file

    from bench_core.encoders.inception_network import build_inception

    folder.mkdir(parents=True)
    width = 0.125 if tiny else 1.0
    save_file(build_inception(width=width, classes=1008).state_dict(), folder / "model.safetensors")
    return (
        f'title = "Inception-v3"\nbackend = "inception_fid"\npath = "{folder}"\nimage_size = 299\nresize = "squash"\n'
        f"mean = [0.5, 0.5, 0.5]\nstd = [0.5, 0.5, 0.5]\ndimensions = {int(2048 * width)}\n"
    )


def rate(device: str, seconds: float, images: int, act: Callable[[], object]) -> float:
    """Images a second of something that works on that many images, repeated for at least so long."""
    clock, rounds = Clock(device), 0
    while not rounds or clock.seconds() < seconds:
        act()
        rounds += 1
    return rounds * images / clock.seconds()


def matrix_limit(device: str, tiny: bool) -> float:
    """Floating-point operations a second of a large float32 product."""
    import torch

    size = 512 if tiny else 8192
    a, b = (torch.randn(size, size, device=device) for _ in range(2))
    a @ b
    return 2 * size**3 * rate(device, 0.2 if tiny else 2.0, 1, lambda: a @ b)


def operations(encoder: Any, signal: Any) -> float:
    """Floating-point operations of a batch."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        encoder.features(signal)
    return float(counter.get_total_flops())


def measure(card: EncoderCard, images: Any, workspace: Any, options: argparse.Namespace, limit: float) -> str:
    """One line of the table."""
    import torch

    rows, device = list(range(len(images))), options.device
    encoder = open_encoder(card, device=device)
    encoder.load()
    first = [images.read(row) for row in rows[:BATCH]]
    encoder.encode(first)  # warm-up
    peak_memory(device, reset=True)
    signal = torch.from_numpy(prepare_batch(first, card, encoder.channels)).to(device)

    def compute() -> None:
        with torch.inference_mode():
            encoder.features(signal)

    def serial() -> None:
        for start in range(0, len(rows), BATCH):
            encoder.encode([images.read(row) for row in rows[start : start + BATCH]])

    def ours() -> None:
        workspace.features.forget(set(images.table["digest"]))
        encode_images(workspace, models, images, [card])

    models = Models(workspace.config)
    models.encoder(card).load()
    decode = rate(device, options.seconds, len(rows), lambda: [None for _ in decoded(images, rows, BATCH)])
    alone = rate(device, options.seconds, len(first), compute)
    rates = decode, alone, rate(device, options.seconds, len(rows), serial), rate(device, options.seconds, len(rows), ours)
    share = operations(encoder, signal) / len(first) * rates[3] / limit
    memory = peak_memory(device, reset=True)
    shown = " | ".join(f"{r:.1f}" for r in rates)
    where = f"{memory:.1f} GiB" if memory else "processor"
    return f"| {card.title}, {card.image_size} px | {shown} | {rates[3] / rates[2]:.2f} | {share:.0%} | {where} |"


def main() -> None:
    """Reads the options, measures both encoders, and writes the table after each line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="toy sizes: only whether it runs")
    parser.add_argument("--images", type=int, default=1024)
    parser.add_argument("--side", type=int, default=1024, help="pixels a side of the films on disk")
    parser.add_argument("--seconds", type=float, default=20.0, help="at least so long for each figure")
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything; an encoder for which none are left is named")
    parser.add_argument("--out", type=Path, help="Markdown file (default docs/encoding_speed.md; none with --tiny)")
    options = parser.parse_args()
    import torch

    if options.device.startswith("cuda") and not torch.cuda.is_available():
        sys.exit(WAITS)
    if options.tiny:
        options.images, options.side, options.seconds = 48, 96, 0.0
    out = options.out or (None if options.tiny else PROJECT / "docs" / "encoding_speed.md")
    until = time.monotonic() + options.budget
    device = torch.cuda.get_device_name() if options.device.startswith("cuda") else "processor"
    head = (
        f"# Encoding: images a second\n\nMade by `python benchmarks/encoding.py {' '.join(sys.argv[1:])}` on {time.strftime('%Y-%m-%d')}, "
        f"{device}, {os.cpu_count()} cores,\n{READERS} decoding threads, torch {torch.__version__}, float32, batch {BATCH}, "
        f"{options.images} PNGs of {options.side} px.\n\n"
        "| encoder | decoding alone | network alone | serial | ours | ours over serial | of the matrix limit | peak memory |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    lines: list[str] = []
    limit = matrix_limit(options.device, options.tiny)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_films(folder / "films", options.images, options.side)
        home = folder / "home"
        workspace = api.open_workspace(Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device=options.device))
        api.import_images("films", folder / "films", None, "synthetic")
        for build in (vit, inception):
            if time.monotonic() > until:
                lines.append(f"| {build.__name__} | left out: the time was up | | | | | | |")
            else:
                path = folder / f"{build.__name__}.toml"
                path.write_text(build(folder / build.__name__, options.tiny))
                lines.append(measure(read_card(path, EncoderCard), workspace.sets.open("films"), workspace, options, limit))
            print(lines[-1], flush=True)
            if out:
                out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
