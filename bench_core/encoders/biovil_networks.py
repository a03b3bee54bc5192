"""The two towers of BioViL-T with the names of their published weights: a ResNet-50 with a projection, and CXR-BERT with a projection.

Sizes are read from the tensors. torch is imported inside, so that looking for backends costs nothing.

References:
    Bannur et al., arXiv:2301.04558; the layout is that of the package hi-ml-multimodal 0.2. For a single film the temporal half of the
    features is one learned vector, so that the transformer that compares two films is not needed.
"""

from collections.abc import Mapping
from typing import Any

from bench_core.encoders.resnet import build_trunk

UNUSED_IMAGE = ("encoder.vit_pooler.", "encoder.encoder.fc.", "classifier.")
UNUSED_TEXT = ("cls.", "bert.pooler.", "bert.embeddings.position_ids")


def build_image_tower(tensors: Mapping[str, Any]) -> Any:
    """Films (B, 3, 448, 448) in 0..1 to projections (B, 128), not normalised."""
    import torch
    from torch import nn

    half = tensors["encoder.backbone_to_vit.weight"].shape[0]
    hidden, joint = tensors["projector.model.0.weight"].shape[0], tensors["projector.model.3.weight"].shape[0]

    class Encoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = build_trunk(tensors, "encoder.encoder.")
            self.backbone_to_vit = nn.Conv2d(self.encoder.channels, half, 1, bias=False)
            self.missing_previous_emb = nn.Parameter(torch.zeros(1, half, 1, 1))

        def forward(self, x: Any) -> Any:  # (B, 2 * half, h, w)
            now = self.backbone_to_vit(self.encoder(x))
            return torch.cat([now, self.missing_previous_emb.expand_as(now)], 1)

    class Projector(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = nn.Sequential(
                nn.Conv2d(2 * half, hidden, 1, bias=False), nn.BatchNorm2d(hidden), nn.ReLU(), nn.Conv2d(hidden, joint, 1)
            )  # fmt: skip

        def forward(self, x: Any) -> Any:
            return self.model(x)

    class ImageTower(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder, self.projector = Encoder(), Projector()

        def forward(self, x: Any) -> Any:
            return self.projector(self.encoder(x)).mean((2, 3))

    return ImageTower()


def build_text_tower(config: Mapping[str, Any]) -> Any:
    """Token ids and mask to projections (B, 128), not normalised. `config` is the checkpoint's `config.json`."""
    from torch import nn
    from transformers import BertConfig, BertModel

    size = BertConfig.from_dict({key: value for key, value in config.items() if key not in ("model_type", "auto_map", "architectures")})
    joint = config.get("projection_size", 128)

    class Head(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.dense_to_hidden = nn.Linear(size.hidden_size, joint)
            self.LayerNorm = nn.LayerNorm(joint, eps=1e-12)
            self.dense_to_output = nn.Linear(joint, joint)

        def forward(self, x: Any) -> Any:
            return self.dense_to_output(self.LayerNorm(nn.functional.gelu(self.dense_to_hidden(x))))

    class TextTower(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = BertModel(size, add_pooling_layer=False)
            self.cls_projection_head = Head()

        def forward(self, ids: Any, mask: Any) -> Any:
            return self.cls_projection_head(self.bert(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0])

    return TextTower()
