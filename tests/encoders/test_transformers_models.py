"""Tiny checkpoints of the same architectures, saved and loaded through cards of ten lines."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core.cards import EncoderCard
from bench_core.encoders import open_encoder
from bench_core.encoders.transformers_models import compare_preprocessing
from bench_core.errors import CardError, InputError
from tests.encoders.conftest import SIZES, same_alone_and_together, signal

Write = Callable[..., EncoderCard]


PIXELS = 'image_size = 28\nresize = "short_side"\nrounded = true\nmean = [0.5, 0.4, 0.3]\nstd = [0.2, 0.2, 0.2]\n'


@pytest.fixture(scope="module")
def siglip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vision-language model that is no CLIP, with a tokenizer."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, SiglipConfig, SiglipModel

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("siglip")
    words = {word: i for i, word in enumerate(("[PAD]", "[UNK]", "left", "right", "effusion"))}
    raw = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=raw, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(str(folder))
    text = {**SIZES, "vocab_size": 5, "max_position_embeddings": 6, "projection_size": 16}
    SiglipModel(SiglipConfig(text_config=text, vision_config={**SIZES, "image_size": 28, "patch_size": 14})).save_pretrained(str(folder))
    return folder


@pytest.mark.parametrize("pooling", ["pooler", "cls", "mean"])
def test_vision_pooling_equals_the_models_own_output(pooling: str, dino: Path, write_card: Write, images: list[np.ndarray]) -> None:
    import torch
    from transformers import Dinov2Model

    card = write_card("transformers_vision", f'path = "{dino}"\n{PIXELS}pooling = "{pooling}"')
    values = same_alone_and_together(open_encoder(card), images)
    with torch.inference_mode():
        output = Dinov2Model.from_pretrained(str(dino)).eval()(signal(images, card))
    tokens = output.last_hidden_state
    wanted = {"pooler": output.pooler_output, "cls": tokens[:, 0], "mean": tokens[:, 1:].mean(1)}[pooling]
    assert values.shape == (3, 16) and np.allclose(values, wanted.numpy(), atol=1e-5)


def test_the_users_folder_wins_over_the_hub(dino: Path, write_card: Write, tmp_path: Path, images: list[np.ndarray]) -> None:
    card = write_card("transformers_vision", 'repo_id = "nobody/none"\nrevision = "abc"\n' + PIXELS)
    absent = open_encoder(card).missing(card)
    assert absent == "The weights of nobody/none are not on this machine. hf download nobody/none --revision abc"
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "mine").symlink_to(dino)
    mine = card.model_copy(update={"weights": tmp_path / "weights"})
    assert open_encoder(mine).missing(mine) is None and open_encoder(mine).encode(images).shape == (3, 16)
    assert mine.key() != card.key()


def test_a_pooling_that_the_model_lacks_is_named(dino: Path, write_card: Write, images: list[np.ndarray], tmp_path: Path) -> None:
    from transformers import ConvNextV2Config, ConvNextV2Model

    for pooling, folder in (("projection", dino), ("cls", tmp_path / "conv")):
        if pooling == "cls":
            small = ConvNextV2Config(image_size=28, patch_size=2, hidden_sizes=[4, 8], depths=[1, 1], num_stages=2)
            ConvNextV2Model(small).save_pretrained(str(folder))
        card = write_card("transformers_vision", f'path = "{folder}"\n{PIXELS}pooling = "{pooling}"')
        with pytest.raises(CardError, match=f"'pooling' is '{pooling}'"):
            open_encoder(card).encode(images)
    mean = write_card("transformers_vision", f'path = "{tmp_path / "conv"}"\n{PIXELS}pooling = "mean"')
    assert open_encoder(mean).encode(images).shape == (3, 8)


def test_vision_language_models_read_texts(siglip: Path, write_card: Write, images: list[np.ndarray]) -> None:
    card = write_card("transformers_vision_language", f'path = "{siglip}"\n{PIXELS}reads_text = true')
    encoder = open_encoder(card)
    seen = same_alone_and_together(encoder, images)
    read = encoder.encode_text(["left effusion", "right effusion right effusion right effusion right"])
    assert read is not None and read.shape == seen.shape[:0] + (2, 16) and not np.allclose(read[0], read[1])
    assert np.allclose(read[0], encoder.encode_text(["left effusion"])[0], atol=1e-5)  # type: ignore[index]
    assert open_encoder(card.model_copy(update={"reads_text": False})).encode_text(["left"]) is None


def test_clip_through_both_backends_is_one_space(write_card: Write, images: list[np.ndarray], tmp_path: Path) -> None:
    """The layout of CLIP ViT-L/14-336 at another size."""
    import torch
    from transformers import CLIPConfig, CLIPModel

    from bench_core.training.text import train_tokenizer

    torch.manual_seed(0)
    tokenizer = train_tokenizer(["left effusion"], merges=10)
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    text = {**SIZES, **ends, "vocab_size": len(tokenizer), "max_position_embeddings": tokenizer.model_max_length}
    config = CLIPConfig(text_config=text, vision_config={**SIZES, "image_size": 28, "patch_size": 14}, projection_dim=8)
    CLIPModel(config).save_pretrained(str(tmp_path / "clip"))
    tokenizer.save_pretrained(str(tmp_path / "clip"))
    one, two = (
        open_encoder(write_card(backend, f'path = "clip"\n{PIXELS}reads_text = true', backend))
        for backend in ("clip", "transformers_vision_language")
    )
    assert np.allclose(same_alone_and_together(one, images), two.encode(images), atol=1e-5)
    mine, theirs = one.encode_text(["left effusion"]), two.encode_text(["left effusion"])
    assert mine is not None and theirs is not None and np.allclose(mine, theirs, atol=1e-5)


CODE = """
import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPooling

