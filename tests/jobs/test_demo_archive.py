"""The committed results are those of what is here: nothing is left to compute, and a part that is computed anew is the same.

Where one of these fails, something that decides the numbers was changed: raise the metric's `version`, or `SCORING` in `engine/keys.py`
where intervals and nulls are made in another way, so that stored numbers are made anew too; then `python scripts/make_demo_results.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bench_core import api, registry
from bench_core.config import Config
from bench_core.engine.answers.nearest import compute_nearest
from bench_core.engine.catalogue import encoder_card
from bench_core.engine.encoding.encode import features_of, read_features
from bench_core.engine.models import Models
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.engine.scoring.subgroups import subgroups
from bench_core.features import FeatureSet
from bench_core.jobs import demo, demo_results
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace

MAKE = "The results that come along are of something else: see the head of this file, then python scripts/make_demo_results.py."
SET, FINDING = "phantom-gan", "Pleural Effusion"
CLOSE = 0.02
"""Of the width of the null or of the interval: what another processor's last digits may move a number, and a change of code may not."""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """The embedded study as a first start brings it, current for the facade; it must not compute or queue anything."""
    home = tmp_path_factory.mktemp("study")
    before = api.workspace._current
    workspace = api.open_workspace(Config(home, f"sqlite:///{home / 'bench.sqlite'}", device="cpu"))
    with pytest.MonkeyPatch.context() as patch:

        def refuse(*_: object, **__: object) -> None:
            pytest.fail(MAKE)

        for name in ("_queue", "bring_learned", "_render_beside"):
            patch.setattr(demo, name, refuse if name != "_render_beside" else lambda *_: [])
        demo.prepare(workspace, None)
    yield workspace
    workspace.database.engine.dispose()
    api.workspace._current = before


@pytest.fixture(scope="module")
def features(study: Workspace) -> dict[str, FeatureSet]:
    """Of the cohorts as they are committed, of one synthetic set computed now."""
    study.features.forget(study.sets.open(SET).table["digest"])
    models, card = Models(study.config), encoder_card(study.config, "phantom-eye")
    names = {"synthetic": SET, "real": "phantom-real", "train": "phantom-train"}
    return {role: features_of(study, models, study.sets.open(name), card) for role, name in names.items()}


def test_nothing_is_left_to_compute(study: Workspace):
    assert set(api.runs()["status"]) == {"done"}
    assert len(api.runs()) == len(demo.wanted())
    rows = api.results(api.references()[0])
    assert set(rows["set_name"]) == {*demo.WEIGHTLESS, *demo.LEARNED}
    assert set(rows["metric"]) == set(api.metrics())
    assert (rows["status"] != "failed").all()
    assert study.derived.count("null") > 50 and rows["null_low"].notna().any()


def test_pages_that_compare_images_need_no_encoder(study: Workspace):
    card = encoder_card(study.config, "phantom-eye")
    for name in (*demo.WEIGHTLESS, *demo.LEARNED):
        assert read_features(study, study.sets.open(name), card).text is not None, MAKE


def test_features_are_those_that_would_be_computed(study: Workspace, features: dict[str, FeatureSet]):
    ((digests, values),) = demo_results.Results(study).archive.features.values()
    rows = {digest: row for row, digest in enumerate(digests)}
    mine = values[[rows[digest] for digest in study.sets.open(SET).table["digest"]]]
    np.testing.assert_allclose(features["synthetic"].values, mine, rtol=1e-2, atol=5e-3, err_msg=MAKE)


def test_the_map_holds_every_image_and_keeps_neighbours_together(study: Workspace, features: dict[str, FeatureSet]):
    sets = list(api.sets()["id"])
    points = api.stored_projection(sets, "phantom-eye")
    assert points is not None, MAKE
    assert points.groupby("set_id").size().to_dict() == dict(zip(api.sets()["id"], api.sets()["images"], strict=True))
    mine = points[points["set_name"] == SET].set_index("image_id").loc[study.sets.open(SET).table["image_id"]]
    near = features["synthetic"].neighbours(features["synthetic"], 10)[1]
    apart = np.linalg.norm(mine[["x", "y"]].to_numpy()[:, None] - mine[["x", "y"]].to_numpy()[None], axis=-1)
    among = np.array([apart[i, rows].mean() for i, rows in enumerate(near)])
    assert among.mean() < 0.5 * apart.mean(), MAKE


