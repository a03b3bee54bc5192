"""Shards on a Ray cluster of two nodes on this machine: order, errors, loss."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from bench_core.engine.cluster.ray import OnRay
from bench_core.errors import Cancelled, ShardLost, UnknownName
from tests.engine.cluster import shard_tasks


def test_results_are_in_the_order_of_tasks(executor: OnRay) -> None:
    told: dict[int, int] = {}
    assert executor.slots == 2
    assert executor.map(shard_tasks.double, range(20), [1], on_done=told.__setitem__) == [1 + 2 * i for i in range(20)]
    assert told == {i: 1 + 2 * i for i in range(20)}


def test_an_error_of_a_shard_is_the_users_error(executor: OnRay) -> None:
    with pytest.raises(UnknownName, match="pixel3") as caught:
        executor.map(shard_tasks.fails, [3])
    assert caught.value.hint == "Did you mean 'pixels'?"


def test_a_shard_that_is_lost_twice_ends_the_run(executor: OnRay, tmp_path: Path) -> None:
    with pytest.raises(ShardLost, match="Shard 2 of 3"):
        executor.map(shard_tasks.dies, range(3), [str(tmp_path)])
    assert (tmp_path / "1.txt").read_text().split() == ["tried", "tried"]


def test_a_run_on_a_cluster_stops_while_it_waits(executor: OnRay, tmp_path: Path) -> None:
    def stop() -> None:
        if len(list(tmp_path.iterdir())) == executor.slots:
            raise Cancelled("Stop.")

    with pytest.raises(Cancelled):
        executor.map(shard_tasks.sleeps, range(executor.slots), [str(tmp_path)], check=stop)
    assert executor.map(shard_tasks.double, [1], [0]) == [2]  # there is a free slot again


def test_shards_of_a_killed_node_are_done_again_once(executor: OnRay, cluster: Any, tmp_path: Path) -> None:
    """A third node comes and is killed on the way: the cluster has its two nodes afterwards."""
    second = cluster.add_node(num_cpus=1, object_store_memory=200_000_000, node_ip_address="127.0.0.1")
    cluster.wait_for_nodes()
    attempts = lambda: [path.read_text().split() for path in tmp_path.glob("*.txt")]  # noqa: E731

    def kill() -> None:
        while not any(second.node_id in tried for tried in attempts()):
            time.sleep(0.05)
        cluster.remove_node(second, allow_graceful=False)

    killer = threading.Thread(target=kill)
    killer.start()
    found = executor.map(shard_tasks.marked, range(9), [str(tmp_path)])
    killer.join()
    assert [value for value, _ in found] == [i * i for i in range(9)]
    lost = [tried for tried in attempts() if len(tried) > 1]
    assert lost and all(len(tried) == 2 and second.node_id in tried for tried in lost)
