"""What every training loop shares: a budget, an average of the weights, a log, checkpoints small enough to keep."""

import csv
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench_core.config import PROJECT, Config
from bench_core.training.arithmetic import BF16, EAGER, Arithmetic, fastest

Progress = Callable[[int, int, str], None]
"""Called as `on_progress(done, total, message)`; may raise `errors.Cancelled`."""

CHECKPOINTS = Config.from_environment().checkpoints
LOGS = Path(__file__).parent / "logs"
BUNDLED = PROJECT / "bench_core" / "generators" / "weights"


@dataclass
class Run:
    """One sitting of one training run.

    Attributes:
        name: folder of its checkpoints and stem of its log.
        total: samples after which the recipe is finished.
        minutes: wall time after which this sitting stops (the checkpoint is written, `--resume` goes on).
        resume: go on from the checkpoint, if there is one.
        way: the arithmetic of the network; `settle` chooses it.
    """

    name: str
    total: int
    device: str = "cpu"
    resume: bool = False
    minutes: float | None = None
    on_progress: Progress | None = None
    done: int = 0
    started: float = field(default_factory=time.monotonic)
    spent: float = 0.0
    way: Arithmetic = BF16
    saved: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        """Where its checkpoints are."""
        return CHECKPOINTS / self.name

    @property
    def share(self) -> float:
        """How much of the recipe is done, 0 to 1; of the minutes, when a sitting has a limit and it is nearer."""
        by_samples = self.done / self.total
        return min(1.0, max(by_samples, self.minutes_share()))

    def minutes_share(self) -> float:
        """How much of this sitting's minutes is used, 0 where there is no limit."""
        return (time.monotonic() - self.started) / (60 * self.minutes) if self.minutes else 0.0

    def settle(self, module: Any, trial: Callable[[Any], Any], ways: Sequence[Arithmetic] = EAGER) -> Any:
        """Measures which arithmetic trains a module fastest on this machine, and makes it ready for it.

        Args:
            trial: calls the module it is given on a batch of the recipe's size and returns a number.

        Returns:
            What to call in place of the module, within `cast`.
        """
        self.way = fastest(module, trial, device=self.device, ways=ways)
        return self.way.ready(module)

    def cast(self) -> Any:
        """The context of the chosen arithmetic."""
        return self.way.cast(self.device)

    def going(self) -> bool:
        """Whether another step fits the budget."""
        return self.done < self.total and self.minutes_share() < 1.0

    def step(self, samples: int, **numbers: float) -> None:
        """Counts samples, tells the progress, and writes a row of the log every ten seconds or so."""
        self.done += samples
        now = time.monotonic()
        if self.on_progress:
            text = ", ".join(f"{key} {value:.4g}" for key, value in numbers.items())
            self.on_progress(self.done, self.total, text)
        if now - getattr(self, "_logged", 0.0) > 10.0:
            self._logged = now
            self.log(**numbers)

    def log(self, **numbers: float) -> None:
        """Appends a row to the run's log: seconds and samples so far, then the numbers."""
        LOGS.mkdir(parents=True, exist_ok=True)
        path = LOGS / f"{self.name}.csv"
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(["seconds", "samples", *numbers])
            seconds = self.spent + time.monotonic() - self.started
            writer.writerow([f"{seconds:.0f}", self.done, *(f"{value:.5g}" for value in numbers.values())])

    def log_rows(self) -> list[dict[str, str]]:
        """The rows of the log so far."""
        path = LOGS / f"{self.name}.csv"
        if not path.exists():
            return []
        with path.open(newline="") as file:
            return list(csv.DictReader(file))

    def due(self, seconds: float = 180.0) -> bool:
        """Whether the last checkpoint, or the start, is so long ago that another should be written."""
        return time.monotonic() - self.saved > seconds

    def save(self, modules: Mapping[str, Any], **meta: Any) -> None:
        """Writes the modules' weights in fp16 and where the run stands; atomic, so that a killed run resumes."""
        for name, module in modules.items():
            save_half(module, self.folder / f"{name}.safetensors")
        spent = self.spent + time.monotonic() - self.started
        self.saved = time.monotonic()
        part = self.folder / "state.part"
        part.write_text(json.dumps({"done": self.done, "seconds": spent, **meta}))
        part.replace(self.folder / "state.json")

    def load(self, modules: Mapping[str, Any]) -> dict[str, Any]:
        """Loads the last checkpoint into the modules when the run resumes; what `save` was told, else nothing."""
        state = self.folder / "state.json"
        if not self.resume or not state.exists():
            (LOGS / f"{self.name}.csv").unlink(missing_ok=True)
            return {}
        for name, module in modules.items():
            load_weights(module, self.folder / f"{name}.safetensors")
        found: dict[str, Any] = json.loads(state.read_text())
        self.done, self.spent = int(found["done"]), float(found["seconds"])
        return found


def save_half(module: Any, path: Path) -> None:
    """Saves a module's (or a mapping's) tensors in fp16 safetensors."""
    import torch
    from safetensors.torch import save_file

    tensors = module if isinstance(module, Mapping) else module.state_dict()
    half = {k: v.detach().to("cpu", torch.float16 if v.is_floating_point() else v.dtype).contiguous() for k, v in tensors.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file(half, part)
    part.replace(path)


def load_weights(module: Any, path: Path) -> None:
    """Loads safetensors of any float type into a module of float32."""
    from safetensors.torch import load_file

    tensors = {k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()}
    module.load_state_dict(tensors)


class Average:
    """Exponential moving average of a module's weights: `weights` is what is saved and used.

    The decay grows with the steps, (1 + n) / (10 + n) up to `decay`, so that an early average is not the random start.
    """

    def __init__(self, module: Any, decay: float) -> None:
        import copy

        self.module, self.decay, self.steps = copy.deepcopy(module).requires_grad_(False).eval(), decay, 0

    def update(self, module: Any) -> None:
        """One step towards the module's present weights."""
        import torch

        self.steps += 1
        rate = 1 - min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            mine, theirs = list(self.module.parameters()), list(module.parameters())
            torch._foreach_lerp_(mine, theirs, rate)
            for old, new in zip(self.module.buffers(), module.buffers(), strict=True):
                old.copy_(new)


def autocast(device: str) -> Any:
    """bfloat16 on CPU and GPU alike: 1.5 to 2 times as fast on CPUs that have it."""
    import torch

    return torch.autocast(device.split(":")[0], dtype=torch.bfloat16)


def cosine(share: float, *, warm: float = 0.02, floor: float = 0.03) -> float:
    """Factor of the learning rate at this share of the run: warm-up, then half a cosine down to `floor`."""
    import math

    if share < warm:
        return max(share / warm, 0.05)
    return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * min(1.0, (share - warm) / (1 - warm))))


def set_rate(optimizer: Any, rate: float) -> None:
    """Sets the learning rate of all parameter groups."""
    for group in optimizer.param_groups:
        group["lr"] = rate
