"""How shards on a cluster are told that nobody waits for them any more: by a sign that they look for.

Not by `ray.cancel`: it ends the process of who asked for the shards, the worker with its run, where a shard is done at the same moment
(Ray 2.60: `Check failed: it != submissible_tasks_.end() Tried to complete task that was not pending`).
"""

import _thread
import signal
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bench_core.errors import Cancelled

LOOK_SECONDS = 0.5
"""How often a shard looks for the sign."""


@dataclass(frozen=True)
class StopSign:
    """A word in the cluster's own table; `put_up` by who waits for shards, looked for by them."""

    name: str = field(default_factory=lambda: f"triadcxr-stop-{uuid.uuid4().hex}")

    def put_up(self) -> None:
        """From now on shards that begin end at once, and those that work soon."""
        from ray.experimental.internal_kv import _internal_kv_put

        _internal_kv_put(self.name, b"1")

    def is_up(self) -> bool:
        """Whether it was put up; asks the cluster."""
        from ray.experimental.internal_kv import _internal_kv_exists

        return bool(_internal_kv_exists(self.name))

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Ends the block when the sign is up, as Ctrl-C would; for the main thread of a process.

        Raises:
            Cancelled: it is up.
        """
        if self.is_up():
            raise Cancelled("Nobody waits for this shard.")
        if signal.getsignal(signal.SIGINT) in (signal.SIG_IGN, signal.SIG_DFL, None):
            # What a shell started in the background ignores Ctrl-C, and so does all that it starts; an interrupt would do nothing there.
            signal.signal(signal.SIGINT, signal.default_int_handler)
        over = threading.Event()
        turn = threading.Lock()

        def watch() -> None:
            while not over.wait(LOOK_SECONDS):
                if self.is_up():
                    with turn:
                        if not over.is_set():
                            _thread.interrupt_main()
                    return

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        except KeyboardInterrupt:
            raise Cancelled("Nobody waits for this shard.") from None
        finally:
            with turn:
                over.set()
