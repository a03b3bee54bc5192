"""The same run on a Ray cluster of two nodes on this machine: equal numbers, equal pixels."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bench_core import api
from bench_core.config import Config
from bench_core.data import read_grey
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.cluster import passes
from bench_core.engine.cluster.ray import OnRay
from bench_core.engine.cluster.where import engine_of
from bench_core.engine.encoding.encode import encode_images, features_of
from bench_core.engine.keys import card_key
from bench_core.engine.models import Models
from bench_core.engine.progress import Tally
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.features import FeatureSet
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.fakes import write_images

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
    names = write_images(tmp_path / "films", 70)
    pd.DataFrame({"path": names, "prompt": [f"Film {i // 2}." for i in range(70)]}).to_csv(tmp_path / "films.csv", index=False)
    api.import_images("films", tmp_path / "films", tmp_path / "films.csv", "synthetic")
    films, cards = workspace.sets.open("films"), [encoder_card(workspace.config, name) for name in ("pixels", "phantom-eye")]
    digests, tally, sent = films.table["digest"].tolist(), Tally(), sent_by(monkeypatch)
    encode_images(workspace, Models(workspace.config), films.take(range(40)), cards[:1])
    monkeypatch.setattr(workspace, "config", on_ray(workspace, cluster))
    with engine_of(workspace.config) as chosen:
        encode_images(workspace, Models(workspace.config), films, cards, tally, executor=chosen)
        texts = features_of(workspace, Models(workspace.config), films, cards[1], executor=chosen).text
    assert sent == ["encode_rows", "encode_words"]
    assert tally.done == 30 + 70
    models = Models(replace(workspace.config, engine="local"))
    for card in cards:
        there, encoder = workspace.features.read(card_key(card), digests), models.encoder(card)
        here = np.concatenate([encoder.encode([films.read(i) for i in range(s, min(s + 32, 70))]) for s in range(0, 70, 32)])
        np.testing.assert_allclose(there, here, atol=1e-5)
    here_too = models.encoder(cards[1]).encode_text(films.table["prompt"].tolist())
    assert here_too is not None and texts is not None
    np.testing.assert_allclose(texts, here_too, atol=1e-5)


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
    workspace.sets.forget(made.id)
    workspace.sets.remove_files(made.id)  # no journal and no table knows them now
    files[4].unlink()
    again = api.find_set(api.wait(api.submit(spec)).set_id)
    assert again.table.equals(made.table)
    assert [file.stat().st_mtime_ns for file in files if file != files[4]] == written[:4] + written[5:]
    np.testing.assert_array_equal(again.read(4), pixels[4])
    api.delete_set("far")
    assert list(bucket.iterdir()) == []
