"""A tiny pipeline of every class that the cards name, with random weights, saved as the real ones are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

WORDS = ("left", "right", "no", "effusion", "pneumothorax", "a", "the", ".", ",")
LATENT = {"norm_num_groups": 2, "layers_per_block": 1, "sample_size": 32, "scaling_factor": 1.0}


def vae(latents: int = 4, blocks: int = 3, channels: int = 3, **more: Any) -> Any:
    """An autoencoder that halves the side between its blocks."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(
        in_channels=channels, out_channels=channels, latent_channels=latents, block_out_channels=(4,) * blocks,
        down_block_types=("DownEncoderBlock2D",) * blocks, up_block_types=("UpDecoderBlock2D",) * blocks, **LATENT, **more,
    )  # fmt: skip


def unet(text: int | None = 16, **more: Any) -> Any:
    """A UNet of two levels, with or without a text to attend to."""
    from diffusers import UNet2DConditionModel, UNet2DModel

    same = {"sample_size": 8, "block_out_channels": (4, 8), "layers_per_block": 1, "norm_num_groups": 2, **more}
    if text is None:
        return UNet2DModel(in_channels=1, out_channels=1, down_block_types=("DownBlock2D",) * 2, up_block_types=("UpBlock2D",) * 2, **same)
    return UNet2DConditionModel(
        in_channels=4, out_channels=4, down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
        up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), cross_attention_dim=text, attention_head_dim=2, **same,
    )  # fmt: skip


def clip_tokenizer() -> Any:
    """A CLIP tokenizer of letters and a few merges."""
    from bench_core.training.text import train_tokenizer

    return train_tokenizer(["left effusion", "right effusion", "no pneumothorax"], merges=20)


def clip_text(tokenizer: Any, *, projected: bool = False, width: int = 16) -> Any:
    """A CLIP text encoder of one or two layers."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=len(tokenizer), hidden_size=width, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=width, max_position_embeddings=tokenizer.model_max_length, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    return (CLIPTextModelWithProjection if projected else CLIPTextModel)(config)


def t5() -> tuple[Any, Any]:
    """A T5 tokenizer and encoder, 16 numbers a token."""
    from transformers import T5Config, T5EncoderModel, T5Tokenizer

    pieces = [
        ("<pad>", 0.0),
        ("</s>", 0.0),
        ("<unk>", 0.0),
        *((f"▁{w}", -1.0) for w in WORDS),
        *((c, -5.0) for c in "▁abcdefghijklmnopqrstuvwxyz"),
    ]
    tokenizer = T5Tokenizer(vocab=pieces, extra_ids=0)
    config = T5Config(vocab_size=len(tokenizer), d_model=16, d_kv=8, d_ff=16, num_layers=1, num_heads=2)
    return tokenizer, T5EncoderModel(config)


def gemma() -> tuple[Any, Any]:
    """A Gemma tokenizer and Gemma 2, 16 numbers a token."""
    from transformers import Gemma2Config, Gemma2Model, GemmaTokenizer

    vocabulary = {
        token: i for i, token in enumerate(("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *"abcdefghijklmnopqrstuvwxyz.,:-'"))
    }
    tokenizer = GemmaTokenizer(vocab=vocabulary, merges=[])
    config = Gemma2Config(
        vocab_size=len(tokenizer), hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2, num_key_value_heads=2,
        head_dim=8, pad_token_id=0, eos_token_id=1, bos_token_id=2,
    )  # fmt: skip
    return tokenizer, Gemma2Model(config)


def stable_diffusion(folder: Path, *, prediction: str = "epsilon", checker: str | None = None) -> None:
    """Stable Diffusion; `checker`: a content filter that passes everything (`kind`) or nothing (`strict`)."""
    from diffusers import DDIMScheduler, StableDiffusionPipeline

    tokenizer = clip_tokenizer()
    scheduler = DDIMScheduler(clip_sample=False, set_alpha_to_one=False, steps_offset=1, prediction_type=prediction)
    StableDiffusionPipeline(
        vae=vae(), text_encoder=clip_text(tokenizer), tokenizer=tokenizer, unet=unet(), scheduler=scheduler,
        safety_checker=content_filter(checker) if checker else None, feature_extractor=feature_extractor() if checker else None,
        requires_safety_checker=checker is not None,
    ).save_pretrained(str(folder))  # fmt: skip


def content_filter(kind: str) -> Any:
    """The content filter of Stable Diffusion with concepts that no image, or every image, comes near to."""
    from diffusers.pipelines.stable_diffusion import StableDiffusionSafetyChecker
    from transformers import CLIPConfig

    same = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    config = CLIPConfig(text_config=dict(same), vision_config={**same, "image_size": 30, "patch_size": 15}, projection_dim=8)
    checker = StableDiffusionSafetyChecker(config)
    limit = 2.0 if kind == "kind" else -2.0  # cosines lie between -1 and 1
    for weights in (checker.concept_embeds_weights, checker.special_care_embeds_weights):
        weights.data.fill_(limit)
    return checker


def feature_extractor() -> Any:
    """What prepares images for the content filter."""
    from transformers import CLIPImageProcessor

    return CLIPImageProcessor(size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30})


def radedit(folder: Path) -> None:
    """Three repositories that RadEdit is assembled of; the text encoder's configuration names code of its own, which is never run."""
    from transformers import BertConfig, BertModel, BertTokenizer

    unet().save_pretrained(str(folder / "radedit" / "unet"))
    vae().save_pretrained(str(folder / "vae"))
    vocabulary = {token: i for i, token in enumerate(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS))}
    BertTokenizer(vocab=vocabulary).save_pretrained(str(folder / "text"))
    same = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "max_position_embeddings": 32}
    BertModel(BertConfig(vocab_size=len(vocabulary), **same)).save_pretrained(str(folder / "text"))
    path = folder / "text" / "config.json"
    config = {
        **json.loads(path.read_text()),
        "model_type": "cxr-bert",
        "auto_map": {"AutoModel": "modeling.Trap"},
        "architectures": ["Trap"],
    }
    path.write_text(json.dumps(config))
    (folder / "text" / "modeling.py").write_text("raise SystemExit('code of a model folder was run')\n")


