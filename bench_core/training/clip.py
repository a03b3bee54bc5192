"""phantom-clip: an image and a text tower in one 64-dimensional space, learned on the simulated films and their reports.

A transformers CLIPModel (ViT, 192 x 192 grey, patches of 24). Beside the contrastive loss (Radford et al., arXiv:2103.00020) three
auxiliary tasks make training short; their heads are dropped afterwards: findings, sides, devices and view from the projection of
either tower (one shared head); each finding's mask from the patches; and a small version of the film from the image's projection,
so that the space also holds anatomy (without it, two films with the same findings would be one point and no copy could be seen).
"""

from typing import Any

import numpy as np

from bench_core.training.films import Films
from bench_core.training.recipe import Average, Run, cosine, set_rate
from bench_core.training.text import LENGTH, token_ids

SIDE, PATCH, WIDTH, DIMENSIONS, THUMBNAIL = 192, 24, 160, 64, 24


def build(tokenizer: Any) -> Any:
    """A new CLIPModel for this tokenizer."""
    from transformers import CLIPConfig, CLIPModel

    text = {
        "vocab_size": len(tokenizer), "hidden_size": 128, "intermediate_size": 384, "num_hidden_layers": 3, "num_attention_heads": 4,
        "max_position_embeddings": LENGTH, "projection_dim": DIMENSIONS, "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id,
    }  # fmt: skip
    vision = {
        "hidden_size": WIDTH, "intermediate_size": 4 * WIDTH, "num_hidden_layers": 5, "num_attention_heads": 5, "image_size": SIDE,
        "patch_size": PATCH, "num_channels": 1, "projection_dim": DIMENSIONS,
    }  # fmt: skip
    return CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=DIMENSIONS))


def build_heads(targets: int) -> Any:
    """The auxiliary heads: `labels` from a projection, `cells` from a patch, `thumbnail` from an image's projection."""
    from torch import nn

    return nn.ModuleDict(
        {
            "labels": nn.Linear(DIMENSIONS, targets),
            "cells": nn.Linear(WIDTH, 14),
            "thumbnail": nn.Linear(DIMENSIONS, THUMBNAIL * THUMBNAIL),
        }
    )


def resize(images: np.ndarray, device: str, jitter: np.random.Generator | None = None) -> Any:  # (B, 1, 192, 192)
    """Films as the image tower sees them: bicubic with antialiasing, 0..255 to -1..1; while training also shifted a little."""
    import torch
    from torch.nn import functional as F

    signal = torch.from_numpy(np.ascontiguousarray(images)).to(device).float().unsqueeze(1)
    signal = F.interpolate(signal, (SIDE, SIDE), mode="bicubic", antialias=True, align_corners=False).clamp(0, 255) / 127.5 - 1
    if jitter is not None:
        down, right = (int(v) for v in jitter.integers(-6, 7, 2))
        signal = torch.roll(signal, (down, right), (2, 3))
        signal = signal * float(jitter.uniform(0.9, 1.1)) + float(jitter.uniform(-0.1, 0.1))
    return signal


def towers(model: Any, signal: Any, ids: Any) -> tuple[Any, Any, Any]:
    """(image projection (B, 64), patch states (B, 64, W), text projection (B, 64)), nothing normalised."""
    seen = model.vision_model(signal)
    read = model.text_model(ids)
    return model.visual_projection(seen.pooler_output), seen.last_hidden_state[:, 1:], model.text_projection(read.pooler_output)


def contrast(model: Any, image: Any, text: Any, same: Any) -> Any:
    """Contrastive loss; films with the very same report are no negatives of each other."""
    import torch
    from torch.nn import functional as F

    logits = model.logit_scale.clamp(max=4.0).exp() * F.normalize(image, dim=1) @ F.normalize(text, dim=1).T
    logits = logits.masked_fill(same & ~torch.eye(len(same), dtype=torch.bool, device=same.device), -1e4)
    goal = torch.arange(len(logits), device=logits.device)
    return (F.cross_entropy(logits, goal) + F.cross_entropy(logits.T, goal)) / 2


