"""Architectures of full size with random weights for `generation.py`, and the contest of each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.generators import tiny_pipelines as tiny


@dataclass(frozen=True)
class Model:
    """One contest. `parameters`: millions of the denoiser, as published; `steps`, `guidance`: of CheXGenBench's loop."""

    name: str
    build: Callable[[Path], None]
    tiny: str
    steps: int
    guidance: float
    loop_dtype: str
    parameters: float


def stable_diffusion_15(folder: Path) -> None:
    """Stable Diffusion 1.5: UNet of 860 million parameters, CLIP-L, the autoencoder of latent diffusion."""
    from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel

    tokenizer = clip_words()
    unet = UNet2DConditionModel(
        sample_size=64, cross_attention_dim=768, block_out_channels=(320, 640, 1280, 1280), attention_head_dim=8, layers_per_block=2
    )
    vae = AutoencoderKL(
        block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4,
        layers_per_block=2, sample_size=512,
    )  # fmt: skip
    scheduler = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1)
    StableDiffusionPipeline(
        vae=vae, unet=unet, text_encoder=clip_text(768, 12, 12), tokenizer=tokenizer, scheduler=scheduler, safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    ).save_pretrained(str(folder))  # fmt: skip


def pixart_sigma(folder: Path) -> None:
    """PixArt-Sigma XL at 512 px: transformer of 610 million parameters, T5-XXL, the autoencoder of SDXL."""
    from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel

    tokenizer, text = t5_xxl()
    transformer = PixArtTransformer2DModel(sample_size=64, caption_channels=4096, use_additional_conditions=False)
    scheduler = DPMSolverMultistepScheduler()
    parts = {"tokenizer": tokenizer, "text_encoder": text, "vae": sdxl_vae(4), "transformer": transformer, "scheduler": scheduler}
    PixArtSigmaPipeline(**parts).save_pretrained(str(folder))


def sana(folder: Path) -> None:
    """Sana 0.6B at 512 px: linear-attention transformer, Gemma 2 (2B), the 32-fold deep-compression autoencoder."""
    from diffusers import AutoencoderDC, DPMSolverMultistepScheduler, SanaPipeline, SanaTransformer2DModel
    from transformers import Gemma2Config, Gemma2Model

    tokenizer, _ = tiny.gemma()
    text = Gemma2Model(Gemma2Config(pad_token_id=0, eos_token_id=1, bos_token_id=2))
    transformer = SanaTransformer2DModel(
        num_attention_heads=36, attention_head_dim=32, num_layers=28, num_cross_attention_heads=16, cross_attention_head_dim=72,
        cross_attention_dim=1152, caption_channels=2304, sample_size=16,
    )  # fmt: skip
    stages = {"block_types": ("ResBlock",) * 3 + ("EfficientViTBlock",) * 3, "block_out_channels": (128, 256, 512, 512, 1024, 1024)}
    both = {f"{side}_{name}": value for side in ("encoder", "decoder") for name, value in stages.items()}
    vae = AutoencoderDC(
        latent_channels=32, encoder_layers_per_block=(2, 2, 2, 3, 3, 3), decoder_layers_per_block=(3,) * 6,
        encoder_qkv_multiscales=((), (), (), (5,), (5,), (5,)), decoder_qkv_multiscales=((), (), (), (5,), (5,), (5,)),
        downsample_block_type="Conv", upsample_block_type="interpolate", scaling_factor=0.41407, **both,
    )  # fmt: skip
    scheduler = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    SanaPipeline(tokenizer=tokenizer, text_encoder=text, vae=vae, transformer=transformer, scheduler=scheduler).save_pretrained(str(folder))


def stable_diffusion_35(folder: Path) -> None:
    """Stable Diffusion 3.5 Medium: transformer of 2.2 billion parameters, CLIP-L, CLIP-G and T5-XXL, an autoencoder of 16 channels."""
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    words, (pieces, third) = clip_words(), t5_xxl()
    transformer = SD3Transformer2DModel(
        sample_size=128, patch_size=2, in_channels=16, out_channels=16, num_layers=24, attention_head_dim=64, num_attention_heads=24,
        joint_attention_dim=4096, caption_projection_dim=1536, pooled_projection_dim=2048, pos_embed_max_size=384,
        dual_attention_layers=tuple(range(13)), qk_norm="rms_norm",
    )  # fmt: skip
    StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=sdxl_vae(16, use_quant_conv=False, use_post_quant_conv=False, shift_factor=0.0609),
        text_encoder=clip_text(768, 12, 12, projected=True), tokenizer=words,
        text_encoder_2=clip_text(1280, 32, 20, projected=True), tokenizer_2=words, text_encoder_3=third, tokenizer_3=pieces,
    ).save_pretrained(str(folder))  # fmt: skip


MODELS = (
    Model("Stable Diffusion 1.5", stable_diffusion_15, "sd", 50, 7.5, "float32", 859.5),
    Model("PixArt-Sigma", pixart_sigma, "pixart", 20, 4.5, "float16", 610.9),
    Model("Sana 0.6B", sana, "sana", 20, 4.5, "float16", 592.0),
    Model("Stable Diffusion 3.5 Medium", stable_diffusion_35, "sd3", 40, 4.5, "float16", 2243.0),
)


def clip_words() -> Any:
    """A CLIP tokenizer of few words, padded to 77 tokens as the real one: the work is that of the padded length."""
    tokenizer = tiny.clip_tokenizer()
    tokenizer.model_max_length = 77
    return tokenizer


def clip_text(width: int, layers: int, heads: int, *, projected: bool = False) -> Any:
    """The text encoder of CLIP-L (768, 12, 12) or CLIP-G (1280, 32, 20)."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        hidden_size=width, intermediate_size=4 * width, num_hidden_layers=layers, num_attention_heads=heads, projection_dim=width
    )
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def t5_xxl() -> tuple[Any, Any]:
    """T5 v1.1 XXL, the encoder."""
    from transformers import T5Config, T5EncoderModel

    tokenizer, _ = tiny.t5()
    config = T5Config(vocab_size=32128, d_model=4096, d_kv=64, d_ff=10240, num_layers=24, num_heads=64, feed_forward_proj="gated-gelu")
    return tokenizer, T5EncoderModel(config)


def sdxl_vae(latents: int, **more: Any) -> Any:
    """The autoencoder of SDXL, or that of Stable Diffusion 3 with 16 latent channels."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        latent_channels=latents, block_out_channels=(128, 256, 512, 512), down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4, layers_per_block=2, sample_size=512, scaling_factor=0.13025, **more,
    )  # fmt: skip
