"""The autoencoder that all bundled generators share: 256 x 256 grey films to 8 x 16 x 16 latents and back (diffusers AutoencoderKL).

Two stages. First encoder and decoder together, on crops and then on whole films. Then the encoder is fixed (latents, and all
that is learned on them, stay valid) and the decoder alone is sharpened.

References:
    Rombach et al., arXiv:2112.10752. Differences: f16, one grey channel, no KL term (Gaussian noise on the latents instead),
    no attention in the middle; latents are standardised per channel inside `quant_conv` and `post_quant_conv`, so that
    `scaling_factor` is 1 and a plain StableDiffusionPipeline works.
"""

from typing import Any

import numpy as np

from bench_core.training.films import Films
from bench_core.training.recipe import Average, Run, autocast, cosine, load_weights, set_rate

CONFIG: dict[str, Any] = {
    "in_channels": 1, "out_channels": 1, "block_out_channels": [16, 16, 32, 80, 160], "layers_per_block": 1,
    "latent_channels": 8, "norm_num_groups": 8, "mid_block_add_attention": False, "sample_size": 256,
    "scaling_factor": 1.0, "force_upcast": False,
    "down_block_types": ["DownEncoderBlock2D"] * 5, "up_block_types": ["UpDecoderBlock2D"] * 5,
}  # fmt: skip
NOISE = 0.08  # standard deviations of latent noise while training: what the diffusion model leaves over does no harm


def build() -> Any:
    """A new autoencoder."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(**CONFIG)


def to_signal(images: np.ndarray, device: str) -> Any:  # (B, 1, H, W), -1 to 1
    """Films as the network sees them."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(images)).to(device).float().div(127.5).sub(1).unsqueeze(1)