def pixart(folder: Path) -> None:
    """PixArt-Sigma."""
    from diffusers import DPMSolverMultistepScheduler, PixArtSigmaPipeline, PixArtTransformer2DModel

    tokenizer, text = t5()
    transformer = PixArtTransformer2DModel(
        sample_size=8, num_layers=1, patch_size=2, attention_head_dim=8, num_attention_heads=2, caption_channels=16, in_channels=4,
        cross_attention_dim=16, out_channels=8, attention_bias=True, activation_fn="gelu-approximate", num_embeds_ada_norm=1000,
        norm_type="ada_norm_single", norm_elementwise_affine=False, norm_eps=1e-6, use_additional_conditions=False,
    )  # fmt: skip
    scheduler = DPMSolverMultistepScheduler()
    PixArtSigmaPipeline(tokenizer=tokenizer, text_encoder=text, vae=vae(), transformer=transformer, scheduler=scheduler).save_pretrained(
        str(folder)
    )


def sana(folder: Path) -> None:
    """Sana, with a deep-compression autoencoder."""
    from diffusers import AutoencoderDC, DPMSolverMultistepScheduler, SanaPipeline, SanaTransformer2DModel

    tokenizer, text = gemma()
    transformer = SanaTransformer2DModel(
        patch_size=1, in_channels=4, out_channels=4, num_layers=1, num_attention_heads=2, attention_head_dim=4, num_cross_attention_heads=2,
        cross_attention_head_dim=4, cross_attention_dim=8, caption_channels=16, sample_size=32,
    )  # fmt: skip
    autoencoder = AutoencoderDC(
        in_channels=3, latent_channels=4, attention_head_dim=2, encoder_block_types=("ResBlock", "EfficientViTBlock"),
        decoder_block_types=("ResBlock", "EfficientViTBlock"), encoder_block_out_channels=(8, 8), decoder_block_out_channels=(8, 8),
        encoder_qkv_multiscales=((), (5,)), decoder_qkv_multiscales=((), (5,)), encoder_layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1), downsample_block_type="conv", upsample_block_type="interpolate", decoder_norm_types="rms_norm",
        decoder_act_fns="silu", scaling_factor=0.41407,
    )  # fmt: skip
    scheduler = DPMSolverMultistepScheduler(prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0)
    SanaPipeline(tokenizer=tokenizer, text_encoder=text, vae=autoencoder, transformer=transformer, scheduler=scheduler).save_pretrained(
        str(folder)
    )


