"""A checkpoint with the published names of BioViL-T."""

import json
from pathlib import Path


def biovil(folder: Path) -> dict[str, object]:
    """A checkpoint with the published names at a fraction of the width; returns its image tensors."""
    import torch
    from safetensors.torch import save_file
    from transformers import BertConfig, BertForMaskedLM

    from bench_core.encoders.biovil_networks import build_image_tower, build_text_tower
    from bench_core.encoders.biovil_t import IMAGE

    torch.manual_seed(0)
    folder.mkdir()
    width = 4
    shapes = {"encoder.encoder.conv1.weight": (width, 3, 7, 7), "encoder.backbone_to_vit.weight": (6, 32 * width, 1, 1),
              "projector.model.0.weight": (5, 12, 1, 1), "projector.model.3.weight": (7, 5, 1, 1)}  # fmt: skip
    depths = {f"encoder.encoder.layer{i}.{j}.conv1.weight": (1,) for i, n in enumerate((3, 4, 6, 3), 1) for j in range(n)}
    tower = build_image_tower({name: torch.zeros(shape) for name, shape in {**shapes, **depths}.items()})
    for module in tower.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.running_mean, -0.1, 0.1)
    torch.nn.init.normal_(tower.encoder.missing_previous_emb)
    left = {"encoder.vit_pooler.pos_embed": torch.zeros(1), "encoder.encoder.fc.weight": torch.zeros(2, 2)}
    state = {k: v.clone() for k, v in tower.state_dict().items()}
    save_file({**state, **left}, folder / f"{IMAGE}.safetensors")

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "left", "right", "effusion"]
    (folder / "vocab.txt").write_text("\n".join(words))
    size = {"vocab_size": 8, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
            "max_position_embeddings": 12}  # fmt: skip
    (folder / "config.json").write_text(
        json.dumps({**size, "model_type": "cxr-bert", "projection_size": 7, "architectures": ["CXRBertModel"]})
    )
    heads = {k: v for k, v in build_text_tower({**size, "projection_size": 7}).state_dict().items() if k.startswith("cls_projection")}
    save_file({**{k: v.clone() for k, v in BertForMaskedLM(BertConfig(**size)).state_dict().items() if "decoder" not in k}, **heads},
              folder / "model.safetensors")  # fmt: skip
    return state  # type: ignore[return-value]
