"""Compatible mode against CheXGenBench's protocol: prdc as it is, torchmetrics' estimators, prompts, rounding; kept apart."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from prdc import compute_prdc

from bench_core import api, registry
from bench_core.cards.encoder import ADDED
from bench_core.data import FINDINGS, Score, content_key
from bench_core.encoders.backend import squashed
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.keys import card_key
from bench_core.engine.scoring import protocol
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import InputError, NotPossible, SettingError
from bench_core.features import FeatureSet
from bench_core.registry import metric
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace
from tests.fakes import TinyEncoder, request

FOUR = ("precision", "recall", "density", "coverage")


def choices(*names: str) -> list[Choice]:
    return [Choice(id=n) for n in names]


@pytest.fixture(scope="module")
def sets() -> dict[str, FeatureSet]:
    """Several studies a patient, two images there twice, a prompt that three real images share."""
    rng = np.random.default_rng(1)
    real, synthetic = rng.normal(size=(90, 6)), rng.normal(size=(60, 6)) + 0.2
    real[80:85] = real[:5]
    labels = pd.DataFrame(0.0, index=range(90), columns=list(FINDINGS))
    labels.loc[:29, "Edema"], labels.loc[30:39, "Edema"], labels.loc[40:44, "Edema"] = 1.0, -1.0, np.nan
    prompts = [f"report {i}" for i in range(90)]
    prompts[70] = prompts[71] = prompts[10]
    return {
        "real": FeatureSet(
            real, kind="real", subjects=[f"p{i // 2}" for i in range(90)], prompts=prompts, labels=labels, text=rng.normal(size=(90, 6))
        ),
        "synthetic": FeatureSet(synthetic, kind="synthetic", prompts=prompts[:60], labels=labels.iloc[:60], text=rng.normal(size=(60, 6))),
    }


def test_neighbour_metrics_are_those_of_prdc_without_the_repeated_prompts(sets: dict[str, FeatureSet]) -> None:
    kept = np.setdiff1d(np.arange(90), [70, 71])
    expected = compute_prdc(sets["real"].values[kept].astype(float), sets["synthetic"].values.astype(float), 5)
    rows = {r.metric: r for r in score_sets(sets, Scoring(metrics=choices(*FOUR), intervals=False, mode="compatible"))[0]}
    corrected = {r.metric: r for r in score_sets(sets, Scoring(metrics=choices(*FOUR), intervals=False))[0]}
    for name in FOUR:
        assert rows[name].value == round(float(expected[name]), 3), name
        assert (rows[name].mode, rows[name].n_real, rows[name].n_synthetic) == ("compatible", 88, 60)
        assert "88 of 90 real images" in rows[name].message
    assert corrected["coverage"].value != rows["coverage"].value  # patients and repeats told apart
    assert corrected["coverage"].n_real == 90


def test_plain_radii_hold_in_views_and_leave_the_set_alone(sets: dict[str, FeatureSet]) -> None:
    real = sets["real"]
    before, key = real.radius(2), real.key
    plain = real.with_plain_radii()
    assert plain.with_plain_radii() is plain and real.with_plain_radii() is plain
    rows = np.random.default_rng(0).permutation(90)[:70]
    gaps = np.sort(np.linalg.norm(real.values[rows][:, None].astype(float) - real.values[rows][None], axis=2), axis=1)
    np.testing.assert_allclose(plain.take(rows).radius(2), gaps[:, 2], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(real.take(rows).with_plain_radii().radius(2), gaps[:, 2], rtol=1e-6, atol=1e-9)
    assert plain.key != key == real.key and (real.radius(2) == before).all() and (plain.radius(1)[:5] == 0).all()
    assert (np.unique(plain.units) == np.unique(real.units)).all() and sorted(plain.content) == list(range(90))


def torchmetrics_kid(real: np.ndarray, synthetic: np.ndarray, size: int, rng: np.random.Generator, subsets: int = 100) -> float:
    """The estimator that torchmetrics has, written out."""
    values = []
    for _ in range(subsets):
        x, y = real[rng.permutation(len(real))[:size]], synthetic[rng.permutation(len(synthetic))[:size]]
        kxx, kyy, kxy = ((a @ b.T / x.shape[1] + 1) ** 3 for a, b in ((x, x), (y, y), (x, y)))
        within = kxx.sum() - np.trace(kxx) + kyy.sum() - np.trace(kyy)
        values.append(within / (size * (size - 1)) - 2 * kxy.sum() / size**2)
    return float(np.mean(values))


def test_kernel_distance_is_a_mean_over_subsets_as_large_as_the_smaller_set(sets: dict[str, FeatureSet]) -> None:
    (row,) = score_sets(sets, Scoring(metrics=choices("kernel_distance"), mode="compatible"))[0]
    assert row.settings == {"subsets": 100, "subset_size": 60}
    kept = np.setdiff1d(np.arange(90), [70, 71])
    a, b = sets["real"].values[kept].astype(float), sets["synthetic"].values.astype(float)
    draws = [torchmetrics_kid(a, b, 60, np.random.default_rng(i)) for i in range(5)]
    assert row.value == pytest.approx(np.mean(draws), abs=5 * np.std(draws) + 0.001)
    assert row.low is not None and row.null is not None and row.low < row.value < row.high
    equal = {"real": FeatureSet(a[:50]), "synthetic": FeatureSet(b[:50])}
    (row,) = score_sets(equal, Scoring(metrics=choices("kernel_distance"), intervals=False, mode="compatible"))[0]
    assert row.value == round(torchmetrics_kid(a[:50], b[:50], 50, np.random.default_rng(0), 1), 3)


def test_values_are_rounded_and_intervals_are_not(sets: dict[str, FeatureSet]) -> None:
    rows, per_image, _ = score_sets(sets, Scoring(metrics=choices("frechet_distance", "image_text_alignment"), mode="compatible"))
    for row in rows:
        assert row.value == round(row.value, 3)
        assert row.low is not None and row.low != round(row.low, 6) and row.null is not None
    corrected = score_sets(sets, Scoring(metrics=choices("image_text_alignment"), intervals=False))[1]["image_text_alignment"]
    np.testing.assert_array_equal(per_image["image_text_alignment"], np.round(corrected, 3))
    assert rows[1].value == round(np.round(corrected, 3).mean(), 3)


def test_a_finding_is_label_one_in_real_and_a_matching_prompt_in_synthetic(sets: dict[str, FeatureSet]) -> None:
    groups = dict(protocol.subgroups(protocol.protocol_sets(sets)))
    members = groups["finding=Edema"]
    assert list(groups) == ["finding=Edema"]
    assert members["real"].rows.tolist() == members["synthetic"].rows.tolist() == list(range(30))
    (row,) = score_sets(members, Scoring(metrics=choices("coverage"), intervals=False, mode="compatible"))[0]
    assert (row.subgroup, row.n_real, row.n_synthetic) == ("finding=Edema", 30, 30)
    with pytest.raises(NotPossible, match="synthetic set has no prompts"):
        list(protocol.subgroups({**sets, "synthetic": FeatureSet(sets["synthetic"].values)}))


def test_only_metrics_of_the_protocol_exist(sets: dict[str, FeatureSet]) -> None:
    rows = {r.metric: r for r in score_sets({**sets, "train": sets["real"]}, Scoring(intervals=False, mode="compatible"))[0]}
    assert set(rows) == set(registry.metrics())
    for name, row in rows.items():
        if name not in protocol.RULES:
            assert (row.status, row.value) == ("skipped", None) and "protocol does not have it" in row.message
    assert {n for n, r in rows.items() if r.status == "ok"} >= {*FOUR, "frechet_distance", "kernel_distance", "image_text_alignment"}
    with pytest.raises(NotPossible, match="authenticity cannot run.*protocol"):
        score_sets({**sets, "train": sets["real"]}, Scoring(metrics=choices("authenticity"), mode="compatible"))
    with pytest.raises(SettingError, match="k = 3 is not that of the protocol"):
        score_sets(sets, Scoring(metrics=[Choice(id="precision", settings={"k": "3"})], mode="compatible"))
    score_sets(sets, Scoring(metrics=[Choice(id="precision", settings={"k": "5"})], intervals=False, mode="compatible"))
    with pytest.raises(InputError, match="no mode 'published'"):
        protocol.checked_mode("published")


def test_the_score_of_pool_features_and_the_cut_of_radiomics(sets: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch) -> None:
    """With metrics of those ids that tell what they were given."""
    seen = {}

    def inception_score(synthetic: FeatureSet, *, splits: int = 1) -> Score:
        assert synthetic.logits
        return Score(float(splits))

    def frechet_radiomics_distance(real: FeatureSet, synthetic: FeatureSet) -> Score:
        seen[len(real), len(synthetic)] = real.rows
        return Score(1.23456)

    about = {"family": "fidelity", "goal": "minimize", "paper": "arXiv:0000.00000", "title": "x"}
    needs = {inception_score: ("logits",), frechet_radiomics_distance: ()}
    stand_ins = {f.__name__: metric(needs=n, **about)(f).plugin for f, n in needs.items()}  # type: ignore[arg-type]
    monkeypatch.setattr(registry, "find_metric", stand_ins.__getitem__)
    features = {name: FeatureSet(f.values, prompts=f.prompts, kind=name, logits=False) for name, f in sets.items()}
    with pytest.raises(NotPossible, match="needs class logits"):
        score_sets(features, Scoring(metrics=choices("inception_score")))
    rows = score_sets(features, Scoring(metrics=choices("inception_score", "frechet_radiomics_distance"), mode="compatible"))[0]
    assert [r.value for r in rows] == [10.0, 1.235] and rows[0].null == 10.0 and not features["synthetic"].logits
    assert (rows[1].n_real, rows[1].n_synthetic) == (60, 60) and (60, 60) in seen
    assert "88 of 90 real images" in rows[1].message
    assert not {70, 71} & set(seen[60, 60])


def test_rules_fix_settings_that_the_metrics_have() -> None:
    for name, found in registry.metrics().items():
        rule = protocol.RULES.get(name, protocol.Rule())
        assert {*rule.settings, *([rule.as_many_as] if rule.as_many_as else [])} <= set(found.settings.model_fields), name


def test_squash_ignores_the_aspect_ratio_and_has_a_key_of_its_own() -> None:
    card = api.encoders()["pixels"]
    variant = protocol.squashed_card(card)
    assert variant.key() != card.key() and variant.id == card.id
    wide = np.zeros((40, 120), np.uint8)
    wide[:, 60:] = 200
    out = squashed(wide, variant)
    assert out.shape == (299, 299) and out.dtype == np.uint8 and out[:, :140].max() == 0 and out[:, 160:].min() == 200
    assert squashed(wide, card) is wide


def test_keys_of_cards_without_the_squash_are_what_they_were() -> None:
    card = api.encoders()["pixels"]
    old = {k: v for k, v in card.model_dump().items() if k not in (*ADDED, "sees", "title", "summary", "licence", "paper", "trained_on")}
    assert card.key() == content_key(old, [])


@pytest.fixture
def study(workspace: Workspace, tmp_path: Path) -> Workspace:
    """Wide real films, two of which share a report, and images made from their reports."""
    rng = np.random.default_rng(0)
    (tmp_path / "real").mkdir()
    names = [f"{i}.png" for i in range(24)]
    for name in names:
        Image.fromarray(rng.integers(0, 256, (16, 24)).astype(np.uint8)).save(tmp_path / "real" / name)
    table = pd.DataFrame({"path": names, "subject_id": names, "prompt": [f"prompt {i}" for i in range(24)]})
    table.loc[23, "prompt"] = "prompt 0"
    table["Edema"] = np.where(np.arange(24) < 12, 1, 0)
    table.to_csv(tmp_path / "real.csv", index=False)
    api.import_images("real", tmp_path / "real", tmp_path / "real.csv", "real")
    api.wait(api.submit(request("made", prompts=24, count=1)))
    return workspace


def evaluate(**more: object) -> api.Run:
    given = {"synthetic": "made", "real": "real", "encoders": ["tiny-pixels"], "intervals": False, **more}
    spec = api.EvaluateSpec(**given)  # type: ignore[arg-type]
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run


def test_both_modes_are_kept_apart_in_the_store(study: Workspace) -> None:
    names = choices("frechet_distance", "coverage", "image_text_alignment")
    TinyEncoder.calls = 0
    evaluate(metrics=names)
    assert TinyEncoder.calls == 48
    run = evaluate(metrics=names, mode="compatible", subgroup="finding")
    assert TinyEncoder.calls == 96  # once more, squashed; alignment reads the features that were there
    frame = api.run_results(run.id)
    assert set(frame["mode"]) == {"compatible"} and list(frame["subgroup"].unique()) == ["all", "finding=Edema"]
    assert frame["n_real"].tolist() == [23] * 3 + [12] * 3 and (frame["status"] == "ok").all()
    both = api.results(synthetic=["made"]).query("subgroup == 'all'")
    assert both.groupby("metric")["mode"].apply(sorted).tolist() == [["compatible", "corrected"]] * 3
    by_mode = both.set_index(["mode", "metric"])["value"]
    assert by_mode["compatible", "frechet_distance"] != pytest.approx(by_mode["corrected", "frechet_distance"], abs=0.001)
    assert by_mode["compatible", "image_text_alignment"] == pytest.approx(by_mode["corrected", "image_text_alignment"], abs=0.001)
    card = encoder_card(study.config, "tiny-pixels")
    stored = [study.features.read(card_key(c), api.find_set("real").table["digest"].tolist()) for c in (card, protocol.squashed_card(card))]
    assert np.abs(stored[0] - stored[1]).max() > 0.01
    again = evaluate(metrics=names, mode="compatible", subgroup="finding")
    assert TinyEncoder.calls == 96 and api.run_results(again.id)["value"].tolist() == frame["value"].tolist()
    values = api.per_image("made", "tiny-pixels", "image_text_alignment")
    assert not np.array_equal(values, values.round(3))  # pages read those of corrected mode


def test_a_named_metric_outside_of_the_protocol_is_refused_before_it_is_queued(study: Workspace) -> None:
    for metrics, error in (([Choice(id="closer_to_train")], NotPossible), ([Choice(id="recall", settings={"k": 4})], SettingError)):
        with pytest.raises(error, match="protocol"):
            api.submit(api.EvaluateSpec(synthetic="made", real="real", encoders=["tiny-pixels"], metrics=metrics, mode="compatible"))
    with pytest.raises(ValueError, match="mode"):
        api.EvaluateSpec(synthetic="made", real="real", encoders=["tiny-pixels"], mode="other")  # type: ignore[arg-type]


def test_subgroups_that_cannot_be_found_are_named(study: Workspace) -> None:
    spec = request("made elsewhere", prompts=12, count=2)
    prompts = [p.model_copy(update={"text": f"another {p.text}"}) for p in spec.prompts]
    api.wait(api.submit(spec.model_copy(update={"prompts": prompts})))
    run = evaluate(synthetic="made elsewhere", metrics=choices("coverage"), mode="compatible", subgroup="finding")
    assert "no synthetic image has the prompt" in run.message and len(api.run_results(run.id)) == 1
