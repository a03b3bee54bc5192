"""The recipes of the bundled models: which data, how many samples, where the weights go. docs/models.md has the numbers."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bench_core.config import PROJECT
from bench_core.training.eye_recipe import EYE, open_reader, recipe_eye
from bench_core.training.films import Films, wait_for_films
from bench_core.training.identity_recipe import recipe_identity
from bench_core.training.private_latents import recipe_dp
from bench_core.training.recipe import BUNDLED, CHECKPOINTS, Progress, Run, save_half

ENCODERS = PROJECT / "bench_core" / "encoders" / "weights"
ALIGNED, COPY = ENCODERS / "aligned-pixels", ENCODERS / "phantom-copy"
CODER, HEAD = ENCODERS / "phantom-vqvae", ENCODERS / "phantom-findings"
AUTOENCODER = BUNDLED / "phantom-autoencoder"
LDM, EARLY, OVERFIT = BUNDLED / "phantom-ldm", BUNDLED / "phantom-ldm-early", BUNDLED / "phantom-ldm-overfit"
SAMPLES = {
    "phantom-vqvae": 60_000,
    "phantom-text": 100_000, "phantom-autoencoder": 60_000, "phantom-ldm": 500_000,
    "phantom-ldm-overfit": 200_000, "phantom-gan": 2_000_000, "phantom-vae": 600_000,
}  # fmt: skip
"""Samples after which a recipe is finished: three hours of a core for phantom-ldm, less for the others. docs/models.md says how far the
committed weights came."""
EARLY_AT = 4_000
STAGES = (8_000, 16_000, 32_000, 64_000, 128_000, 256_000)
"""Samples after which phantom-ldm's weights are kept beside its checkpoint, for what early stopping does."""
OVERFIT_STAGES = (1_500, 3_000, 6_000, 12_000, 24_000, 48_000, 96_000)
"""Samples after which phantom-ldm-overfit's adapter is kept: what it has learned by heart at each."""
CODED = 2_400
"""How many films phantom-vqvae learns from at least: patches, not films, are its samples."""
MEMORISED, STRANGERS, LORA_RANK = 96, 2_000, 12


def _run(name: str, **how: Any) -> Run:
    """A run from the arguments of `train`."""
    chosen = {key: how[key] for key in ("device", "resume", "minutes", "on_progress")}
    return Run(name, how.get("samples") or SAMPLES[name], **chosen)


def _seed_checkpoint(run: Run, **weights: Path) -> None:
    """Where a run resumes without a checkpoint, the committed weights and log become one."""
    if not run.resume or (run.folder / "state.json").exists() or not all(path.exists() for path in weights.values()):
        return
    from safetensors.torch import load_file

    for name, path in weights.items():
        save_half(load_file(path), run.folder / f"{name}.safetensors")
    rows = run.log_rows()
    (run.folder / "state.json").write_text(json.dumps({"done": int(rows[-1]["samples"]) if rows else 0, "seconds": 0.0}))


def train_films(on_progress: Progress | None = None, at_least: int | None = None) -> Films:
    """The training cohort as arrays, rendered if need be."""
    from bench_core import phantom

    tick = (lambda: on_progress(0, 1, "rendering films")) if on_progress else None
    return wait_for_films(phantom.TRAIN_SEED, phantom.TRAIN_FILMS, at_least or phantom.TRAIN_FILMS, tick=tick)


def recipe_vqvae(**how: Any) -> Path:
    """phantom-vqvae: the coder beside its cards, the decoder in the checkpoint only."""
    from bench_core.encoders.code_networks import BUILD
    from bench_core.training import vqvae

    films = train_films(how["on_progress"], CODED)
    coder, _ = vqvae.train_vqvae(_run("phantom-vqvae", **how), films)
    save_half(coder, CODER / "model.safetensors")
    (CODER / "config.json").write_text(json.dumps({"network": "coder", "arguments": BUILD}, indent=1) + "\n")
    return CODER


def recipe_findings(**how: Any) -> Path:
    """phantom-findings: a closed problem on committed features, solved in seconds; the budget of `how` does not matter."""
    from bench_core.training import finding_head

    _need_eye(**how)
    return finding_head.write_head(HEAD)


def recipe_aligned(**how: Any) -> Path:
    """aligned-pixels: a mean, made in seconds once films are rendered; the budget of `how` does not matter."""
    from bench_core.training import aligned

    return aligned.write_template(ALIGNED, how["on_progress"])


def recipe_copy(**how: Any) -> Path:
    """phantom-copy: minutes of which nearly all is films through the tower; the budget of `how` does not matter."""
    from bench_core.training import copying

    _need_eye(**how)
    return copying.write_copy_head(COPY, on_progress=how["on_progress"])