def sd3(folder: Path) -> None:
    """Stable Diffusion 3, with its three text encoders."""
    from diffusers import FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline

    words, (pieces, third) = clip_tokenizer(), t5()
    transformer = SD3Transformer2DModel(
        sample_size=32, patch_size=1, in_channels=4, num_layers=1, attention_head_dim=4, num_attention_heads=4, joint_attention_dim=16,
        caption_projection_dim=16, pooled_projection_dim=16, out_channels=4,
    )  # fmt: skip
    StableDiffusion3Pipeline(
        transformer=transformer, scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(shift_factor=0.0, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip_text(words, projected=True, width=8), tokenizer=words, text_encoder_2=clip_text(words, projected=True, width=8),
        tokenizer_2=words, text_encoder_3=third, tokenizer_3=pieces,
    ).save_pretrained(str(folder))  # fmt: skip


def lumina(folder: Path) -> None:
    """Lumina-Image 2."""
    from diffusers import FlowMatchEulerDiscreteScheduler, Lumina2Pipeline, Lumina2Transformer2DModel

    tokenizer, text = gemma()
    transformer = Lumina2Transformer2DModel(
        sample_size=4, patch_size=2, in_channels=4, hidden_size=8, num_layers=1, num_refiner_layers=1, num_attention_heads=1,
        num_kv_heads=1, multiple_of=16, scaling_factor=1.0, axes_dim_rope=(4, 2, 2), axes_lens=(300, 64, 64), cap_feat_dim=16,
    )  # fmt: skip
    Lumina2Pipeline(
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=vae(blocks=4, shift_factor=0.0),
        text_encoder=text,
        tokenizer=tokenizer,
    ).save_pretrained(str(folder))


def flux(folder: Path) -> None:
    """Flux."""
    from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel

    words, (pieces, second) = clip_tokenizer(), t5()
    transformer = FluxTransformer2DModel(
        patch_size=1, in_channels=16, num_layers=1, num_single_layers=1, attention_head_dim=8, num_attention_heads=2,
        joint_attention_dim=16, pooled_projection_dim=16, axes_dims_rope=(4, 2, 2), guidance_embeds=True,
    )  # fmt: skip
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(), vae=vae(shift_factor=0.0, use_quant_conv=False, use_post_quant_conv=False),
        text_encoder=clip_text(words), tokenizer=words, text_encoder_2=second, tokenizer_2=pieces, transformer=transformer,
    ).save_pretrained(str(folder))  # fmt: skip


def ddpm(folder: Path) -> None:
    """An unconditional diffusion model: it reads no prompt."""
    from diffusers import DDPMPipeline, DDPMScheduler

    DDPMPipeline(unet=unet(None, sample_size=16), scheduler=DDPMScheduler(num_train_timesteps=100)).save_pretrained(str(folder))


def adapter(folder: Path, file: str, pipeline: Path, targets: tuple[str, ...] = ("to_k", "to_q", "to_v")) -> None:
    """A LoRA adapter for the transformer of a saved pipeline, strong enough to be seen."""
    import torch
    from diffusers import DiffusionPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    loaded = DiffusionPipeline.from_pretrained(str(pipeline), use_safetensors=True, local_files_only=True)
    loaded.transformer.add_adapter(LoraConfig(r=2, lora_alpha=4, target_modules=list(targets), init_lora_weights=False))
    state = {name: torch.randn_like(tensor) for name, tensor in get_peft_model_state_dict(loaded.transformer).items()}
    type(loaded).save_lora_weights(str(folder), transformer_lora_layers=state, weight_name=file)


BUILDERS: dict[str, Callable[[Path], None]] = {
    "sd": stable_diffusion,
    "sd-velocity": lambda folder: stable_diffusion(folder, prediction="v_prediction"),
    "sd-checked": lambda folder: stable_diffusion(folder, checker="kind"),
    "sd-strict": lambda folder: stable_diffusion(folder, checker="strict"),
    "radedit": radedit,
    "pixart": pixart,
    "sana": sana,
    "sd3": sd3,
    "lumina": lumina,
    "flux": flux,
    "ddpm": ddpm,
}


def build(name: str, folder: Path) -> Path:
    """The folder of a pipeline, built from a fixed seed."""
    import torch

    torch.manual_seed(0)
    BUILDERS[name](folder)
    return folder
