"""Where a training that takes long leaves what it needs to go on: one file, replaced at every look, of the training in progress."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench_core.files import write_whole

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Checkpoint:
    """A file of safetensors; what is no tensor stands in its header."""

    path: Path

    def write(self, name: str, tensors: Mapping[str, Tensor], about: Mapping[str, Any]) -> None:
        """Leaves the state of the training of that name, whole or not at all."""
        from safetensors.torch import save_file

        own = {key: value.detach().cpu().contiguous().clone() for key, value in tensors.items()}
        header = {"name": name, "about": json.dumps(about)}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, lambda part: save_file(own, part, metadata=header))

    def read(self, name: str) -> tuple[dict[str, Tensor], dict[str, Any]] | None:
        """What the training of that name left; None where it left nothing, or another one came after it."""
        from safetensors import SafetensorError, safe_open

        if not self.path.exists():
            return None
        try:
            with safe_open(self.path, framework="pt") as file:
                header = file.metadata()
                if header.get("name") != name:
                    return None
                return {key: file.get_tensor(key) for key in file.keys()}, json.loads(header["about"])  # noqa: SIM118  # no mapping
        except SafetensorError:  # a damaged file: the training begins anew
            return None

    def forget(self) -> None:
        """Removes the file: all trainings are done."""
        self.path.unlink(missing_ok=True)