def recipe_autoencoder(**how: Any) -> Path:
    """phantom-autoencoder, which is every generator's: written where their recipes look for it, and measured latents forgotten."""
    from bench_core.training import autoencoder, diffusion, eye_films

    tick = how["on_progress"]
    films, _ = eye_films.render_eye_films(on_progress=(lambda *_: tick(0, 1, "rendering films")) if tick else None)
    model = autoencoder.train_autoencoder(_run("phantom-autoencoder", **how), films)
    autoencoder.finish(model, films, device=how["device"])
    diffusion.save_model(model, AUTOENCODER)
    (CHECKPOINTS / "latents.npy").unlink(missing_ok=True)
    return AUTOENCODER


def open_autoencoder(**how: Any) -> Any:
    """The autoencoder, trained now where it is not there."""
    from bench_core.generators.film_autoencoder import film_autoencoder

    if not (AUTOENCODER / "config.json").exists():
        recipe_autoencoder(**{**how, "resume": True, "samples": None})
    return film_autoencoder().from_pretrained(str(AUTOENCODER)).float().eval().to(how["device"])


def cached_latents(films: Films, **how: Any) -> np.ndarray:  # (N, 16, 16, 16) float16
    """Latents of all training films, computed once."""
    from bench_core.training import autoencoder

    path = CHECKPOINTS / "latents.npy"
    if not path.exists():
        model = open_autoencoder(**how)
        latents = autoencoder.raw_latents(model, films, np.arange(films.ready), device=how["device"])
        np.save(path, latents.astype(np.float16))
    found: np.ndarray = np.load(path)
    return found


def _need_eye(**how: Any) -> None:
    if not (EYE / "model.safetensors").exists():
        recipe_eye(**{**how, "resume": True, "samples": None})


def recipe_text(**how: Any) -> Path:
    """The generators' text encoder, from phantom-eye's text tower."""
    from bench_core import phantom
    from bench_core.training import diffusion
    from bench_core.training.films import Films
    from bench_core.training.text_tower import severities, train_text_tower

    table = phantom.cohort_table(phantom.TRAIN_SEED, films=phantom.TRAIN_FILMS)
    targets = np.concatenate([Films(table, np.empty(0), np.empty(0)).targets(), severities(table)], 1)
    _need_eye(**how)
    start, tokenizer = open_reader()
    tower = train_text_tower(_run("phantom-text", **how), start, tokenizer, table["prompt"].tolist(), targets)
    diffusion.save_model(tower, LDM / "text_encoder")
    tokenizer.save_pretrained(str(LDM / "tokenizer"))
    return LDM / "text_encoder"


def text_tower(**how: Any) -> tuple[Any, Any]:
    """Text encoder and tokenizer of the generators: they stay as they are, whatever phantom-eye learns later."""
    from transformers import CLIPTextModel, CLIPTokenizer

    if not (LDM / "text_encoder").is_dir():
        recipe_text(**{**how, "resume": True, "samples": None})
    encoder = CLIPTextModel.from_pretrained(str(LDM / "text_encoder")).float().eval()
    return encoder, CLIPTokenizer.from_pretrained(str(LDM / "tokenizer"))


def fits(folder: Path) -> bool:
    """Whether this folder holds a UNet for the latents of the present recipe; weights of an earlier autoencoder's latents do not."""
    from bench_core.training.diffusion import UNET

    config = folder / "config.json"
    return config.is_file() and json.loads(config.read_text())["in_channels"] == UNET["in_channels"]


def recipe_ldm(**how: Any) -> Path:
    """phantom-ldm, and phantom-ldm-early on its way."""
    from bench_core.training import diffusion

    films = train_films(how["on_progress"])
    encoder, tokenizer = text_tower(**how)
    latents = cached_latents(films, **how)
    states = diffusion.text_states(encoder, tokenizer, films.table["prompt"].iloc[: len(latents)].tolist())
    run = _run("phantom-ldm", **how)
    if fits(LDM / "unet"):
        _seed_checkpoint(run, unet=LDM / "unet" / "diffusion_pytorch_model.safetensors")
    stages = {samples: partial(diffusion.save_model, folder=run.folder / f"stage-{samples}") for samples in STAGES}
    stages[EARLY_AT] = partial(diffusion.save_model, folder=EARLY / "unet", coarse=True)
    unet = diffusion.train_unet(run, diffusion.build_unet(), latents, states, stages=stages)
    vae = open_autoencoder(**how)
    diffusion.save_pipeline(LDM, vae=vae, text_encoder=encoder, tokenizer=tokenizer, unet=unet)
    return LDM


