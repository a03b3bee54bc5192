"""Encoding on one device: images a second of reading alone, of the network alone, of the engine; the share of the matrix units reached.

    python benchmarks/encoding.py                       # both encoders, within nine minutes
    python benchmarks/encoding.py --tiny --device cpu   # a smoke of everything, on any machine

The networks have their full size and random weights: ViT-B/14 at 518 px, as RAD-DINO, and Inception-v3 at 299 px. Reading is all that an
image needs before the network: decoding, resizing, gathering into batches; in threads, and in as many processes as the engine would start
on a GPU. `serial` reads, prepares and encodes one batch after the other; `ours` is `engine.encoding.encode.encode_images`, which reads
ahead, copies while the network computes and stores the features; its processes are started before the clock is. The slower of reading and
network bounds it. Floating-point operations are counted by torch on one batch; the limit of the matrix units is that of a large product in
the same number format, float32.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
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
from bench_core.engine.encoding import decode  # noqa: E402
from bench_core.engine.encoding.decode import BATCH, MANY, THREADS, Readers  # noqa: E402
from bench_core.engine.encoding.encode import encode_images  # noqa: E402
from bench_core.engine.encoding.views import ReadingTask, View  # noqa: E402
from bench_core.engine.models import Models  # noqa: E402
from benchmarks.generation import WAITS, Clock, peak_memory  # noqa: E402


def write_films(folder: Path, count: int, side: int) -> None:
    """Films of smooth shapes and noise as PNG: they compress about as radiographs do."""
    folder.mkdir()
    y, x = np.mgrid[-1 : 1 : side * 1j, -1 : 1 : side * 1j]
    body = 150 * np.exp(-((x / 0.9) ** 6 + (y / 1.2) ** 6)) - 90 * np.exp(-(((np.abs(x) - 0.42) / 0.3) ** 4 + (y / 0.6) ** 4))

    def write(number: int) -> None:
        pixels = np.clip(body + 20 + np.random.default_rng(number).normal(0, 4, x.shape), 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(folder / f"{number:05d}.png")

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, range(count)))


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


def reading(encoder: Any, images: Any, config: Config, seconds: float) -> float:
    """Images a second that are ready for the network, with as many readers as the configuration says."""
    asks = [(row, (0,)) for row in range(len(images))]
    parts = [asks[start : start + BATCH] for start in range(0, len(asks), BATCH)]
    job = ReadingTask.of(images, [View(encoder.card, encoder.prepared)])
    with Readers(config) as readers:

        def read() -> None:
            for _ in readers.ahead(job, parts, lambda _, views: encoder.gather([view for (view,) in views])):
                pass

        read()
        return rate("cpu", seconds, len(images), read)


def engine(card: EncoderCard, images: Any, workspace: Any, options: argparse.Namespace) -> float:
    """Images a second of `encode_images`."""
    models = Models(workspace.config)
    with Readers(workspace.config) as readers:

        def encode() -> None:
            workspace.features.forget(set(images.table["digest"]))
            encode_images(workspace, models, images, [card], readers=readers)

        encode()
        return rate(options.device, options.seconds, len(images), encode)


def measure(card: EncoderCard, images: Any, workspace: Any, options: argparse.Namespace, limit: float) -> str:
    """One line of the table."""
    import torch

    device, seconds, config, batch = options.device, options.seconds, workspace.config, min(BATCH, len(images))
    encoder = open_encoder(card, device=device)
    encoder.load()
    encoder.encode([images.read(row) for row in range(batch)])  # warm-up
    peak_memory(device, reset=True)
    signal = torch.randn(batch, encoder.channels, card.image_size, card.image_size, device=device)

    def compute() -> None:
        with torch.inference_mode():
            for _ in range(4):
                encoder.features(signal)

    def serial() -> None:
        for start in range(0, len(images), BATCH):
            encoder.encode([images.read(row) for row in range(start, min(start + BATCH, len(images)))])

    threads = reading(encoder, images, replace(config, readers=1), seconds)
    apart = reading(encoder, images, replace(config, readers=options.readers), seconds)
    network = rate(device, seconds, 4 * batch, compute)
    before, ours = rate(device, seconds, len(images), serial), engine(card, images, workspace, options)
    share = operations(encoder, signal) / batch * ours / limit
    memory = peak_memory(device, reset=True)
    shown = " | ".join(f"{r:.1f}" for r in (threads, apart, network, before, ours))
    bound = "reading" if (apart if device.startswith("cuda") else threads) < network else "the network"
    where = f"{memory:.1f} GiB" if memory else "processor"
    return f"| {card.title}, {card.image_size} px | {shown} | {ours / before:.2f} | {bound} | {share:.0%} | {where} |"


def main() -> None:
    """Reads the options, measures both encoders, and writes the table after each line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--tiny", action="store_true", help="toy sizes: only whether it runs")
    parser.add_argument("--images", type=int, default=1024, help=f"films (default 1024; from {MANY} on, processes read)")
    cores = min(16, max(2, (os.cpu_count() or 1) - 1))
    parser.add_argument("--readers", type=int, default=cores, help="processes that read (default: a core less than there are, at most 16)")
    parser.add_argument("--side", type=int, default=1024, help="pixels a side of the films on disk")
    parser.add_argument("--seconds", type=float, default=20.0, help="at least so long for each figure")
    parser.add_argument("--budget", type=float, default=540.0, help="seconds for everything; an encoder for which none are left is named")
    parser.add_argument("--out", type=Path, help="Markdown file (default docs/encoding_speed.md; none with --tiny)")
    options = parser.parse_args()
    import torch

    if options.device.startswith("cuda") and not torch.cuda.is_available():
        sys.exit(WAITS)
    if options.tiny:
        options.images, options.side, options.seconds = 12, 64, 0.0
        decode.MANY = options.images  # so that processes read these few
    out = options.out or (None if options.tiny else PROJECT / "docs" / "encoding_speed.md")
    until = time.monotonic() + options.budget
    device = torch.cuda.get_device_name() if options.device.startswith("cuda") else "processor"
    head = (
        f"# Encoding: images a second\n\nMade by `python benchmarks/encoding.py {' '.join(sys.argv[1:])}` on {time.strftime('%Y-%m-%d')}, "
        f"{device}, {os.cpu_count()} cores,\ntorch {torch.__version__}, float32, batch {BATCH}, {options.images} PNGs of {options.side} px."
        "\n\n"
        f"| encoder | reading, {THREADS} threads | reading, {options.readers} processes | network alone | serial | ours "
        "| ours over serial | bound by | of the matrix limit | peak memory |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n"
    )
    lines: list[str] = []
    limit = matrix_limit(options.device, options.tiny)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_films(folder / "films", options.images, options.side)
        home = folder / "home"
        readers = options.readers if options.device.startswith("cuda") else 1
        config = Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device=options.device, readers=readers)
        workspace = api.open_workspace(config)
        api.import_images("films", folder / "films", None, "synthetic")
        for build in (vit, inception):
            if time.monotonic() > until:
                lines.append(f"| {build.__name__} | left out: the time was up | | | | | | | | |")
            else:
                path = folder / f"{build.__name__}.toml"
                path.write_text(build(folder / build.__name__, options.tiny))
                lines.append(measure(read_card(path, EncoderCard), workspace.sets.open("films"), workspace, options, limit))
            print(lines[-1], flush=True)
            if out:
                out.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
