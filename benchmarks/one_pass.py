"""Whole time of fidelity numbers in two spaces: each image decoded and encoded once, against the order of work of CheXGenBench.

`python benchmarks/one_pass.py` renders simulated films, saves them as PNG, and times two ways to the same features:

- *CheXGenBench's order*: its `metrics/fid.py` decodes a set and runs a network for every metric anew. RAD-DINO runs three times over each
  set (Frechet distance, kernel distance, precision and its kin), Inception twice over the real and three times over the synthetic set
  (the Inception Score is the third). Images are decoded and squashed to 299 pixels each time.
- *one pass*: what `engine/encoding/encode.py` does for a run with both encoders.

Networks, weights, batch size and threads are the same in both; the networks have their full size and random weights, since time does not
depend on the numbers in them. Metrics themselves are not timed here.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

PROJECT = Path(__file__).resolve().parent.parent
BATCH = 8
ORDER = {"real": (3, 2), "synthetic": (3, 3)}
"""Passes of RAD-DINO and of Inception over either set."""


def write_films(folder: Path, count: int) -> dict[str, list[Path]]:
    """Simulated films as PNG files: `count` of the held-out cohort and of the training cohort, which stands for a synthetic one."""
    from bench_core import phantom

    paths = {}
    for role, seed in (("real", phantom.REAL_SEED), ("synthetic", phantom.TRAIN_SEED)):
        names = phantom.cohort_table(seed, films=count)["image_id"].tolist()
        paths[role] = [folder / f"{role}-{i}.png" for i in range(count)]
        for path, film in zip(paths[role], phantom.render_many(names, 1), strict=True):
            Image.fromarray(film.image).resize((512, 512)).save(path)
    return paths


def save_networks(folder: Path, side: int) -> dict[str, Any]:
    """Full-size ViT-B/14 and Inception-v3 of random weights, saved as the cards' backends load them; the cards' own preprocessing."""
    import torch
    from safetensors.torch import save_file
    from transformers import Dinov2Config, Dinov2Model

    from bench_core.cards import encoder_cards
    from bench_core.encoders import open_encoder
    from bench_core.encoders.inception_network import build_inception

    torch.manual_seed(0)
    Dinov2Model(Dinov2Config(image_size=518)).save_pretrained(str(folder / "rad-dino"))
    (folder / "inception-fid").mkdir()
    save_file({k: v.contiguous() for k, v in build_inception().state_dict().items()}, folder / "inception-fid" / "model.safetensors")
    cards = encoder_cards(weights=folder)
    small = {"image_size": side, "resize_to": None}
    chosen = {"RAD-DINO": cards["rad-dino"].model_copy(update=small), "Inception": cards["inception-fid"]}
    return {name: open_encoder(card) for name, card in chosen.items()}


def decode(path: Path, seconds: dict[str, float], squash: bool) -> np.ndarray:
    """One image, with the time that it took; `squash` as CheXGenBench does before any network."""
    start = time.perf_counter()
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB").resize((299, 299), Image.Resampling.BILINEAR) if squash else image.convert("L"))
    seconds["decoding"] += time.perf_counter() - start
    return pixels


def run(encoder: Any, name: str, pixels: Sequence[np.ndarray], seconds: dict[str, float]) -> None:
    """Encodes a batch, with the time that it took."""
    start = time.perf_counter()
    encoder.encode(pixels)
    seconds[name] += time.perf_counter() - start


def pass_over(paths: Sequence[Path], encoders: dict[str, Any], seconds: dict[str, float], squash: bool) -> None:
    """Decodes each image of a set once and gives it to each of these encoders."""
    for begin in range(0, len(paths), BATCH):
        pixels = [decode(path, seconds, squash) for path in paths[begin : begin + BATCH]]
        for name, encoder in encoders.items():
            run(encoder, name, pixels, seconds)


def in_their_order(paths: dict[str, list[Path]], encoders: dict[str, Any], seconds: dict[str, float]) -> None:
    """A pass for every metric."""
    for role, passes in ORDER.items():
        for (name, encoder), times in zip(encoders.items(), passes, strict=True):
            for _ in range(times):
                pass_over(paths[role], {name: encoder}, seconds, squash=True)


def in_one_pass(paths: dict[str, list[Path]], encoders: dict[str, Any], seconds: dict[str, float]) -> None:
    """One pass for all."""
    for role in ORDER:
        pass_over(paths[role], encoders, seconds, squash=False)


def timed(work: Callable[..., None], paths: dict[str, list[Path]], encoders: dict[str, Any]) -> dict[str, float]:
    """Seconds of each part, and of all."""
    seconds = dict.fromkeys(("decoding", *encoders, "all"), 0.0)
    start, cpu = time.perf_counter(), time.process_time()
    work(paths, encoders, seconds)
    seconds["all"] = time.perf_counter() - start
    seconds["processor"] = time.process_time() - cpu
    return seconds


def table(theirs: dict[str, float], ours: dict[str, float]) -> str:
    """Both in Markdown, with their ratio."""
    lines = ["| part | CheXGenBench's order, s | one pass, s | ratio |", "| --- | --- | --- | --- |"]
    words = {"all": "**whole time**", "processor": "processor time"}
    lines += [f"| {words.get(part, part)} | {theirs[part]:.1f} | {ours[part]:.1f} | {theirs[part] / ours[part]:.2f} |" for part in theirs]
    return "\n".join(lines)


def main() -> None:
    """Reads the options, times both, writes the table."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=24, help="of either set")
    parser.add_argument("--side", type=int, default=518, help="side of RAD-DINO's input: 518 is its own")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=PROJECT / "docs" / "one_pass.md")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as name:
        paths = write_films(Path(name), args.images)
        encoders = save_networks(Path(name), args.side)
        for encoder in encoders.values():
            encoder.encode([np.zeros((64, 64), np.uint8)])  # loads the weights
        theirs, ours = timed(in_their_order, paths, encoders), timed(in_one_pass, paths, encoders)
    text = f"""# One pass over the images

Made by `python benchmarks/one_pass.py --images {args.images} --side {args.side} --threads {args.threads}`, on {args.threads} of
{os.cpu_count()} processor cores, shared with other work: {args.images} real and {args.images} synthetic PNG files of 512 x 512, ViT-B/14 at
{args.side} x {args.side} (RAD-DINO's own input is 518) and Inception-v3 at 299 x 299, both at full width with random weights, batches of
{BATCH}. Left, CheXGenBench's `metrics/fid.py`: three passes of RAD-DINO over each set, two and three of Inception, images decoded every
time. Right, each image decoded and encoded once for all metrics. Metrics themselves are not in it. On a machine that is shared, read
the ratio of processor times; the others hold what other work took.

{table(theirs, ours)}

The ratio of the networks' times follows from the passes: 3 for RAD-DINO, 2.5 for Inception. CheXGenBench repeats its passes for each of 14
findings when it computes conditional scores; here those read the same features.
"""
    args.out.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
