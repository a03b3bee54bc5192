"""Adapter files by kind: the line says what the file is, not that something is wrong with the model."""

from pathlib import Path

import numpy as np
import pytest

from bench_core.errors import BenchError
from bench_core.generators import open_generator
from tests.generators.conftest import write_card
from tests.generators.damaged import skeleton
from tests.generators.test_lacks import lines_of

TARGET = "down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q"
FLAT = f"lora_unet_{TARGET.replace('.', '_')}"


def write(folder: Path, shapes: dict[str, tuple[int, ...]]) -> Path:
    from safetensors.numpy import save_file

    folder.mkdir()
    save_file({name: np.ones(shape, np.float32) for name, shape in shapes.items()}, folder / "pytorch_lora_weights.safetensors")
    return folder


@pytest.mark.parametrize(
    ("shapes", "said"),
    [
        (
            {f"{FLAT}.lokr_w1": (2, 2), f"{FLAT}.lokr_w2": (2, 2)},
            "is a LoKr adapter, which diffusers does not read. Ask for the adapter as LoRA",
        ),
        ({f"{FLAT}.hada_w1_a": (2, 2), f"{FLAT}.hada_w1_b": (2, 2)}, "is a LoHa adapter"),
        ({"unet.conv_in.weight": (4, 4)}, "it is a part of a model, not a LoRA. Name its folder in the card under components"),
        ({"x": (1,)}, "holds no weights of an adapter (x)"),
    ],
)
def test_other_kinds_are_named(tmp_path: Path, shapes: dict[str, tuple[int, ...]], said: str) -> None:
    adapter = write(tmp_path / "adapter", shapes)
    assert said in " | ".join(lines_of(skeleton(tmp_path / "model"), f'lora = ["{adapter}"]'))


def test_lora_in_either_spelling_and_dora_lack_nothing(tmp_path: Path) -> None:
    model = skeleton(tmp_path / "model")
    for number, (prefix, down, up) in enumerate(((f"unet.{TARGET}", "lora_A", "lora_B"), (FLAT, "lora_down", "lora_up"))):
        shapes: dict[str, tuple[int, ...]] = {f"{prefix}.{down}.weight": (2, 4), f"{prefix}.{up}.weight": (4, 2)}
        adapter = write(tmp_path / f"adapter-{number}", {**shapes, f"{prefix}.lora_magnitude_vector": (4,)})
        assert lines_of(model, f'lora = ["{adapter}"]') == []


def test_adapter_of_another_model_is_named_not_the_model(pipeline_folder: Path, tmp_path: Path) -> None:
    name = "lora_unet_joint_blocks_0_context_block_attn_proj"
    adapter = write(tmp_path / "adapter", {f"{name}.lora_down.weight": (2, 4), f"{name}.lora_up.weight": (4, 2), f"{name}.alpha": ()})
    card = write_card(tmp_path / "model.toml", f'path = "{pipeline_folder}"', f'lora = ["{adapter}"]')
    with pytest.raises(BenchError, match="adapter") as caught:
        open_generator(card).load()
    assert "another model" in f"{caught.value.message} {caught.value.hint}" and str(pipeline_folder) not in caught.value.hint
