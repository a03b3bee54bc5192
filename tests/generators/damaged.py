"""Model folders that look whole to whoever reads headers only, and seeded ways to damage them."""

import json
import random
import shutil
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 492265168\n"
"""What git fetches of a large file where git-lfs is not there."""

STRANGE: tuple[Any, ...] = (
    None, True, -1, 1e308, "", "x", "../..", "a\x00b", [], [[]], [None], ["diffusers"], ["diffusers", 3], [1, 2], ["a", "b", "c"], {},
    {"a": {}}, "y" * 5000,
)  # fmt: skip
"""Values of every JSON type, where another one was meant."""


def skeleton(folder: Path) -> Path:
    """A Stable Diffusion by its files: index, configurations, vocabulary, weights of one tensor; a UNet in two shards."""
    import numpy as np
    from safetensors.numpy import save_file

    index: dict[str, Any] = {"_class_name": "StableDiffusionPipeline", "safety_checker": [None, None]}
    parts = {
        "unet": ("diffusers", "UNet2DConditionModel", "diffusion_pytorch_model"),
        "vae": ("diffusers", "AutoencoderKL", "diffusion_pytorch_model"),
        "text_encoder": ("transformers", "CLIPTextModel", "model"),
    }  # fmt: skip
    for part, (library, kind, stem) in parts.items():
        (folder / part).mkdir(parents=True)
        (folder / part / "config.json").write_text(json.dumps({"_class_name": kind}))
        save_file({"weight": np.ones((2, 3), np.float32)}, folder / part / f"{stem}.safetensors")
        index[part] = [library, kind]
    unet = folder / "unet"
    (unet / "diffusion_pytorch_model.safetensors").rename(unet / "diffusion_pytorch_model-00001-of-00002.safetensors")
    save_file({"bias": np.ones(3, np.float32)}, unet / "diffusion_pytorch_model-00002-of-00002.safetensors")
    named = {"weight": "diffusion_pytorch_model-00001-of-00002.safetensors", "bias": "diffusion_pytorch_model-00002-of-00002.safetensors"}
    (unet / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": 36}, "weight_map": named}))
    for part, file, kind in (("tokenizer", "vocab.json", "CLIPTokenizer"), ("scheduler", "scheduler_config.json", "DDIMScheduler")):
        (folder / part).mkdir()
        (folder / part / file).write_text("{}")
        index[part] = ["transformers" if part == "tokenizer" else "diffusers", kind]
    (folder / "tokenizer" / "merges.txt").write_text("#version: 0.2\n")
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def damage_text(path: Path, rng: random.Random) -> str:
    """Makes a file of text into something else; says what."""
    text = path.read_text(encoding="utf-8")
    ways: dict[str, Callable[[], bytes]] = {
        "empty": lambda: b"",
        "cut": lambda: text[: rng.randrange(1, max(2, len(text)))].encode(),
        "not UTF-8": lambda: b"\xff\xfe" + text.encode("utf-16-le"),
        "nested": lambda: b"[" * 100_000,
        "pointer": POINTER.encode,
        "other bytes": lambda: bytes(rng.randrange(256) for _ in range(80)),
        "list": lambda: b"[1, 2]",
        "word": lambda: b'"x"',
    }
    name = rng.choice(sorted(ways))
    path.write_bytes(ways[name]())
    return name


def damage_object(path: Path, rng: random.Random) -> str:
    """Puts a value of another type or shape at a random place of a JSON object, or takes an entry out; says what."""
    whole = json.loads(path.read_text(encoding="utf-8"))
    inside = whole
    while True:
        key = rng.choice(sorted(inside)) if inside else "added"
        if not isinstance(inside.get(key), dict) or not inside[key] or rng.random() < 0.5:
            break
        inside = inside[key]
    value = rng.choice(STRANGE)
    if rng.random() < 0.25 and key in inside:
        del inside[key]
        value = "(taken out)"
    else:
        inside[key] = value
    path.write_text(json.dumps(whole), encoding="utf-8")
    return f"{key} = {str(value)[:40]!r}"


def damage_header(path: Path, rng: random.Random) -> str:
    """Changes length, text or numbers of a safetensors header, or the bytes behind it; says what."""
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, tensors = json.loads(data[8 : 8 + length]), data[8 + length :]
    way = rng.choice(("pointer", "cut", "length", "entry", "tensors"))
    if way == "pointer":
        path.write_text(POINTER)
    elif way == "cut":
        path.write_bytes(data[: rng.randrange(len(data))])
    elif way == "length":
        path.write_bytes(struct.pack("<Q", rng.choice((0, 1, length + 9, 2**40, 2**63))) + data[8:])
    elif way == "tensors":
        path.write_bytes(data + b"\x00" * rng.randrange(1, 9))
    else:
        name = next(n for n in header if n != "__metadata__")
        if rng.random() < 0.3:
            header[name] = rng.choice(STRANGE)
        else:
            header[name][rng.choice(("dtype", "shape", "data_offsets"))] = rng.choice((*STRANGE, [-1, 2], [2**62, 2**62], [0, 1], [[2], 3]))
        text = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + tensors)
    return way


def damaged_copy(whole: Path, folder: Path, rng: random.Random) -> str:
    """A copy of a model folder with one file of it damaged or missing; says which and how."""
    shutil.copytree(whole, folder)
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in (".json", ".safetensors"))
    path = rng.choice(files)
    name = path.relative_to(folder)
    if rng.random() < 0.1:
        path.unlink()
        return f"{name} taken out"
    if path.suffix == ".safetensors":
        return f"{name}: {damage_header(path, rng)}"
    return f"{name}: {(damage_object if rng.random() < 0.6 else damage_text)(path, rng)}"