def test_numbers_computed_anew_are_the_same(study: Workspace, features: dict[str, FeatureSet]):
    """Every quick metric with its interval and its null, on one finding."""
    group = next(members for name, members in subgroups(features, "finding", equal_n=False, seed=0) if name == f"finding={FINDING}")
    quick = [Choice(id=m.id, optional=True) for m in registry.metrics().values() if not m.heavy]
    anew = score_sets(group, Scoring(metrics=quick))
    stored = api.results(api.references()[0], [SET])
    stored = stored[stored["subgroup"] == f"finding={FINDING}"].set_index("metric")
    for row in anew.results:
        known = stored.loc[row.metric]
        assert (known["status"], known["version"], known["message"]) == (row.status, row.version, row.message), f"{row.metric}: {MAKE}"
        if row.status == "ok":
            assert_close(row, known)


def assert_close(row: api.Result, known: pd.Series) -> None:
    widths = [high - low for low, high in ((row.low, row.high), (row.null_low, row.null_high)) if low is not None and high is not None]
    slack = CLOSE * max([*widths, 1e-6 * abs(row.value or 0), 1e-9])
    for name in ("value", "low", "high", "matched", "null", "null_low", "null_high"):
        value, before = getattr(row, name), known[name]
        assert (value is None) == pd.isna(before), f"{row.metric} {name}: {MAKE}"
        assert value is None or abs(value - before) <= slack, f"{row.metric} {name} is {value}, not {before}. {MAKE}"


def test_values_over_all_images_are_the_same(study: Workspace, features: dict[str, FeatureSet]):
    """Without nulls, and without metrics that read every real film: those 2,000 would have to be drawn."""
    metrics = [
        m for m in registry.metrics().values() if m.id != "likelihood_divergence" and not ("images" in m.needs and "real" in m.reads)
    ]
    in_pixels = [m for m in metrics if "images" in m.needs]
    anew = score_sets(features, Scoring(metrics=[Choice(id=m.id, optional=True) for m in metrics if m not in in_pixels], intervals=False))
    found = {row.metric: (row.value, anew.per_image.get(row.metric)) for row in anew.results if row.value is not None}
    for one in in_pixels:
        score = one.function(*(features[role] for role in one.reads))
        found[one.id] = (score.value, score.per_image)
    stored = api.results(api.references()[0], [SET])
    stored = stored[stored["subgroup"] == "all"].set_index("metric")
    assert {"mean_image_size", "frechet_distance", "copy_share"} <= set(found)
    for name, (value, for_each) in found.items():
        assert value == pytest.approx(stored["value"][name], rel=1e-3, abs=1e-6), f"{name}: {MAKE}"
        if for_each is not None:
            kept = api.per_image(SET, "phantom-eye", name).to_numpy()
            np.testing.assert_allclose(for_each, kept, rtol=1e-2, atol=1e-4, err_msg=f"{name}: {MAKE}")


def test_nearest_training_images_are_the_same(study: Workspace, features: dict[str, FeatureSet], monkeypatch: pytest.MonkeyPatch):
    card, images, train = encoder_card(study.config, "phantom-eye"), study.sets.open(SET), study.sets.open("phantom-train")
    kept = compute_nearest(study, images, train, card, 5)
    monkeypatch.setattr(study.derived, "table", lambda key: None)
    monkeypatch.setattr(study.derived, "write_table", lambda *_: None)
    anew = compute_nearest(study, images, train, card, 5, features["synthetic"], features["train"])
    np.testing.assert_allclose(anew["ratio"], kept["ratio"], rtol=1e-3, atol=1e-4, err_msg=MAKE)
    assert (anew["train_image_id"] == kept["train_image_id"]).mean() > 0.99, MAKE


@pytest.mark.parametrize("name", [*demo.WEIGHTLESS, *demo.LEARNED])
def test_images_are_those_that_were_judged(study: Workspace, name: str):
    """A drawn or committed image whose digest is another one is an error."""
    images = study.sets.open(name)
    for row in (3, 150):
        assert Path(images.path(row)).exists()
