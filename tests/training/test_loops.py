"""Each loop on a handful of films: it runs, it resumes, and what it writes is what the generators and encoders load."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.training import autoencoder, clip, diffusion, latent_gan, latent_vae, text
from bench_core.training.films import Films, cells_of
from bench_core.training.recipe import Run


def test_cells_and_targets(films: Films) -> None:
    mask = np.zeros((256, 256), bool)
    mask[:16, :8] = True
    cells = cells_of({"Pneumothorax": mask, "heart": mask})
    assert cells[9, 0, 0] == 127 and cells.astype(int).sum() == 127
    targets = films.targets()
    assert targets.shape == (12, 36) and set(np.unique(targets)) <= {0, 1}
    assert np.array_equal(targets[:, 10], films.table["Pleural Effusion"])
    left, right = targets[:, 14 + 12], targets[:, 14 + 13]
    assert np.array_equal(np.maximum(left, right), targets[:, 10])


def test_tokenizer_reads_everything() -> None:
    tokenizer = text.train_tokenizer(["moderate left effusion", "no effusion"] * 5, merges=60)
    ids = text.token_ids(tokenizer, ["effusion", "Größe 12 ✓ " * 40])
    assert ids.shape == (2, text.LENGTH) and int(ids.max()) < len(tokenizer)
    assert len(tokenizer("effusion").input_ids) == 3
    assert tokenizer.decode(tokenizer("left effusion").input_ids, skip_special_tokens=True).strip() == "left effusion"


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


def test_clip_learns_and_its_parts_load(films: Films, folders: Path) -> None:
    tokenizer = text.train_tokenizer(films.table["prompt"])
    run = Run("clip", 160)
    model = clip.train_clip(run, films, tokenizer, batch=8)
    seen = clip.encode_images(model, films.images)
    assert seen.shape == (12, 64) and np.isfinite(seen).all()
    tower = clip.text_encoder(model)
    ids = text.token_ids(tokenizer, ["left effusion"])
    assert tower(ids).pooler_output.shape == (1, 128)
    read = clip.encode_texts(model, tokenizer, ["left effusion", "right effusion"])
    assert not np.allclose(read[0], read[1])


def test_diffusion_memorises_with_an_adapter(films: Films, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setitem(diffusion.UNET, "block_out_channels", [16, 16, 16])
    monkeypatch.setitem(diffusion.UNET, "norm_num_groups", 4)
    rng = np.random.default_rng(0)
    latents, states = rng.normal(size=(4, 8, 16, 16)).astype(np.float16), torch.randn(5, 8, 128)
    run = Run("unet", 32)
    unet = diffusion.train_unet(run, diffusion.build_unet(), latents, states, batch=4, early=(16, folders / "early"))
    assert (folders / "early" / "config.json").exists() and run.done == 32
    learned = diffusion.add_lora(unet, rank=2)
    frozen = unet.conv_in.weight.clone()
    adapted = diffusion.train_unet(Run("lora", 32), unet, latents, states, batch=4, learned=learned)
    assert bool((adapted.conv_in.weight == frozen).all())
    diffusion.save_lora(adapted, folders / "lora")
    from safetensors.torch import load_file

    saved = load_file(folders / "lora" / "pytorch_lora_weights.safetensors")
    assert saved and all(key.startswith("unet.") for key in saved) and all(t.dtype == torch.float16 for t in saved.values())


@pytest.mark.parametrize("kind", ["gan", "vae"])
def test_one_pass_networks_train(kind: str) -> None:
    import torch

    latents, said = np.random.default_rng(0).normal(size=(16, 8, 16, 16)).astype(np.float16), torch.randn(16, 128)
    loop, arguments = (latent_gan.train_gan, latent_gan.ARGUMENTS) if kind == "gan" else (latent_vae.train_vae, latent_vae.ARGUMENTS)
    maker = loop(Run(kind, 64), latents, said, batch=16)
    code = torch.randn(2, arguments["code"])
    one, other = maker(code, said[:2]), maker(code, said[2:4])
    assert one.shape == (2, 8, 16, 16) and bool(torch.isfinite(one).all()) and not torch.allclose(one, other)


def test_components_give_latents_back() -> None:
    from bench_core.training.components import find_components

    rng = np.random.default_rng(0)
    latents = (rng.normal(size=(40, 3)) @ rng.normal(size=(3, 2048)) + 5).reshape(40, 8, 16, 16)
    found = find_components(latents, 3)
    assert np.allclose(found.amplitudes.std(0), 1, atol=1e-3)
    assert np.allclose(found.mean + found.amplitudes @ found.basis, latents.reshape(40, -1), atol=0.02)
    assert np.all(np.diff(found.share) <= 0)


def test_text_tower_learns_sides(films: Films) -> None:
    from bench_core.training.text_tower import severities, train_text_tower

    grades = severities(films.table)
    assert grades.shape == (12, 42) and grades.sum() > 0
    tokenizer = text.train_tokenizer(films.table["prompt"])
    tower = clip.text_encoder(clip.build(tokenizer))
    texts = ["left effusion", "right effusion"] * 6
    targets = np.tile(np.eye(2, dtype=np.float32), (6, 1))
    run = Run("text", 64 * 12)
    train_text_tower(run, tower, tokenizer, texts, targets)
    rows = run.log_rows()
    assert rows and float(rows[0]["end_token"]) > 0.3
    assert (run.folder / "text.safetensors").exists()
