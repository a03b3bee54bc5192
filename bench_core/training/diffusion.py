"""phantom-ldm: a latent diffusion model in the form of a Stable Diffusion checkpoint, its early stop, and its overfitted sister.

References:
    Rombach et al., arXiv:2112.10752 (latent diffusion); Salimans & Ho, arXiv:2202.00512 (v-prediction); Hang et al.,
    arXiv:2303.09556 (min-SNR weights, gamma 5); Ho & Salimans, arXiv:2207.12598 (classifier-free guidance, 10 % dropped prompts);
    Hu et al., arXiv:2106.09685 (LoRA, here on convolutions too). No horizontal flips: the side of a finding matters.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from bench_core.training.recipe import Average, Run, cosine, set_rate
from bench_core.training.text import LENGTH, token_ids

UNET: dict[str, Any] = {
    "sample_size": 16, "in_channels": 16, "out_channels": 16, "layers_per_block": 1, "block_out_channels": [80, 128, 160],
    "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
    "up_block_types": ["UpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
    "cross_attention_dim": 128, "attention_head_dim": 4, "norm_num_groups": 16,
}  # fmt: skip
SCHEDULER: dict[str, Any] = {
    "num_train_timesteps": 1000, "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
    "prediction_type": "v_prediction", "rescale_betas_zero_snr": False, "timestep_spacing": "trailing", "clip_sample": False,
    "set_alpha_to_one": False, "steps_offset": 1,
}  # fmt: skip
DROPPED = 0.1
LORA_TARGETS = (
    "to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2",
    "conv1", "conv2", "time_emb_proj", "conv_shortcut",
)  # fmt: skip


Keep = Callable[[Any], None]
"""Puts a UNet somewhere."""


def build_unet() -> Any:
    """A new UNet."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(**UNET)


def build_scheduler() -> Any:
    """The sampler's default, and the noise levels of the training."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(**SCHEDULER)


def text_states(encoder: Any, tokenizer: Any, texts: list[str], *, device: str = "cpu", batch: int = 256) -> Any:  # (N, 64, 128) fp16
    """Token states of reports, as the pipeline makes them; the last row is that of the empty prompt."""
    import torch

    texts, out = [*texts, ""], []
    with torch.inference_mode():
        for start in range(0, len(texts), batch):
            ids = token_ids(tokenizer, texts[start : start + batch]).to(device)
            out.append(encoder(ids).last_hidden_state.half())
    return torch.cat(out).clone()


def prediction_loss(unet: Any, scheduler: Any, latents: Any, states: Any) -> Any:
    """Weighted v-prediction loss of one batch at random times, one stratum of the time axis each."""
    import torch

    count = len(latents)
    strata = (torch.arange(count, device=latents.device) + torch.rand(count, device=latents.device)) / count
    times = (strata * scheduler.config.num_train_timesteps).long()
    noise = torch.randn_like(latents)
    noisy = scheduler.add_noise(latents, noise, times)
    goal = scheduler.get_velocity(latents, noise, times)
    made = unet(noisy, times, states).sample.float()
    alpha = scheduler.alphas_cumprod.to(latents.device)[times]
    snr = alpha / (1 - alpha)
    weight = snr.clamp(max=5.0) / (snr + 1)
    return ((made - goal).pow(2).mean((1, 2, 3)) * weight / weight.mean()).mean()


@dataclass(frozen=True)
class Schedule:
    """How a UNet is trained.

    Attributes:
        rate: the highest learning rate; it falls along a cosine.
        decay: of the average of the weights, which is what is kept.
        strangers: share of samples that read one of the other reports, so that the model learns to ignore what it is asked for.
    """

    seed: int = 0
    batch: int = 32
    rate: float = 8e-4
    decay: float = 0.9995
    strangers: float = 0.0


def train_unet(
    run: Run,
    unet: Any,
    latents: np.ndarray,
    states: Any,
    schedule: Schedule = Schedule(),
    *,
    learned: list[Any] | None = None,
    stages: Mapping[int, Keep] = MappingProxyType({}),
) -> Any:
    """Trains a UNet on cached latents (N, 16, 16, 16) and text states (N + K + 1, 64, 128). Returns the averaged UNet.

    The states are those of the N films' own reports, of K other reports, and of the empty prompt.

    Args:
        learned: the parameters to train, all unless named (LoRA names its own).
        stages: by samples: what keeps the averaged weights as they are after so many.
    """
    import torch

    torch.manual_seed(schedule.seed + run.done)
    rng = np.random.default_rng(schedule.seed + run.done)
    scheduler = build_scheduler()
    unet.to(run.device).train()
    run.load({"unet": trained_part(unet, learned)})
    ahead = deque(sorted(((samples, keep) for samples, keep in stages.items() if samples > run.done), key=itemgetter(0)))
    average = Average(unet, schedule.decay)
    parameters = learned if learned is not None else list(unet.parameters())
    kept = trained_part(average.module, learned, like=unet)
    optimizer = torch.optim.AdamW(parameters, lr=schedule.rate, weight_decay=0.01, betas=(0.9, 0.99))
    data, states = torch.from_numpy(latents.astype(np.float32)).to(run.device), states.to(run.device)
    first = min(schedule.batch, len(data))
    some = data[:first], torch.linspace(0, 999, first).long().to(run.device), states[:first].float()
    run.settle(unet, lambda network: network(*some).sample.pow(2).mean())
    batches, steps, mean = _batches(len(data), schedule.batch, rng), 0, float("nan")
    while run.going():
        set_rate(optimizer, schedule.rate * cosine(run.share))
        rows = next(batches)
        reads = _reports(rows, len(data), len(states), schedule.strangers, rng)
        with run.cast():
            loss = prediction_loss(unet, scheduler, data[rows], states[reads].float())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        average.update(unet)
        mean = loss.item() if mean != mean else 0.98 * mean + 0.02 * loss.item()
        run.step(len(rows), loss=mean)
        steps += 1
        while ahead and run.done >= ahead[0][0]:
            ahead.popleft()[1](average.module)
        if steps % 500 == 0:
            run.save({"unet": kept})
    run.save({"unet": kept})
    return average.module


def _batches(count: int, batch: int, rng: np.random.Generator) -> Iterator[np.ndarray]:  # (B,) int
    """Rows in a random order, each once an epoch but for the last ones that fill no batch."""
    order, cursor = rng.permutation(count), 0
    while True:
        if cursor + batch > count:
            order, cursor = rng.permutation(count), 0
        yield order[cursor : cursor + batch]
        cursor += batch


def _reports(rows: np.ndarray, films: int, states: int, strangers: float, rng: np.random.Generator) -> np.ndarray:  # (B,) int
    """Which state each film reads: that of its own report, a stranger's, or the last one, of the empty prompt."""
    reads = np.where(rng.random(len(rows)) < strangers, rng.integers(films, max(states - 1, films + 1), len(rows)), rows)
    return np.where(rng.random(len(rows)) < DROPPED, states - 1, reads)


