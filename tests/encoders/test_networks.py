"""Networks written here with the names of published weights: Inception of FID, BioViL-T, TorchScript, codes, the finding head."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from bench_core.cards import EncoderCard, encoder_cards
from bench_core.encoders import open_encoder
from bench_core.errors import InputError, MissingWeights, SettingError
from tests.encoders.conftest import same_alone_and_together, signal

Write = Callable[..., EncoderCard]
WHOLE = 'resize = "squash"\nmean = 0.5\nstd = 0.5\n'


def test_inception_has_the_published_sizes() -> None:
    """Names, shapes and the number of weights of the FID network (23.85 million with 1008 classes)."""
    import torch

    from bench_core.encoders.inception_network import build_inception

    with torch.device("meta"):
        network = build_inception()
    state = network.state_dict()
    assert sum(p.numel() for p in network.parameters()) == 23_850_960
    shapes = {
        "Conv2d_1a_3x3.conv.weight": (32, 3, 3, 3), "Mixed_5b.branch_pool.conv.weight": (32, 192, 1, 1),
        "Mixed_6e.branch7x7dbl_5.conv.weight": (192, 192, 1, 7), "Mixed_7a.branch7x7x3_4.conv.weight": (192, 192, 3, 3),
        "Mixed_7c.branch3x3dbl_3b.bn.running_var": (384,), "fc.weight": (1008, 2048),
    }  # fmt: skip
    assert {name: tuple(state[name].shape) for name in shapes} == shapes
    assert len(state) == 94 * 6 + 2


def test_inception_loads_from_a_converted_file(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch

    from bench_core.encoders.checkpoints import convert
    from bench_core.encoders.inception import STEM
    from bench_core.encoders.inception_network import build_inception

    torch.manual_seed(0)
    network = build_inception(width=1 / 16, classes=10).eval()
    pool = write_card("inception_fid", f'{WHOLE}image_size = 96\nsettings = {{ output = "pool" }}', "pool").model_copy(
        update={"weights": tmp_path / "weights"}
    )
    home = tmp_path / "weights" / "pool"
    with pytest.raises(MissingWeights) as caught:
        open_encoder(pool).encode(images)
    assert caught.value.hint.startswith(f"curl -L --create-dirs -o {home}/{STEM}.pth https://github.com/mseitzer/pytorch-fid/")
    home.mkdir(parents=True)
    torch.save(network.state_dict(), home / f"{STEM}.pth")
    assert open_encoder(pool).missing(pool) is not None and "convert" in str(open_encoder(pool).missing(pool))
    convert(home / f"{STEM}.pth", home)
    values = same_alone_and_together(open_encoder(pool), images)
    with torch.no_grad():
        wanted = network(signal(images, pool))
    assert values.shape == (3, 128) and np.allclose(values, wanted, atol=1e-5)
    for output, bias in (("logits", 1.0), ("logits_unbiased", 0.0)):
        card = pool.model_copy(update={"id": output, "shares": "pool", "settings": {"output": output}})
        logits = (wanted @ network.fc.weight.T + bias * network.fc.bias).detach()
        assert np.allclose(open_encoder(card).encode(images), logits, atol=1e-5)
    with pytest.raises(SettingError, match="output"):
        open_encoder(pool.model_copy(update={"settings": {"output": "768"}})).encode(images)


def test_inception_pools_as_the_graph_of_2015() -> None:
    """Averages leave the padding out, the last block takes the maximum: on a constant image only borders of convolutions differ."""
    import torch
    from torch.nn import functional as F

    from bench_core.encoders.inception_network import build_inception

    torch.manual_seed(0)
    network = build_inception(width=1 / 16, classes=2).eval()
    x = torch.randn(1, network.Mixed_7c.branch1x1.conv.in_channels, 5, 5)
    own = network.Mixed_7c(x)[:, -network.Mixed_7c.branch_pool.conv.out_channels :]
    assert torch.allclose(own, network.Mixed_7c.branch_pool(F.max_pool2d(x, 3, 1, 1)))
    y = torch.ones(1, network.Mixed_7b.branch1x1.conv.in_channels, 5, 5)
    pooled = network.Mixed_7b(y)[:, -network.Mixed_7b.branch_pool.conv.out_channels :]
    assert torch.allclose(pooled, pooled[:, :, 2:3, 2:3].expand_as(pooled), atol=1e-6)


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


def test_weights_of_another_model_are_named(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    from safetensors.torch import load_file, save_file

    from bench_core.encoders.biovil_t import IMAGE

    biovil(tmp_path / "biovil")
    path = tmp_path / "biovil" / f"{IMAGE}.safetensors"
    tensors = load_file(path)
    card = write_card("biovil_t", 'path = "biovil"\nimage_size = 64')
    save_file({k: v for k, v in tensors.items() if k != "encoder.missing_previous_emb"}, path)
    with pytest.raises(InputError, match=r"1 missing \(encoder.missing_previous_emb\)"):
        open_encoder(card).encode(images)
    save_file({"x": tensors["encoder.missing_previous_emb"]}, path)
    with pytest.raises(InputError, match="no tensor"):
        open_encoder(card).encode(images)


def test_torchscript_runs_as_it_is(tmp_path: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch

    class Descriptor(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = torch.nn.Conv2d(3, 5, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return torch.nn.functional.normalize(self.conv(x).mean([2, 3]), dim=1)

    card = write_card(
        "torchscript", 'path = "here"\nimage_size = 32\nresize = "squash"\nsettings = { file = "a.torchscript.pt", url = "https://x/y" }'
    )
    absent = open_encoder(card).missing(card)
    assert absent is not None and absent.endswith(f"curl -L --create-dirs -o {tmp_path / 'here' / 'a.torchscript.pt'} https://x/y")
    (tmp_path / "here").mkdir()
    model = Descriptor().eval()
    torch.jit.save(torch.jit.script(model), str(tmp_path / "here" / "a.torchscript.pt"))
    values = same_alone_and_together(open_encoder(card), images)
    with torch.inference_mode():
        assert np.allclose(values, model(signal(images, card)), atol=1e-6)
    with pytest.raises(SettingError, match="file"):
        open_encoder(card.model_copy(update={"settings": {}})).missing(card.model_copy(update={"settings": {}}))


@pytest.mark.parametrize(("level", "positions"), [("top", 256), ("bottom", 1024)])
def test_codes_are_indices_and_compare_by_hamming(level: str, positions: int) -> None:
    card = encoder_cards()[f"phantom-vqvae-{level}"]
    assert card.distance == "hamming" and card.dimensions == positions
    films = [np.clip(np.add.outer(np.arange(256) * g, np.arange(256) * (1 - g)), 0, 255).astype(np.uint8) for g in (0.2, 0.9)]
    encoder = open_encoder(card)
    codes = encoder.encode(films)
    assert codes.shape == (2, positions) and codes.dtype == np.float32
    assert np.array_equal(codes, np.round(codes)) and codes.min() >= 0 and codes.max() < 512
    assert np.array_equal(codes, np.concatenate([encoder.encode([film]) for film in films]))
    assert 0.2 < (codes[0] != codes[1]).mean() <= 1


def test_codes_say_how_near_films_are() -> None:
    """A film with little noise on it stays nearer to itself than to another film."""
    from bench_core import phantom

    ids = phantom.cohort_table(phantom.REAL_SEED, films=8)["image_id"].tolist()
    one, other = (film.image for film in phantom.render_many([ids[0], ids[5]], 1))
    noisy = np.clip(one + np.random.default_rng(0).normal(0, 1, one.shape), 0, 255).astype(np.uint8)
    codes = open_encoder(encoder_cards()["phantom-vqvae-top"]).encode([one, noisy, other])
    near, far = (codes[0] != codes[1]).mean(), (codes[0] != codes[2]).mean()
    assert near < 0.7 * far


def test_logits_of_the_cohorts_follow_from_committed_features() -> None:
    """What is stored for a film is what the encoder gives for it, up to the rounding of the committed features."""
    from bench_core import phantom
    from bench_core.encoders import stored_features

    stored = stored_features("phantom-findings")
    assert stored is not None
    ids, values = stored["real"]
    assert values.shape == (phantom.REAL_FILMS, 14) and values.dtype == np.float32
    films = [film.image for film in phantom.render_many(ids[:2], 1)]
    assert np.allclose(open_encoder(encoder_cards()["phantom-findings"]).encode(films), values[:2], atol=0.03)
    assert stored_features("phantom-vqvae-top") is None


def test_finding_logits_are_a_linear_head(images: list[np.ndarray]) -> None:
    from safetensors.torch import load_file

    cards = encoder_cards()
    card = cards["phantom-findings"]
    assert card.logits and card.dimensions == 14 and not card.reads_text
    assert card.head_folder is not None and card.head_folder in card.folders()
    head = {k: v.float().numpy() for k, v in load_file(card.head_folder / "model.safetensors").items()}
    features = open_encoder(cards["phantom-clip"]).encode(images)
    logits = open_encoder(card).encode(images)
    assert logits.shape == (3, 14) and np.allclose(logits, features @ head["weight"].T + head["bias"], atol=1e-4)
    assert open_encoder(card).encode_text(["x"]) is None
    gone = card.model_copy(update={"head": "../weights/nowhere"})
    with pytest.raises(MissingWeights) as caught:
        open_encoder(gone).encode(images)
    assert caught.value.hint == "python -m bench_core train nowhere"
