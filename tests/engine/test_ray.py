"""The same run on a Ray cluster of two nodes on this machine: equal numbers, equal pixels, and a node that dies on the way."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core import api
from bench_core.config import PROJECT, Config
from bench_core.data import read_grey
from bench_core.distances import Rows, Space
from bench_core.engine import executor, far_passes
from bench_core.engine.encode import encode_images
from bench_core.engine.executor import OnRay, engine_of
from bench_core.engine.models import Models, card_key, encoder_card
from bench_core.engine.scoring import score_sets
from bench_core.errors import InputError, MissingPackage, ShardLost, UnknownName
from bench_core.features import FeatureSet
from bench_core.pairs import Pairs
from bench_core.passes import Wanted, carried_by, strips
from bench_core.spec import Choice
from bench_core.store.workspace import Workspace
from tests.engine import shard_tasks
from tests.engine.fakes import write_images

NODE = {"num_cpus": 1, "object_store_memory": 200_000_000, "include_dashboard": False}


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def far(cluster: Any) -> OnRay:
    return OnRay(cluster.address)


def test_results_are_in_the_order_of_tasks(far: OnRay) -> None:
    told: dict[int, int] = {}
    assert far.slots == 2
    assert far.map(shard_tasks.double, range(20), [1], on_done=told.__setitem__) == [1 + 2 * i for i in range(20)]
    assert told == {i: 1 + 2 * i for i in range(20)}


def test_an_error_of_a_shard_is_the_users_error(far: OnRay) -> None:
    with pytest.raises(UnknownName, match="pixel3") as caught:
        far.map(shard_tasks.fails, [3])
    assert caught.value.hint == "Did you mean 'pixels'?"


def test_a_shard_that_is_lost_twice_ends_the_run(far: OnRay, tmp_path: Path) -> None:
    with pytest.raises(ShardLost, match="Shard 2 of 3"):
        far.map(shard_tasks.dies, range(3), [str(tmp_path)])
    assert (tmp_path / "1.txt").read_text().split() == ["tried", "tried"]


def rows(n: int, seed: int, distance: str = "euclidean") -> Rows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 12)).astype(np.float32) if distance == "euclidean" else rng.integers(0, 3, (n, 12)).astype(np.float32)
    values.setflags(write=False)
    return Rows(values, Space(distance), np.stack([np.arange(n) // 2, np.arange(n)], axis=1))


@pytest.mark.parametrize("distance", ["euclidean", "hamming"])
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_passes_add_up_to_the_local_one(far: OnRay, distance: str, within: bool, apart: bool) -> None:
    a, b = rows(900, 0, distance), rows(700, 1, distance)
    pairs = Pairs(a, a, within=True) if within else Pairs(a, b)
    radii = np.empty((900, 0)), np.empty((900, 0)) if within else np.full((700, 1), 9.0)
    wanted = Wanted((6, 6), apart, radii, distance == "euclidean")
    here, there = pairs.found_in(strips(900), wanted), far_passes.carrier_on(far, worth=1)(pairs, wanted)
    assert there is not None
    for one, other in zip(here, there, strict=True):
        np.testing.assert_array_equal(one.near, other.near)
        np.testing.assert_array_equal(one.inside, other.inside)
        np.testing.assert_allclose(one.sums, other.sums, rtol=1e-10)
        if distance == "euclidean":
            np.testing.assert_array_equal(one.at, other.at)


def test_scores_equal_the_local_ones(far: OnRay, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    values = {"real": rng.normal(size=(400, 32)), "synthetic": rng.normal(0.1, 1, (400, 32)), "train": rng.normal(size=(420, 32))}
    metrics = [Choice(id=m) for m in ("frechet_distance", "kernel_distance", "precision", "coverage")]

    def scored() -> dict[str, Any]:
        sets = {role: FeatureSet(v.astype(np.float32), kind=role) for role, v in values.items()}
        return {r.metric: r for r in score_sets(sets, metrics=metrics)[0]}

    offered = []
    carry = far_passes.carrier_on(far, worth=1)

    def counted(pairs: Pairs, wanted: Wanted) -> Any:
        if min(len(pairs.a), len(pairs.b)) < 400:
            return None  # subsets are many and small
        offered.append(len(pairs.a) * len(pairs.b))
        return carry(pairs, wanted)

    monkeypatch.setattr("bench_core.features.KEPT", 0)
    local = scored()
    with carried_by(counted):
        there = scored()
    assert offered
    for metric, one in local.items():
        for field in ("value", "low", "high", "matched", "null", "null_low", "null_high"):
            assert getattr(there[metric], field) == pytest.approx(getattr(one, field), abs=1e-6), (metric, field)


def on_ray(workspace: Workspace, cluster: Any) -> Config:
    return replace(workspace.config, engine="ray", ray_address=cluster.address)


def test_encoding_is_equal(far: OnRay, cluster: Any, workspace: Workspace, tmp_path: Path) -> None:
    write_images(tmp_path / "films", 150)
    api.import_images("films", tmp_path / "films", None, "synthetic")
    films, card = workspace.sets.open("films"), encoder_card(workspace.config, "pixels")
    digests, told = films.table["digest"].tolist(), []
    with engine_of(on_ray(workspace, cluster)):
        encode_images(workspace, Models(workspace.config), films, [card], lambda more, _: told.append(more))
    there = workspace.features.read(card_key(card), digests)
    assert sorted(told) == [22, 128]
    encoder = Models(workspace.config).encoder(card)
    here = np.concatenate([encoder.encode([films.read(i) for i in range(s, min(s + 32, 150))]) for s in range(0, 150, 32)])
    np.testing.assert_allclose(there, here, atol=1e-6)


def test_generation_is_equal_pixel_for_pixel(far: OnRay, cluster: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = [
        api.PromptSpec(text=f"{side} pleural effusion.", labels={"Pleural Effusion": 1}) for side in ("Left", "Right", "Large", "Small")
    ]
    spec = api.GenerateSpec(name="far", generator=api.Choice(id="phantom-oracle"), prompts=prompts, count=1, seed=3, batch_size=2)
    sent, plain = [], OnRay.map
    monkeypatch.setattr(OnRay, "map", lambda self, function, *a, **k: (sent.append(function.__name__), plain(self, function, *a, **k))[1])
    monkeypatch.setattr(workspace, "config", on_ray(workspace, cluster))
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    assert sent == ["make_images"]
    there = api.find_set(run.set_id)
    pixels, table = [there.read(i) for i in range(4)], there.table
    api.delete_set("far")
    monkeypatch.setattr(workspace, "config", replace(workspace.config, engine="local"))
    here = api.find_set(api.wait(api.submit(spec)).set_id)
    for i in range(4):
        np.testing.assert_array_equal(here.read(i), pixels[i])
    assert here.table.equals(table)


def test_images_go_to_a_url_and_are_read_from_there(
    far: OnRay, cluster: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bucket = tmp_path / "bucket"
    bucket.mkdir()
    monkeypatch.setattr(workspace, "config", replace(on_ray(workspace, cluster), images=f"file://{bucket}"))
    prompts = [api.PromptSpec(text=f"{side} pleural effusion.") for side in ("Left", "Right", "Large")]
    spec = api.GenerateSpec(name="far", generator=api.Choice(id="phantom-oracle"), prompts=prompts, count=2, seed=3, batch_size=2)
    made = api.find_set(api.wait(api.submit(spec)).set_id)
    files = [bucket / made.id / f"{row:06d}.png" for row in range(6)]
    assert sorted((bucket / made.id).iterdir()) == files
    assert list(made.root.iterdir()) == []

    card, pixels = encoder_card(workspace.config, "pixels"), [read_grey(file) for file in files]
    elsewhere = replace(made, root=tmp_path / "another machine" / "images")
    with engine_of(workspace.config):
        encode_images(workspace, Models(workspace.config), elsewhere, [card])
    features = workspace.features.read(card_key(card), made.table["digest"].tolist())
    np.testing.assert_allclose(features, Models(workspace.config).encoder(card).encode(pixels), atol=1e-6)
    assert list(made.root.iterdir()) == []
    assert {path.stem for path in elsewhere.root.iterdir()} == set(made.table["digest"])

    written = [file.stat().st_mtime_ns for file in files]
    workspace.sets.remove(made.id)  # no journal and no table knows them now
    files[4].unlink()
    again = api.find_set(api.wait(api.submit(spec)).set_id)
    assert again.table.equals(made.table)
    assert [file.stat().st_mtime_ns for file in files if file != files[4]] == written[:4] + written[5:]
    np.testing.assert_array_equal(again.read(4), pixels[4])
    api.delete_set("far")
    assert list(bucket.iterdir()) == []


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="No Ray cluster answers at '127.0.0.1:1'"):
        executor._look_for("127.0.0.1:1")
    with pytest.raises(InputError, match="no address"):
        OnRay("")
    with pytest.raises(InputError, match="BENCH_ENGINE is 'spark'"):
        Config.from_environment({"BENCH_ENGINE": "spark"})
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackage, match="pip install ray"):
        OnRay("127.0.0.1:6379")
    assert executor.executor() is None


def test_shards_of_a_killed_node_are_done_again_once(far: OnRay, cluster: Any, tmp_path: Path) -> None:
    """Last: the cluster has one node afterwards."""
    second = cluster.add_node(num_cpus=1, object_store_memory=200_000_000, node_ip_address="127.0.0.1")
    cluster.wait_for_nodes()
    attempts = lambda: [path.read_text().split() for path in tmp_path.glob("*.txt")]  # noqa: E731

    def kill() -> None:
        while not any(second.node_id in tried for tried in attempts()):
            time.sleep(0.05)
        cluster.remove_node(second, allow_graceful=False)

    killer = threading.Thread(target=kill)
    killer.start()
    found = far.map(shard_tasks.marked, range(9), [str(tmp_path)])
    killer.join()
    assert [value for value, _ in found] == [i * i for i in range(9)]
    lost = [tried for tried in attempts() if len(tried) > 1]
    assert lost and all(len(tried) == 2 and second.node_id in tried for tried in lost)
