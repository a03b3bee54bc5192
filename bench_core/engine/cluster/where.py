"""Where a run's work is done: here, on a GPU, or on a cluster."""

from collections.abc import Iterator
from contextlib import contextmanager

from bench_core.config import Config
from bench_core.engine.cluster.ray import OnRay
from bench_core.features.place import placed


@contextmanager
def engine_of(config: Config) -> Iterator[OnRay | None]:
    """Inside, pairs are compared where the configuration says: on a cluster, or on this machine's GPU if it has one.

    Yields who takes shards, to be handed on: what runs inside, a metric say, must not find it by itself. None: this process does the work.
    """
    from bench_core.features.gpu import gpu_named

    if config.engine == "local":
        from bench_core.features.passes_on_torch import gpu_carrier

        with placed(gpu=gpu_named(config.torch_device), carrier=gpu_carrier):
            yield None
        return
    from bench_core.engine.cluster.passes import adder_on, carrier_on

    executor = OnRay(config.ray_address)
    with placed(carrier=carrier_on(executor), adder=adder_on(executor)):
        yield executor
