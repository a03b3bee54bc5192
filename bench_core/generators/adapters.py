"""What kind of adapter a safetensors file holds, by the names of its tensors."""

import re
from pathlib import Path

from bench_core.cards.checkpoint_files import tensor_shapes
from bench_core.generators.backend import Lack

ADAPTER_WEIGHT = re.compile(r"lora(_A|_B|_down|_up|\.down|\.up)\b")
"""In the name of every weight of a LoRA adapter, in any of the spellings that diffusers reads."""

OTHER_KINDS = (("lokr_", "a LoKr"), ("hada_", "a LoHa"), ("oft_", "an OFT"), ("on_input", "an (IA)3"))
"""Marks of adapters that diffusers does not read."""


def adapter_weights(path: Path) -> list[str]:
    """Names of the LoRA weights in a file.

    Raises:
        InputError: it is no safetensors file.
    """
    return [name for name in tensor_shapes(path) if ADAPTER_WEIGHT.search(name)]


def fault_of_adapter(path: Path) -> Lack | None:
    """Why a file is no LoRA adapter, and what to do with what it is; None where it is one.

    Raises:
        InputError: it is no safetensors file.
    """
    names = list(tensor_shapes(path))
    if any(ADAPTER_WEIGHT.search(name) for name in names):
        return None
    for mark, kind in OTHER_KINDS:
        if any(mark in name for name in names):
            fix = "Ask for the adapter as LoRA, or merge it into the model with the program that made it and add the merged folder."
            return Lack(f"{path} is {kind} adapter, which diffusers does not read", fix)
    if len(names) < 2 and not any("." in name for name in names):
        return Lack(f"{path} holds no weights of an adapter ({', '.join(names) or 'no tensor'})", "Copy the adapter's file again.")
    what = f"{path} holds {len(names)} weights and none of an adapter ({names[0]}): it is a part of a model, not a LoRA"
    return Lack(what, "Name its folder in the card under components, or leave it out of lora.")
