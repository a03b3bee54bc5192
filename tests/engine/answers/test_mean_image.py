"""The mean image: at once for a small set, made by an evaluation for a large one."""

from bench_core import api
from bench_core.store.workspace import Workspace
from tests.engine.studies import QUICK, evaluate, evaluation


def test_a_page_waits_for_no_mean_image_of_a_large_set_and_an_evaluation_makes_it(study: Workspace, monkeypatch):
    monkeypatch.setattr("bench_core.engine.answers.mean_image.AT_ONCE", 10)
    assert api.quick_mean_image("fresh") is None
    evaluate(evaluation(metrics=QUICK[:1]))
    assert api.quick_mean_image("fresh") == api.mean_image("fresh")
    monkeypatch.setattr("bench_core.engine.answers.mean_image.AT_ONCE", 100)
    assert api.quick_mean_image("real") == api.mean_image("real")