def draw_crops(films: Films, rng: np.random.Generator, count: int, side: int) -> np.ndarray:  # (count, side, side) uint8
    """Random windows of random films; whole films where `side` is 256."""
    rows = rng.integers(0, films.ready, count)
    if side == 256:
        return films.images[np.sort(rows)]
    tops = rng.integers(0, (256 - side) // 16 + 1, (count, 2)) * 16
    return np.stack([films.images[r, t : t + side, left : left + side] for r, (t, left) in zip(rows, tops, strict=True)])


def gradient_loss(made: Any, target: Any, scales: int = 3) -> Any:
    """Mean absolute difference of the horizontal and vertical differences, at several scales."""
    from torch.nn import functional as F

    loss = made.new_zeros(())
    for scale in range(scales):
        for axis in (2, 3):
            loss = loss + (made.diff(dim=axis) - target.diff(dim=axis)).abs().mean()
        if scale + 1 < scales:
            made, target = F.avg_pool2d(made, 2), F.avg_pool2d(target, 2)
    return loss


def _settle(run: Run, model: Any, films: Films) -> None:
    trial = to_signal(films.images[:2], run.device)
    run.settle(model, lambda vae: vae(trial).sample.pow(2).mean())


def train_joint(run: Run, films: Films, *, seed: int = 0, rate: float = 1.5e-3) -> Any:
    """First stage. Returns the averaged autoencoder (not yet standardised)."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed + run.done)
    model = build().to(run.device)
    run.load({"vae": model})
    _settle(run, model, films)
    average = Average(model, 0.995)
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=1e-4, betas=(0.9, 0.99))
    steps = 0
    while run.going():
        side, batch = (128, 4) if run.share < 0.6 else (256, 2)
        set_rate(optimizer, rate * cosine(run.share))
        target = to_signal(draw_crops(films, rng, batch, side), run.device)
        with run.cast():
            latent = model.quant_conv(model.encoder(target))[:, :8]
            noise = NOISE * latent.detach().float().std() * torch.randn_like(latent)
            made = model.decoder(model.post_quant_conv(latent + noise))
        made = made.float()
        pixel, gradient = (made - target).abs().mean(), gradient_loss(made, target)
        loss = pixel + 0.5 * gradient + 1e-4 * latent.float().pow(2).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.step(batch * side * side // 65536 if side == 256 else 1, l1=pixel.item(), gradient=gradient.item(), side=float(side))
        steps += 1
        if steps % 500 == 0:
            run.save({"vae": average.module})
    run.save({"vae": average.module})
    return average.module


def standardise(model: Any, films: Films, *, count: int = 1000, device: str = "cpu") -> None:
    """Folds mean and deviation of each latent channel into the 1 x 1 convolutions, in place; the variance head becomes constant."""
    import torch

    rows = np.linspace(0, films.ready - 1, min(count, films.ready)).astype(int)
    latents = torch.from_numpy(raw_latents(model, films, rows, device=device))
    mean, std = latents.mean((0, 2, 3)), latents.std((0, 2, 3))
    with torch.no_grad():
        into, out = model.quant_conv, model.post_quant_conv
        into.weight[:8] /= std[:, None, None, None]
        into.bias[:8] = (into.bias[:8] - mean) / std
        into.weight[8:] = 0
        into.bias[8:] = -20
        out.bias += (out.weight[:, :, 0, 0] * mean).sum(1)
        out.weight *= std[None, :, None, None]


def raw_latents(model: Any, films: Films, rows: np.ndarray, *, device: str, batch: int = 8) -> np.ndarray:  # (N, 8, 16, 16)
    """Latents of these films, as the encoder gives them."""
    import torch

    out = []
    with torch.inference_mode(), autocast(device):
        for start in range(0, len(rows), batch):
            signal = to_signal(films.images[rows[start : start + batch]], device)
            out.append(model.quant_conv(model.encoder(signal))[:, :8].float().cpu().numpy())
    return np.concatenate(out)


def gradient_ratio(one: Any, other: Any, weight: Any) -> float:
    """How much steeper one loss is than another at a weight (Esser et al., arXiv:2012.09841): makes their scales comparable."""
    import torch

    (first,) = torch.autograd.grad(one, weight, retain_graph=True)
    (second,) = torch.autograd.grad(other, weight, retain_graph=True)
    return float((first.norm() / (second.norm() + 1e-6)).clamp(max=1e3))


def build_critic() -> Any:
    """A small patch discriminator for the second stage (Isola et al., arXiv:1611.07004)."""
    from torch import nn
    from torch.nn.utils import spectral_norm

    layers: list[nn.Module] = []
    for before, after in ((1, 24), (24, 48), (48, 96)):
        layers += [spectral_norm(nn.Conv2d(before, after, 4, 2, 1)), nn.LeakyReLU(0.2)]
    return nn.Sequential(*layers, spectral_norm(nn.Conv2d(96, 1, 3, 1, 1)))


def train_decoder(run: Run, model: Any, films: Films, *, seed: int = 0, rate: float = 6e-4, adversarial: float = 0.0) -> Any:
    """Second stage: the decoder alone, from fixed standardised latents.

    `adversarial` is the critic's share of the gradient at the last layer. It starts from the decoder of the first stage.
    Returns the averaged model.
    """
    import torch
    from torch.nn import functional as F

    torch.manual_seed(seed + 1)
    rng = np.random.default_rng(seed + 1 + run.done)
    critic = build_critic().to(run.device)
    if run.resume and (run.folder / "vae.safetensors").exists():
        load_weights(model, run.folder / "vae.safetensors")
    _settle(run, model, films)
    run.way.ready(critic)
    model.requires_grad_(False)
    learned = [*model.decoder.parameters(), *model.post_quant_conv.parameters()]
    for parameter in learned:
        parameter.requires_grad_(True)
    average = Average(model, 0.995)
    optimizer = torch.optim.AdamW(learned, lr=rate, weight_decay=1e-4, betas=(0.9, 0.99))
    judge = torch.optim.Adam(critic.parameters(), lr=1e-3, betas=(0.5, 0.9))
    steps, balance = 0, 0.0
    while run.going():
        set_rate(optimizer, rate * cosine(run.share))
        target = to_signal(draw_crops(films, rng, 2, 256), run.device)
        with run.cast():
            with torch.no_grad():
                latent = model.quant_conv(model.encoder(target))[:, :8]
            made = model.decoder(model.post_quant_conv(latent + NOISE * torch.randn_like(latent)))
        made = made.float()
        pixel, gradient = (made - target).abs().mean(), gradient_loss(made, target)
        loss, fooled, verdict = pixel + 0.5 * gradient, 0.0, 0.0
        if adversarial and run.share > 0.1:
            with run.cast():
                opinion = -critic(made).float().mean()
            fooled = opinion.item()
            if steps % 10 == 0:
                balance = gradient_ratio(loss, opinion, model.decoder.conv_out.weight)
            loss = loss + adversarial * balance * opinion
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        average.update(model)
        if adversarial:
            with run.cast():
                doubt = F.relu(1 - critic(target).float()).mean() + F.relu(1 + critic(made.detach()).float()).mean()
            judge.zero_grad(set_to_none=True)
            torch.autograd.backward(doubt)
            judge.step()
            verdict = doubt.item()
        run.step(2, l1=pixel.item(), gradient=gradient.item(), critic=verdict, fooled=fooled)
        steps += 1
        if steps % 250 == 0:
            run.save({"vae": average.module})
    run.save({"vae": average.module})
    return average.module