def train_clip(run: Run, films: Films, tokenizer: Any, *, seed: int = 0, batch: int = 48, rate: float = 1e-3) -> Any:
    """Trains both towers and returns their averaged weights."""
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed)
    targets = torch.from_numpy(films.targets()).to(run.device)
    ids = token_ids(tokenizer, films.table["prompt"].tolist()).to(run.device)
    prompts = films.table["prompt"].factorize()[0]
    both = torch.nn.ModuleDict({"clip": build(tokenizer), "heads": build_heads(targets.shape[1])}).to(run.device)
    run.load({"clip": both})
    rng = np.random.default_rng(seed + run.done)
    average = Average(both, 0.998)
    model: Any = both["clip"]
    heads: Any = both["heads"]
    optimizer = torch.optim.AdamW(both.parameters(), lr=rate, weight_decay=0.03, betas=(0.9, 0.98))
    trial = resize(films.images[:batch], run.device)
    run.settle(model.vision_model, lambda tower: tower(trial).pooler_output.pow(2).mean())
    cells_weight = torch.full((14, 1, 1), 4.0, device=run.device)
    steps = 0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share, warm=0.04))
        rows = np.sort(rng.choice(films.ready, batch, replace=False))
        same = torch.from_numpy(prompts[rows][:, None] == prompts[rows]).to(run.device)
        signal = resize(films.images[rows], run.device, rng)
        masks = torch.from_numpy(films.cells[rows].astype(np.float32) / 255).to(run.device)
        masks = F.interpolate(masks, (SIDE // PATCH,) * 2, mode="area")
        small = F.interpolate(signal, (THUMBNAIL,) * 2, mode="area").flatten(1)
        with run.cast():
            image, patches, text = towers(model, signal, ids[rows])
            cells = heads["cells"](patches).transpose(1, 2).reshape(masks.shape)
        image, text, cells = image.float(), text.float(), cells.float()
        told = F.binary_cross_entropy_with_logits(heads["labels"](image), targets[rows])
        read = F.binary_cross_entropy_with_logits(heads["labels"](text), targets[rows])
        where = F.binary_cross_entropy_with_logits(cells, masks, pos_weight=cells_weight)
        look = F.mse_loss(heads["thumbnail"](image), small)
        match = contrast(model, image, text, same)
        loss = 0.5 * match + 2 * told + read + 2 * where + 2 * look
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(both.parameters(), 1.0)
        optimizer.step()
        average.update(both)
        run.step(batch, contrast=match.item(), image_labels=told.item(), text_labels=read.item(), cells=where.item(), thumbnail=look.item())
        steps += 1
        if steps % 100 == 0:
            run.save({"clip": average.module})
    run.save({"clip": average.module})
    return average.module["clip"]


def text_encoder(model: Any) -> Any:
    """The text tower as the CLIPTextModel that a StableDiffusionPipeline holds."""
    from transformers import CLIPTextModel

    tower = CLIPTextModel(model.config.text_config)
    tower.load_state_dict(model.text_model.state_dict())
    return tower.eval()


def encode_images(model: Any, images: np.ndarray, *, device: str = "cpu", batch: int = 64) -> np.ndarray:  # (N, 64) float32
    """Projections before normalisation, for many films at once (float32 arithmetic, as the encoder's)."""
    import torch

    out = []
    with torch.inference_mode():
        for start in range(0, len(images), batch):
            signal = resize(images[start : start + batch], device)
            out.append(model.visual_projection(model.vision_model(signal).pooler_output).float().cpu().numpy())
    return np.concatenate(out)


def encode_texts(model: Any, tokenizer: Any, texts: list[str], *, device: str = "cpu", batch: int = 256) -> np.ndarray:  # (N, 64)
    """Projections of texts before normalisation."""
    import torch

    out = []
    with torch.inference_mode():
        for start in range(0, len(texts), batch):
            ids = token_ids(tokenizer, texts[start : start + batch]).to(device)
            out.append(model.text_projection(model.text_model(ids).pooler_output).float().cpu().numpy())
    return np.concatenate(out)
