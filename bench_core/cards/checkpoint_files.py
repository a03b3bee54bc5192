"""What the files of a checkpoint say of themselves: configurations, safetensors headers, shards. No tensor is read.

Generators and encoders ask here, in lists, dry runs and before they load, so that "can run" means the same at each of these doors.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench_core.errors import InputError

POINTER = b"version https://git-lfs"
"""How a git-lfs pointer begins: a text of three lines that stands for the file, where only git has fetched."""

LARGEST = 64 * 2**20
"""Bytes of the largest JSON file that is read; the largest vocabularies have half of that."""

VOCABULARIES = ("tokenizer.json", "vocab.json", "vocab.txt", "spiece.model", "tokenizer.model", "sentencepiece.bpe.model")
"""Any of these is enough for a tokenizer."""


def check_content(path: Path) -> None:
    """Looks at the first bytes of a file.

    Raises:
        InputError: it is not there, cannot be opened, is empty, or a git-lfs pointer.
    """
    try:
        with path.open("rb") as file:
            start = file.read(len(POINTER))
    except FileNotFoundError:
        raise InputError(f"There is no file {path}.", "Fetch it again.") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be opened ({getattr(error, 'strerror', None) or error}).", "Give back the right to read it."
        ) from None
    if not start:
        raise InputError(f"{path} is empty.", "Fetch it again.")
    if start == POINTER:
        raise InputError(f"{path} is a git-lfs pointer: git fetched a note of the file, not the file.", f"git -C {path.parent} lfs pull")


def json_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file.

    Raises:
        InputError: the file holds none.
    """
    check_content(path)
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"{path} has {path.stat().st_size:,} bytes; no configuration is that large.", "Fetch it again.")
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no JSON, or no UTF-8, or nested without end
        raise InputError(f"{path} is no JSON ({error}).", "Fetch it again.") from None
    if not isinstance(found, dict):
        raise InputError(f"{path} holds no JSON object but a {type(found).__name__}.", "Fetch it again.")
    return found


def tensor_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Name and shape of every tensor of a safetensors file, from its header, which is checked against the size of the file.

    Raises:
        InputError: the file is cut short or no safetensors file, whatever its name says.
    """
    from safetensors import SafetensorError, safe_open

    check_content(path)
    try:
        with safe_open(path, "np") as tensors:
            return {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        reason = str(error).removeprefix("Error while deserializing header: ")
        raise InputError(f"{path} is cut short or no safetensors file ({reason}).", "Fetch it again.") from None


def shards_of(index: Path) -> list[Path]:
    """The files that an index of shards names, in the order of their names.

    Raises:
        InputError: the index is damaged, names a file outside of its folder, or one that is not there.
    """
    named = json_object(index).get("weight_map")
    if not isinstance(named, Mapping) or not named or not all(isinstance(name, str) for name in named.values()):
        raise InputError(f"{index}: weight_map is {_short(named)}, not a mapping from tensors to files.", "Fetch it again.")
    names = sorted(set(named.values()))
    if strange := [name for name in names if Path(name).name != name or not name.endswith(".safetensors")]:
        raise InputError(f"{index} names {_short(strange[0])}, which is no safetensors file beside it.", "Fetch it again.")
    if absent := [name for name in names if not (index.parent / name).is_file()]:
        raise InputError(f"{index} names {len(names)} files, and {absent[0]} is not there.", "Fetch the missing ones.")
    return [index.parent / name for name in names]


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) < 80 else said[:77] + "..."
