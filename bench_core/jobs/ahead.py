"""What a worker does while nothing is queued: makes images of bundled sets that nobody has looked at yet.

So they are there when somebody does, and still are when a later version of the program would make others.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress

from bench_core.errors import BenchError
from bench_core.store.bundled import BUNDLED
from bench_core.store.workspace import Workspace

LOOK_SECONDS = 30.0


class Ahead:
    """The images that are left to make."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._making: Iterator[None] = iter(())
        self._looked = -LOOK_SECONDS

    def step(self) -> bool:
        """Makes one image; False where there is none to make. Takes less than a second, so that a run need not wait."""
        if next(self._making, self) is None:
            return True
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return False
        self._looked, self._making = time.monotonic(), self._all()
        return next(self._making, self) is None

    def step_or(self, wait: Callable[[], object]) -> None:
        """Makes one image; waits where there is none to make."""
        if not self.step():
            wait()

    def _all(self) -> Iterator[None]:
        for set_id in self._workspace.sets.listing("synthetic")["id"].unique():
            with suppress(BenchError):  # it was deleted, or is of another version: whoever looks at it is told
                images = self._workspace.sets.open(set_id)
                for row in range(len(images)) if images.meta.get(BUNDLED) else ():
                    if images.needs_making(row):
                        images.path(row)
                        yield
