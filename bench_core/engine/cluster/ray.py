"""Where the shards of a run are worked on: in this process, or on a Ray cluster. `local` is the default and needs no Ray.

A shard is a function of a module and a task. It first looks for what is stored, so that doing it twice changes nothing.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench_core.config import PROJECT, Config
from bench_core.engine.cluster.stopping import StopSign
from bench_core.errors import BenchError, InputError, MissingPackage, ShardLost

LOOK_SECONDS = 0.5
"""How often who waits for shards is asked whether to go on."""
CONNECT_SECONDS = 5.0
AHEAD = 3
"""Shards that are handed out for each slot of the cluster; more would only wait there."""
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


class OnRay:
    """Sends shards to a Ray cluster.

    Raises:
        MissingPackage: Ray is not installed.
        InputError: no address, or nothing answers there.
    """

    def __init__(self, address: str) -> None:
        ray = look_for(address)
        self._ray = ray
        if not ray.is_initialized():
            path = os.pathsep.join([str(PROJECT), *filter(None, [os.environ.get("PYTHONPATH")])])
            ends = signal.getsignal(signal.SIGTERM)
            try:
                ray.init(
                    address=address, namespace="triadcxr", log_to_driver=False, configure_logging=False,
                    runtime_env={"env_vars": {"PYTHONPATH": path, **dict.fromkeys(THREADS, "1")}},
                )  # fmt: skip
            except (ConnectionError, ValueError, RuntimeError, OSError) as error:
                said = str(error).strip().split("\n")[0]
                raise InputError(f"No Ray cluster answers at {address!r} ({said}).", "Start one: ray start --head --port 6379.") from None
            if threading.current_thread() is threading.main_thread():
                signal.signal(signal.SIGTERM, ends)  # Ray's own ends the process at once; a worker puts its run back first
        resources = ray.cluster_resources()
        self.gpus = int(resources.get("GPU", 0))
        self.slots = max(1, int(resources.get("CPU", 1)))

    def put(self, value: Any) -> Any:
        """A large value that shards read; it is sent to a node when a shard there reads it first."""
        return self._ray.put(value)

    def map(
        self, function: Callable[..., Any], tasks: Sequence[Any], shared: Sequence[Any] = (), *, reads: Sequence[tuple[Any, ...]] = (),
        gpu: bool = False, on_done: Callable[[int, Any], None] | None = None, check: Callable[[], None] | None = None,
    ) -> list[Any]:  # fmt: skip
        """`function(*shared, *read, task)` of each task, in the order of tasks. A shard whose node or process dies is done again, once.

        Args:
            shared: values that a process reads once; its later shards get the same objects, with whatever these remember.
            reads: for each task what it reads of what was `put`.
            gpu: a shard takes a GPU where the cluster has any.
            on_done: gets the number of a finished shard and its result, in the order of finishing; may raise to stop the rest.
            check: is called while waiting; may raise to stop.

        Raises:
            ShardLost: a shard was lost twice.
            BenchError: what a shard raised.
        """
        if not tasks:
            return []
        ray = self._ray
        on_gpu = gpu and self.gpus > 0
        remote = ray.remote(_shard).options(max_retries=1, retry_exceptions=False, num_cpus=1, num_gpus=1 if on_gpu else 0)
        given, sign = _SharedValues(self.put(tuple(shared))), StopSign()
        results: list[Any] = [None] * len(tasks)
        ahead, waiting = AHEAD * (self.gpus if on_gpu else self.slots), list(range(len(tasks)))[::-1]
        running: dict[Any, int] = {}
        try:
            while waiting or running:
                while waiting and len(running) < ahead:
                    number = waiting.pop()
                    running[remote.remote(function, given, sign, *(reads[number] if reads else ()), tasks[number])] = number
                finished, _ = ray.wait(list(running), num_returns=1, timeout=LOOK_SECONDS)
                for one in finished:
                    number = running[one]
                    results[number] = self._result(one, number, len(tasks))
                    del running[one]
                    if on_done:
                        on_done(number, results[number])
                if check:
                    check()
        finally:
            if running:
                sign.put_up()
        return results

    def _result(self, reference: Any, number: int, total: int) -> Any:
        exceptions = self._ray.exceptions
        try:
            return self._ray.get(reference)
        except exceptions.RayTaskError as error:
            if isinstance(error.cause, BenchError):
                raise error.cause from None
            raise
        except exceptions.RayError as error:
            raise ShardLost(
                f"Shard {number + 1} of {total} was lost twice ({type(error).__name__}).",
                "Look for nodes that end or run out of memory, then repeat the run: finished shards are kept.",
            ) from error


@dataclass(frozen=True)
class _SharedValues:
    """Values on the cluster. Ray does not follow a reference inside of an object, so a process reads them once, not once per shard."""

    reference: Any

    def values(self) -> tuple[Any, ...]:
        name = self.reference.hex()
        if name not in _read:
            import ray

            _read.clear()
            _read[name] = ray.get(self.reference)
        return _read[name]


_read: dict[str, tuple[Any, ...]] = {}
"""The shared values of the shards that this process does at the moment."""


def _shard(function: Callable[..., Any], shared: _SharedValues, sign: StopSign, *given: Any) -> Any:
    with sign.heeded():
        return function(*shared.values(), *given)


def look(config: Config) -> None:
    """For who starts a worker: says at once what is missing for the configured engine.

    Raises:
        MissingPackage, InputError: see `OnRay`.
    """
    if config.engine == "ray":
        look_for(config.ray_address)


def look_for(address: str) -> Any:
    """Ray, if it is there and something listens at `host:port`: it would try for minutes itself. Other forms of address are Ray's to read.

    Raises:
        MissingPackage, InputError: see `OnRay`.
    """
    if not address:
        raise InputError("The engine is 'ray', but no address is given.", "Set BENCH_RAY_ADDRESS or --address, for example HEAD:6379.")
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    try:
        import ray
    except ImportError:
        raise MissingPackage("Engine 'ray' needs Ray, which is not installed.", "pip install ray==2.60.0, or use --engine local.") from None
    host, _, port = address.rpartition(":")
    if "://" in address or not port.isdigit():
        return ray
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
    except (OSError, OverflowError) as error:
        raise InputError(f"No Ray cluster answers at {address!r} ({error}).", "Start one: ray start --head --port 6379.") from None
    return ray


def on_workers(config: Config) -> Config:
    """The configuration as a shard reads it: Ray shows each shard its own GPU, and a shard hands nothing on."""
    return replace(config, engine="local", ray_address="", device="cuda" if config.device.startswith("cuda:") else config.device)
