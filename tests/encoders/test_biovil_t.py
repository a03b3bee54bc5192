"""BioViL-T from the published names of its weights."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from tests.encoders.conftest import same_alone_and_together
from tests.encoders.published_weights import biovil

Write = Callable[..., EncoderCard]


def test_biovil_t_is_rebuilt_from_published_names(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch
    from safetensors.torch import load_file
    from transformers import BertConfig, BertModel

    state = biovil(tmp_path / "biovil")
    card = write_card(
        "biovil_t", 'path = "biovil"\nimage_size = 64\nresize = "short_side"\nresize_to = 72\nmean = 0.0\nstd = 1.0\nreads_text = true'
    )
    encoder = open_encoder(card)
    seen = same_alone_and_together(encoder, images)
    assert seen.shape == (3, 7)
    assert "encoder.encoder.layer3.5.conv3.weight" in state and "encoder.encoder.layer1.0.downsample.1.weight" in state
    read = encoder.encode_text(["left effusion", "right effusion " * 20])
    assert read is not None and np.allclose(read[0], encoder.encode_text(["left effusion"])[0], atol=1e-5)  # type: ignore[index]
    tensors = load_file(tmp_path / "biovil" / "model.safetensors")
    config = json.loads((tmp_path / "biovil" / "config.json").read_text())
    bert = BertModel(BertConfig(**{k: v for k, v in config.items() if k != "model_type"}), add_pooling_layer=False).eval()
    bert.load_state_dict({k.removeprefix("bert."): v for k, v in tensors.items() if k.startswith("bert.")}, strict=False)
    with torch.inference_mode():
        first = bert(input_ids=torch.tensor([[2, 5, 7, 3]])).last_hidden_state[:, 0]
        part = {k.removeprefix("cls_projection_head."): v for k, v in tensors.items() if k.startswith("cls_projection")}
        hidden = torch.nn.functional.gelu(first @ part["dense_to_hidden.weight"].T + part["dense_to_hidden.bias"])
        normal = torch.nn.functional.layer_norm(hidden, (7,), part["LayerNorm.weight"], part["LayerNorm.bias"], 1e-12)
        wanted = normal @ part["dense_to_output.weight"].T + part["dense_to_output.bias"]
    assert np.allclose(read[0], wanted[0], atol=1e-5)


def test_resnet_50_has_the_known_number_of_weights() -> None:
    import torch

    from bench_core.encoders.biovil_networks import build_image_tower

    depths = {f"encoder.encoder.layer{i}.{j}.conv1.weight": (1,) for i, n in enumerate((3, 4, 6, 3), 1) for j in range(n)}
    shapes = {"encoder.encoder.conv1.weight": (64, 3, 7, 7), "encoder.backbone_to_vit.weight": (256, 2048, 1, 1),
              "projector.model.0.weight": (128, 512, 1, 1), "projector.model.3.weight": (128, 128, 1, 1), **depths}  # fmt: skip
    with torch.device("meta"):
        tower = build_image_tower({name: torch.empty(shape) for name, shape in shapes.items()})
        assert tower(torch.empty(2, 3, 448, 448)).shape == (2, 128)
    assert sum(p.numel() for p in tower.encoder.encoder.parameters()) == 23_508_032
