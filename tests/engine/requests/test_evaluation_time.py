"""How long evaluations will take is told before they are asked for."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.engine.requests.evaluation_time import BY_GROUP, GUESS
from bench_core.engine.runs.evaluate import PER_METRIC
from bench_core.registry import Request
from bench_core.store.workspace import Workspace
from tests.engine.studies import ENCODER, QUICK, evaluate, evaluation


def of_ids(workspace: Workspace, synthetic: str, **more) -> api.EvaluateSpec:
    """As a page asks: sets by id."""
    find = workspace.sets.find
    spec = evaluation(synthetic, **more)
    return spec.model_copy(update={"synthetic": find(synthetic), "real": find("real"), "train": find("train") if spec.train else None})


@pytest.fixture
def took(study: Workspace, monkeypatch: pytest.MonkeyPatch):
    """Makes an evaluation that took so many seconds, without doing it."""
    clock = [1000.0]
    monkeypatch.setattr("bench_core.store.claims.time.time", lambda: clock[0])

    def record(spec: api.EvaluateSpec, seconds: float) -> None:
        worker = study.runs.enlist()
        run_id = study.runs.add(Request(spec, "it", spec.synthetic))
        assert study.runs.claim(worker, run_id) == run_id
        clock[0] += seconds
        study.runs.end(run_id, worker, "done")

    return record


def test_before_anything_was_evaluated_it_is_a_guess_by_what_is_to_do(study: Workspace) -> None:
    spec = of_ids(study, "fresh")
    told = api.estimate_evaluations([spec])
    images, texts = 30 + 40 + 60, 15 + 40 + 60  # each text once
    assert told.seconds == pytest.approx(GUESS * (images + texts + len(QUICK) * PER_METRIC)) and "rough guess" in told.basis
    by_finding = api.estimate_evaluations([spec.model_copy(update={"subgroup": "finding"})])
    assert by_finding.seconds == pytest.approx(BY_GROUP * told.seconds)


def test_real_and_training_images_are_encoded_once_for_all_sets(study: Workspace) -> None:
    one, two = of_ids(study, "fresh"), of_ids(study, "copies")
    both, apart = api.estimate_evaluations([one, two]).seconds, [api.estimate_evaluations([s]).seconds for s in (one, two)]
    assert both == pytest.approx(sum(apart) - GUESS * (40 + 60 + 40 + 60))


def test_a_set_takes_as_long_as_others_against_the_reference_did_by_its_size(study: Workspace, took) -> None:
    spec = of_ids(study, "fresh")
    took(spec, 12.0)
    told = api.estimate_evaluations([of_ids(study, "copies")])
    assert told.seconds == pytest.approx(12.0 / 30 * 60) and told.basis.startswith("as the last evaluations")
    took(spec, 0.2)  # all was there already: this says nothing of a new set
    assert api.estimate_evaluations([of_ids(study, "copies")]).seconds == pytest.approx(24.0)


def test_against_another_reference_it_is_scaled_from_what_was_done_here(study: Workspace) -> None:
    evaluate(evaluation())
    told = api.estimate_evaluations([of_ids(study, "copies", train=None)])
    assert told.seconds is not None and told.seconds > 0 and told.basis.startswith("scaled")


def test_of_an_encoder_from_elsewhere_nothing_is_guessed(study: Workspace, tmp_path: Path) -> None:
    card = 'title = "Large"\nbackend = "tiny"\nrepo_id = "a/large"\nrevision = "0123456789abcdef0123456789abcdef01234567"\n'
    (tmp_path / "cards" / "encoders" / "large.toml").write_text(card)
    told = api.estimate_evaluations([of_ids(study, "fresh", encoders=["large"])])
    assert told.seconds is None and "evaluate one set first" in told.basis
    with pytest.raises(api.UnknownName, match=ENCODER):
        api.estimate_evaluations([of_ids(study, "fresh", encoders=["tiny-pixel"])])
