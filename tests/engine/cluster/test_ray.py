"""The same run on a Ray cluster of two nodes on this machine: equal numbers, equal pixels, and a node that dies on the way."""

import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.config import PROJECT, Config
from bench_core.data import read_grey
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.cluster import passes, ray
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.cluster.where import engine_of
from bench_core.engine.encoding.encode import encode_images, features_of
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import Cancelled, InputError, MissingPackage, ShardLost, UnknownName
from bench_core.features import FeatureSet
from bench_core.features.pairs import Pairs
from bench_core.features.passes import PassRequest
from bench_core.features.place import Carrier, Place, place, placed
from bench_core.features.rows import Rows, Space
from bench_core.jobs.serving import serve
from bench_core.jobs.worker import work
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.engine.cluster import shard_tasks
from tests.fakes import write_images

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
def executor(cluster: Any) -> OnRay:
    return OnRay(cluster.address)


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


def rows(n: int, seed: int, distance: str = "euclidean") -> Rows:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 12)).astype(np.float32) if distance == "euclidean" else rng.integers(0, 3, (n, 12)).astype(np.float32)
    values.setflags(write=False)
    return Rows(values, Space(distance), np.stack([np.arange(n) // 2, np.arange(n)], axis=1))


@pytest.mark.parametrize("distance", ["euclidean", "hamming"])
@pytest.mark.parametrize("within", [False, True])
@pytest.mark.parametrize("apart", [False, True])
def test_blocks_add_up_to_the_local_pass(executor: OnRay, distance: str, within: bool, apart: bool) -> None:
    def found(carrier: Carrier | None) -> list[Any]:
        a, b = rows(900, 0, distance), rows(1700, 1, distance)
        pairs = Pairs(a, a, within=True) if within else Pairs(a, b)
        with placed(carrier=carrier):
            lists = [pairs.nearest(side, 5, apart=apart) for side in (0, 1)]
            counts = [] if within else [pairs.inside(side, 3) for side in (0, 1)]
            return [*lists[0], *lists[1], *counts, *(pairs.sums() if distance == "euclidean" else ())]

    sent: list[tuple[int, int]] = []
    carry = passes.carrier_on(executor, worth=1)

    def counted(pairs: Pairs, wanted: PassRequest) -> Any:
        sent.append((len(pairs.a), len(pairs.b)))
        return carry(pairs, wanted)

    here, there = found(None), found(counted)
    assert (900, 900 if within else 1700) in sent
    for one, other in zip(here, there, strict=True):
        if one.dtype.kind == "i":
            np.testing.assert_array_equal(one, other)
        else:
            np.testing.assert_allclose(one, other, rtol=1e-10)


def test_a_block_is_never_larger_than_a_node_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [of.stop - of.start for of in passes.cuts(10, 4.0)] == [3, 3, 4]
    assert passes.cuts(3, 0.1) == [slice(0, 1), slice(1, 2), slice(2, 3)]
    monkeypatch.setattr(passes, "LARGEST", 2)
    assert len(passes.cuts(10, 1e9)) == 5


def test_moments_are_added_up_on_the_cluster(executor: OnRay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "LARGEST", 300)
    values = np.random.default_rng(0).normal(3, 1, (1000, 20)).astype(np.float32)
    here, parts = FeatureSet(values).moments(), []
    add = passes.adder_on(executor, worth=1)
    with placed(adder=lambda values, mean: (parts.append(len(values)), add(values, mean))[1]):
        there = FeatureSet(values).moments()
    assert parts == [1000]
    np.testing.assert_array_equal(there[0], here[0])
    np.testing.assert_allclose(there[1], here[1], rtol=1e-12, atol=1e-12)
    assert passes.adder_on(executor)(values, values.mean(axis=0)) is None


FIELDS = ("value", "low", "high", "matched", "null", "null_low", "null_high")


def sent_by(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the functions that go to the cluster from now on."""
    sent, plain = [], OnRay.map
    monkeypatch.setattr(OnRay, "map", lambda self, function, *a, **k: (sent.append(function.__name__), plain(self, function, *a, **k))[1])
    return sent


@pytest.mark.parametrize("kept", [0, 26_000_000])
def test_scores_equal_the_local_ones(executor: OnRay, cluster: Any, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Passes, intervals and nulls on the cluster; products of large sets are not kept, so that subsets have lists and passes only."""
    rng = np.random.default_rng(0)
    values = {"real": rng.normal(size=(400, 16)), "synthetic": rng.normal(0.1, 1, (400, 16)), "train": rng.normal(size=(420, 16))}
    metrics = [Choice(id=m) for m in ("frechet_distance", "kernel_distance", "precision", "coverage", "authenticity", "vendi_score")]

    def scored(executor: OnRay | None = None) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
        sets = {role: FeatureSet(v.astype(np.float32), kind=role) for role, v in values.items()}
        scores = score_sets(sets, Scoring(metrics=metrics), executor=executor)
        return {r.metric: r for r in scores.results}, scores.draws

    monkeypatch.setattr("bench_core.features.base.KEPT", kept)
    monkeypatch.setattr(passes, "carrier_on", partial(passes.carrier_on, worth=1))
    (local, draws), sent = scored(), sent_by(monkeypatch)
    with engine_of(Config.from_environment({"BENCH_ENGINE": "ray", "BENCH_RAY_ADDRESS": cluster.address})) as chosen:
        there, draws_there = scored(chosen)
    assert kept or "find_in" in sent
    assert sent.count("repeat") == 1  # all metrics in one round
    for metric, one in local.items():
        assert one.status == there[metric].status == "ok", (one, there[metric])
        for field in FIELDS:
            assert getattr(there[metric], field) == pytest.approx(getattr(one, field), abs=1e-6), (metric, field)
        np.testing.assert_allclose(draws_there[metric], draws[metric], atol=1e-6)


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """A real, a training and a synthetic set with labels and prompts."""
    for seed, (kind, count) in enumerate((("real", 32), ("train", 40), ("synthetic", 32))):
        table = pd.DataFrame({"path": write_images(tmp_path / kind, count, seed=seed), "prompt": [f"Film {i}." for i in range(count)]})
        table["subject_id"] = [f"{kind}{i // 2}" for i in range(count)]
        table["Edema"], table["Fracture"] = np.arange(count) % 2, np.arange(count) % 3 == 0
        table.to_csv(tmp_path / f"{kind}.csv", index=False)
        api.import_images(kind, tmp_path / kind, tmp_path / f"{kind}.csv", kind)
    return workspace


@pytest.mark.parametrize("mode", ["corrected", "compatible"])
def test_an_evaluation_with_subgroups_is_equal(
    executor: OnRay, cluster: Any, study: Workspace, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    metrics = [Choice(id=m, optional=True) for m in api.metrics() if m != "frechet_distance"]  # roots of large matrices take long
    spec = api.EvaluateSpec(
        metrics=metrics,
        synthetic="synthetic",
        real="real",
        train="train" if mode == "corrected" else None,
        encoders=["pixels"],
        subgroup="finding",
        mode=mode,
    )

    def numbers() -> pd.DataFrame:
        run = api.wait(api.submit(spec))
        assert run.status == "done", run.error
        frame = api.run_results(run.id).sort_values(["subgroup", "metric"]).reset_index(drop=True)
        api.delete_run(run.id)
        study.derived.forget(list(study.derived.values("null", [study.sets.find(name) for name in ("real", "train")])))
        return frame

    here, sent = numbers(), sent_by(monkeypatch)
    monkeypatch.setattr(study, "config", on_ray(study, cluster))
    there = numbers()
    assert sent == ["repeat", "score_subgroup"]
    assert list(there["subgroup"].unique()) == ["all", "finding=Edema", "finding=Fracture"]
    assert (there["status"] == "ok").sum() >= (40 if mode == "corrected" else 15)
    for column in ("subgroup", "metric", "status", "message", "n_real", "n_synthetic", "n_train"):
        assert there[column].tolist() == here[column].tolist()
    for column in FIELDS:
        np.testing.assert_allclose(there[column].astype(float), here[column].astype(float), atol=1e-6, rtol=1e-6, err_msg=column)


def on_ray(workspace: Workspace, cluster: Any) -> Config:
    return replace(workspace.config, engine="ray", ray_address=cluster.address)


def test_encoding_is_equal(executor: OnRay, cluster: Any, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Images once for all encoders, texts too; the ones that are stored already stay out."""
    names = write_images(tmp_path / "films", 150)
    pd.DataFrame({"path": names, "prompt": [f"Film {i // 2}." for i in range(150)]}).to_csv(tmp_path / "films.csv", index=False)
    api.import_images("films", tmp_path / "films", tmp_path / "films.csv", "synthetic")
    films, cards = workspace.sets.open("films"), [encoder_card(workspace.config, name) for name in ("pixels", "phantom-clip")]
    digests, tally, sent = films.table["digest"].tolist(), Tally(), sent_by(monkeypatch)
    encode_images(workspace, Models(workspace.config), films.take(range(100)), cards[:1])
    monkeypatch.setattr(workspace, "config", on_ray(workspace, cluster))
    with engine_of(workspace.config) as chosen:
        encode_images(workspace, Models(workspace.config), films, cards, tally, executor=chosen)
        texts = features_of(workspace, Models(workspace.config), films, cards[1], executor=chosen).text
    assert sent == ["encode_rows", "encode_words"]
    assert tally.done == 50 + 150
    models = Models(replace(workspace.config, engine="local"))
    for card in cards:
        there, encoder = workspace.features.read(card_key(card), digests), models.encoder(card)
        here = np.concatenate([encoder.encode([films.read(i) for i in range(s, min(s + 32, 150))]) for s in range(0, 150, 32)])
        np.testing.assert_allclose(there, here, atol=1e-5)
    here_too = models.encoder(cards[1]).encode_text(films.table["prompt"].tolist())
    assert here_too is not None and texts is not None
    np.testing.assert_allclose(texts, here_too, atol=1e-5)


def test_a_run_on_a_cluster_stops_while_it_waits(executor: OnRay, tmp_path: Path) -> None:
    def stop() -> None:
        if len(list(tmp_path.iterdir())) == executor.slots:
            raise Cancelled("Stop.")

    with pytest.raises(Cancelled):
        executor.map(shard_tasks.sleeps, range(executor.slots), [str(tmp_path)], check=stop)
    assert executor.map(shard_tasks.double, [1], [0]) == [2]  # there is a free slot again


def test_generation_is_equal_pixel_for_pixel(executor: OnRay, cluster: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    prompts = [
        api.PromptSpec(text=f"{side} pleural effusion.", labels={"Pleural Effusion": 1}) for side in ("Left", "Right", "Large", "Small")
    ]
    spec = api.GenerateSpec(name="far", generator=api.Choice(id="phantom-oracle"), prompts=prompts, count=1, seed=3, batch_size=2)
    sent = sent_by(monkeypatch)
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
    executor: OnRay, cluster: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
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
    with engine_of(workspace.config) as chosen:
        encode_images(workspace, Models(workspace.config), elsewhere, [card], executor=chosen)
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
    nowhere = Config.from_environment({"BENCH_ENGINE": "ray", "BENCH_RAY_ADDRESS": "127.0.0.1:1"})
    with pytest.raises(InputError, match="No Ray cluster answers at '127.0.0.1:1'"):
        ray.look(nowhere)
    for starts in (lambda: serve(nowhere, threading.Event()), lambda: work(Workspace(nowhere), threading.Event())):
        with pytest.raises(InputError, match="No Ray cluster answers at"):
            starts()
    with pytest.raises(InputError, match="no address"):
        OnRay("")
    with pytest.raises(InputError, match="BENCH_ENGINE is 'spark'"):
        Config.from_environment({"BENCH_ENGINE": "spark"})
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingPackage, match="pip install ray"):
        OnRay("127.0.0.1:6379")
    assert place() == Place()


def test_shards_of_a_killed_node_are_done_again_once(executor: OnRay, cluster: Any, tmp_path: Path) -> None:
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
    found = executor.map(shard_tasks.marked, range(9), [str(tmp_path)])
    killer.join()
    assert [value for value, _ in found] == [i * i for i in range(9)]
    lost = [tried for tried in attempts() if len(tried) > 1]
    assert lost and all(len(tried) == 2 and second.node_id in tried for tried in lost)
