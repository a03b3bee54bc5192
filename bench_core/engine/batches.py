"""Batches that do not fit: halved until they do, and said so."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from bench_core.engine.models import free_memory
from bench_core.errors import OutOfMemory, is_full

Item = TypeVar("Item")
Made = TypeVar("Made")


class BatchSize:
    """The largest batch that fits, as far as it is known.

    Attributes:
        size: items of a batch; halved whenever the memory was full, and not raised again in this run.
    """

    def __init__(self, size: int) -> None:
        self.asked = self.size = size

    def words(self, text: str) -> str:
        """The text and, once a batch was halved, what a reader must know of that."""
        return f"{text}, batch cut from {self.asked} to {self.size} after the memory was full" if self.size < self.asked else text

    def carry_out(self, items: Sequence[Item], do: Callable[[Sequence[Item]], Sequence[Made]]) -> list[Made]:
        """What `do` makes of the items, in their order, in as many calls as the memory needs.

        Raises:
            OutOfMemory: a single item does not fit.
        """
        made: list[Made] = []
        while len(made) < len(items):
            part = items[len(made) : len(made) + self.size]
            full = None
            try:
                made.extend(do(part))
            except Exception as error:
                if not is_full(error):
                    raise
                full = str(error).split("\n")[0] or type(error).__name__
            if full is not None:  # outside of the handler: its traceback keeps the tensors of the batch alive
                free_memory()
                if len(part) == 1:
                    raise OutOfMemory(
                        f"Not even one image at a time fits into the memory: {full}",
                        "Use a smaller size, a smaller number format (dtype), or the memory settings offload and vae_tiling; "
                        "python -m bench_core check-model ID estimates what is needed.",
                    )
                self.size = max(1, len(part) // 2)
        return made