class OwnConfig(PretrainedConfig):
    model_type = "own-code"

class OwnModel(PreTrainedModel):
    config_class = OwnConfig
    def __init__(self, config):
        super().__init__(config)
        self.scale = torch.nn.Parameter(torch.full((2,), 3.0))
        self.post_init()
    def forward(self, pixel_values):
        return BaseModelOutputWithPooling(pooler_output=pixel_values.mean((2, 3))[:, :2] * self.scale)
"""


def test_remote_code_runs_only_where_the_user_allows_it(
    write_card: Write, tmp_path: Path, images: list[np.ndarray], monkeypatch: Any
) -> None:
    import torch
    from safetensors.torch import save_file

    monkeypatch.setenv("HF_MODULES_CACHE", str(tmp_path / "modules"))
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "own.py").write_text(CODE)
    classes = '{"AutoConfig": "own.OwnConfig", "AutoModel": "own.OwnModel"}'
    (folder / "config.json").write_text(f'{{"model_type": "own-code", "auto_map": {classes}}}')
    save_file({"scale": torch.tensor([3.0, 4.0])}, folder / "model.safetensors", metadata={"format": "pt"})
    asks = write_card("transformers_vision", f'path = "own"\n{PIXELS}trust_remote_code = true')
    with pytest.raises(InputError, match="runs Python code") as caught:
        open_encoder(asks).encode(images)
    assert "BENCH_TRUST_REMOTE_CODE=1" in caught.value.hint
    assert open_encoder(asks, remote_code=True).encode(images).shape == (3, 2)
    silent = write_card("transformers_vision", f'path = "own"\n{PIXELS}', "silent")
    with pytest.raises(Exception, match="trust_remote_code"):
        open_encoder(silent, remote_code=True).encode(images)


RGB = {"mean": (0.485, 0.456, 0.406), "std": (0.229, 0.224, 0.225)}


def card(**fields: Any) -> EncoderCard:
    return EncoderCard(id="x", title="x", backend="pixels", **fields)


def test_the_checkpoints_own_preprocessing_is_compared(tmp_path: Path) -> None:
    own = tmp_path / "preprocessor_config.json"
    fits = card(path=str(tmp_path), image_size=224, **RGB)
    compare_preprocessing(fits)
    own.write_text('{"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225], "size": {"height": 224, "width": 224}}')
    compare_preprocessing(fits)
    own.write_text('{"image_mean": 0.5, "size": {"shortest_edge": 256}, "crop_size": 224, "do_center_crop": true}')
    with pytest.raises(CardError, match="'mean'.*0.485.*0.5"):
        compare_preprocessing(fits)
    with pytest.raises(CardError, match="'image_size'.*518.*224"):
        compare_preprocessing(card(path=str(tmp_path), image_size=518))
    own.write_text('{"do_normalize": false, "image_mean": 0.5, "size": {"shortest_edge": 800, "longest_edge": 1333}}')
    compare_preprocessing(fits)