def recipe_early(**how: Any) -> Path:
    """phantom-ldm-early alone: the same run, stopped at EARLY_AT samples (the weights of phantom-ldm are left as they are)."""
    from bench_core.training import diffusion

    films = train_films(how["on_progress"])
    encoder, tokenizer = text_tower(**how)
    latents = cached_latents(films, **how)
    states = diffusion.text_states(encoder, tokenizer, films.table["prompt"].iloc[: len(latents)].tolist())
    run = Run("phantom-ldm-early", how.get("samples") or EARLY_AT, device=how["device"], resume=how["resume"], minutes=how["minutes"],
              on_progress=how["on_progress"])  # fmt: skip
    diffusion.save_model(diffusion.train_unet(run, diffusion.build_unet(), latents, states), EARLY / "unet", coarse=True)
    return EARLY


def recipe_overfit(**how: Any) -> Path:
    """phantom-ldm-overfit: a LoRA adapter on phantom-ldm, trained on 96 films with repeats, half of them under a stranger's report.

    With its own reports alone it repeats its films when it reads those, and makes new ones from any other report.
    """
    from bench_core.training import autoencoder, diffusion

    if not fits(LDM / "unet"):
        recipe_ldm(**{**how, "resume": True, "samples": None})
    from diffusers import UNet2DConditionModel

    films = train_films(how["on_progress"], MEMORISED)
    encoder, tokenizer = text_tower(**how)
    latents = autoencoder.raw_latents(open_autoencoder(**how), films, np.arange(MEMORISED), device=how["device"])
    states = diffusion.text_states(encoder, tokenizer, films.table["prompt"].iloc[: MEMORISED + STRANGERS].tolist())
    unet = UNet2DConditionModel.from_pretrained(str(LDM / "unet")).float()
    learned = diffusion.add_lora(unet, LORA_RANK)
    run = _run("phantom-ldm-overfit", **how)
    schedule = diffusion.Schedule(batch=24, rate=1.5e-3, decay=0.99, strangers=0.5)
    stages = {samples: partial(diffusion.save_lora, folder=OVERFIT / f"stage-{samples}") for samples in OVERFIT_STAGES}
    done = diffusion.train_unet(run, unet, latents, states, schedule, learned=learned, stages=stages)
    diffusion.save_lora(done, OVERFIT)
    return OVERFIT


def _one_pass(name: str, loop: Callable[..., Any], arguments: dict[str, Any], **how: Any) -> Path:
    """GAN and VAE: the same data, the same folder."""
    films = train_films(how["on_progress"])
    encoder, tokenizer = text_tower(**how)
    latents = cached_latents(films, **how)
    said = pooled_texts(encoder, tokenizer, films.table["prompt"].iloc[: len(latents)].tolist())
    maker = loop(_run(name, **how), latents, said)
    folder = BUNDLED / name
    save_half(maker, folder / "model.safetensors")
    (folder / "config.json").write_text(json.dumps({"network": "latent_painter", "arguments": arguments}, indent=1) + "\n")
    return folder


def pooled_texts(encoder: Any, tokenizer: Any, texts: list[str]) -> Any:  # (N, 128)
    """One vector a report, as `generators.torch_module` computes it."""
    import torch

    from bench_core.training.text import token_ids

    with torch.inference_mode():
        parts = [encoder(token_ids(tokenizer, texts[i : i + 256])).pooler_output for i in range(0, len(texts), 256)]
    return torch.cat(parts).clone()


def recipe_gan(**how: Any) -> Path:
    """phantom-gan."""
    from bench_core.training.latent_gan import ARGUMENTS, train_gan

    return _one_pass("phantom-gan", train_gan, ARGUMENTS, **how)


def recipe_vae(**how: Any) -> Path:
    """phantom-vae."""
    from bench_core.training.latent_vae import ARGUMENTS, train_vae

    return _one_pass("phantom-vae", train_vae, ARGUMENTS, **how)


RECIPES: dict[str, Callable[..., Path]] = {
    "phantom-eye": recipe_eye, "phantom-findings": recipe_findings, "aligned-pixels": recipe_aligned,
    "phantom-copy": recipe_copy, "phantom-vqvae": recipe_vqvae,
    "phantom-text": recipe_text, "phantom-autoencoder": recipe_autoencoder, "phantom-ldm": recipe_ldm,
    "phantom-ldm-early": recipe_early, "phantom-ldm-overfit": recipe_overfit, "phantom-gan": recipe_gan, "phantom-vae": recipe_vae,
    "phantom-identity": recipe_identity, "phantom-dp": recipe_dp,
}  # fmt: skip
