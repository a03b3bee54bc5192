"""A Ray cluster of two nodes on this machine, started once for all tests of a folder."""

from collections.abc import Iterator
from typing import Any

import pytest

from bench_core.config import PROJECT
from bench_core.engine.cluster.ray import OnRay

NODE = {"num_cpus": 1, "object_store_memory": 200_000_000, "include_dashboard": False}


@pytest.fixture(scope="package")
def cluster() -> Iterator[Any]:
    """Two nodes of one core; the processes of Ray find this repository."""
    pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
        patch.setenv("PYTHONPATH", str(PROJECT))
        import ray
        from ray._private import services
        from ray.cluster_utils import Cluster

        patch.setattr(services, "get_node_ip_address", lambda address=None: "127.0.0.1")  # no other address may be reachable
        patch.setattr(services, "node_ip_address_from_perspective", lambda address=None: "127.0.0.1")
        made = Cluster(initialize_head=True, head_node_args={**NODE, "node_ip_address": "127.0.0.1"})
        made.add_node(num_cpus=1, object_store_memory=200_000_000, node_ip_address="127.0.0.1")
        try:
            yield made
        finally:
            ray.shutdown()
            made.shutdown()


@pytest.fixture(scope="package")
def executor(cluster: Any) -> OnRay:
    return OnRay(cluster.address)
