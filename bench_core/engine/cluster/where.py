"""Where the shards of a run go at the moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bench_core.config import Config
from bench_core.engine.cluster.ray import OnRay

_executor: ContextVar[OnRay | None] = ContextVar("executor", default=None)


def executor() -> OnRay | None:
    """Who takes shards at the moment; None: this process does."""
    return _executor.get()


@contextmanager
def engine_of(config: Config) -> Iterator[None]:
    """Shards inside, and passes over pairs, go where the configuration says: to a cluster, or to this machine's GPU if it has one."""
    from bench_core.features.gpu import gpu_named
    from bench_core.features.place import placed

    if config.engine == "local":
        from bench_core.features.passes_on_torch import gpu_carrier

        with placed(gpu=gpu_named(config.torch_device), carrier=gpu_carrier):
            yield
        return
    from bench_core.engine.cluster.passes import adder_on, carrier_on

    chosen = OnRay(config.ray_address)
    token = _executor.set(chosen)
    try:
        with placed(carrier=carrier_on(chosen), adder=adder_on(chosen)):
            yield
    finally:
        _executor.reset(token)
