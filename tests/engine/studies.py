"""Evaluations of a small study: what is asked, and its run carried out."""

from bench_core import api

ENCODER = "tiny-pixels"


QUICK = [api.Choice(id="frechet_distance"), api.Choice(id="nearest_train_distance"), api.Choice(id="copy_share")]


def evaluation(synthetic: str = "fresh", **more) -> api.EvaluateSpec:
    given = {"train": "train", "encoders": [ENCODER], "metrics": QUICK, **more}
    return api.EvaluateSpec(synthetic=synthetic, real="real", **given)


def evaluate(spec: api.EvaluateSpec) -> api.Run:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run


def done(spec: api.GenerateSpec) -> api.Run:
    run = api.wait(api.submit(spec))
    assert run.status == "done", run.error
    return run