def trained_part(unet: Any, learned: list[Any] | None, like: Any = None) -> Any:
    """What a checkpoint holds: the whole UNet, or only the parameters at the places of the learned ones (an adapter's)."""
    from torch import nn

    if learned is None:
        return unet
    chosen = {id(parameter) for parameter in learned}
    places = [place for place, parameter in enumerate((like or unet).parameters()) if id(parameter) in chosen]
    everything = list(unet.parameters())
    return nn.ParameterList([everything[place] for place in places])


def save_model(model: Any, folder: Path, *, coarse: bool = False) -> None:
    """Saves a diffusers or transformers model in fp16 safetensors, the model itself staying float32.

    Args:
        coarse: matrices and kernels in float8 (e4m3), half as large. Of phantom-ldm-early's UNet it moves the prediction by a root mean
            square of 3 % of its own.
    """
    import copy

    import torch

    half = copy.deepcopy(model).to("cpu", torch.float16)
    if coarse:
        for parameter in half.parameters():
            parameter.data = parameter.data.to(torch.float8_e4m3fn) if parameter.ndim > 1 else parameter.data
    half.save_pretrained(str(folder), safe_serialization=True)


def save_pipeline(folder: Path, *, vae: Any, text_encoder: Any, tokenizer: Any, unet: Any) -> None:
    """Writes a whole StableDiffusionPipeline folder in fp16."""
    import copy

    import torch
    from diffusers import StableDiffusionPipeline

    half = {"vae": vae, "text_encoder": text_encoder, "unet": unet}
    pipeline: Any = StableDiffusionPipeline(
        **{name: copy.deepcopy(model).to("cpu", torch.float16) for name, model in half.items()},
        tokenizer=tokenizer, scheduler=build_scheduler(), safety_checker=None, feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(str(folder), safe_serialization=True)


def add_lora(unet: Any, rank: int) -> list[Any]:
    """Adds a trainable adapter to all attention, feed-forward and convolution layers; the parameters to train."""
    from peft import LoraConfig

    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=rank, lora_alpha=rank, init_lora_weights="gaussian", target_modules=list(LORA_TARGETS)))
    return [p for p in unet.parameters() if p.requires_grad]


def save_lora(unet: Any, folder: Path) -> None:
    """Writes the adapter as `pytorch_lora_weights.safetensors`, as `load_lora_weights` of any pipeline reads it.

    All keys are in peft's spelling. `convert_state_dict_to_diffusers` respells those of attention layers only, and a loader that meets both
    spellings drops one of them without an error.
    """
    import torch
    from diffusers import StableDiffusionPipeline
    from peft.utils import get_peft_model_state_dict

    half = {name: tensor.to("cpu", torch.float16).contiguous() for name, tensor in get_peft_model_state_dict(unet).items()}
    StableDiffusionPipeline.save_lora_weights(str(folder), unet_lora_layers=half, safe_serialization=True)


__all__ = [
    "LENGTH", "Schedule", "add_lora", "build_unet", "save_lora", "save_model", "save_pipeline", "text_states", "train_unet",
]  # fmt: skip
