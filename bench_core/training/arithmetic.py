"""Which arithmetic a network is trained in: measured on this machine before a run, because no two processors agree.

bfloat16 and channels_last make convolutions two to three times as fast on processors with AVX-512 bf16, and slower on some without; code
compiled for the network saves another fifth where there is a compiler. Features are always computed in float32, whatever trained them.
"""

import copy
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from bench_core.config import Config
from bench_core.errors import UnknownName


@dataclass(frozen=True)
class Arithmetic:
    """One way to run a network.

    Attributes:
        bf16: products in bfloat16 (autocast), weights and sums in float32.
        channels_last: memory in the order rows, columns, channels.
        compiled: through torch.compile; needs a C++ compiler on a CPU.
    """

    bf16: bool = False
    channels_last: bool = False
    compiled: bool = False

    @property
    def name(self) -> str:
        """For instance `bf16+channels_last`; `float32` for the plain one."""
        parts = [name for name in ("bf16", "channels_last", "compiled") if getattr(self, name)]
        return "+".join(parts if self.bf16 else ["float32", *parts])

    def ready(self, module: Any) -> Any:
        """The module (changed in place where it has convolutions) as it is to be called."""
        import torch

        if self.channels_last:
            module.to(memory_format=torch.channels_last)
        return torch.compile(module) if self.compiled else module

    def cast(self, device: str) -> Any:
        """The context in which the network is called."""
        import torch

        return torch.autocast(device.split(":")[0], dtype=torch.bfloat16) if self.bf16 else nullcontext()


PLAIN, BF16 = Arithmetic(), Arithmetic(bf16=True)
EAGER = (PLAIN, Arithmetic(channels_last=True), BF16, Arithmetic(bf16=True, channels_last=True))
ALL = (*EAGER, Arithmetic(bf16=True, channels_last=True, compiled=True))


def processor_seconds(step: Callable[[], object], steps: int = 3) -> float:
    """Processor seconds of one step, after one to warm up; elapsed seconds where a GPU does the work."""
    import torch

    clock = time.monotonic if torch.cuda.is_available() else time.process_time
    step()
    start = clock()
    for _ in range(steps):
        step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return (clock() - start) / steps


def measure(module: Any, run: Callable[[Any], Any], way: Arithmetic, device: str = "cpu", steps: int = 3) -> float:
    """Processor seconds of one forward and backward pass of a copy of the module.

    Args:
        run: calls the module it is given on a batch of the recipe's size and returns a number to be minimised.
    """
    own = copy.deepcopy(module).to(device).train()
    called = way.ready(own)

    def step() -> None:
        with way.cast(device):
            loss = run(called)
        loss.float().backward()
        own.zero_grad(set_to_none=True)

    return processor_seconds(step, steps)


def fastest(
    module: Any, run: Callable[[Any], Any], *, device: str = "cpu", ways: Sequence[Arithmetic] = EAGER, steps: int = 3
) -> Arithmetic:
    """The arithmetic with the least time for a step, or the one that `BENCH_ARITHMETIC` names.

    Raises:
        UnknownName: the variable names none of them; offers the closest one.
    """
    named = Config.from_environment().arithmetic
    if named:
        known = {way.name: way for way in ALL}
        if named not in known:
            raise UnknownName("arithmetic", named, known)
        return known[named]
    possible = [way for way in ways if not way.compiled or shutil.which("g++") or shutil.which("clang++")]
    return min(possible, key=lambda way: measure(module, run, way, device, steps))
