"""What is asked is checked before it is queued, and asked for once."""

import pytest

from bench_core import api
from bench_core.errors import InputError, MissingWeights, NameTaken, NotPossible, SettingError, UnknownName
from bench_core.store.workspace import Workspace
from tests.engine.studies import done, evaluation
from tests.fakes import request


def test_a_named_metric_that_cannot_run_is_an_error(study: Workspace):
    with pytest.raises(NotPossible, match="nearest_train_distance.*train"):
        api.submit(evaluation(train=None))
    with pytest.raises(UnknownName, match="Did you mean 'frechet_distance'"):
        api.submit(evaluation(metrics=[api.Choice(id="frechet_distanc")]))
    with pytest.raises(UnknownName, match="Did you mean 'real'"):
        api.submit(evaluation().model_copy(update={"real": "reall"}))
    with pytest.raises(InputError, match="two roles"):
        api.submit(evaluation(train="real"))


def test_the_same_name_with_another_request_is_an_error(workspace: Workspace):
    done(request())
    with pytest.raises(NameTaken, match="belongs to another request"):
        api.submit(request(seed=6))
    with pytest.raises(NameTaken):
        api.submit(request(strength=0.9))


def test_a_queued_request_is_not_queued_twice(workspace: Workspace):
    assert api.submit(request()) == api.submit(request())
    assert len(api.runs()) == 1
    with pytest.raises(NameTaken):
        api.submit(request(seed=6))


def test_default_settings_written_out_are_the_same_request(workspace: Workspace):
    assert api.submit(request()) == api.submit(request(num_inference_steps="2", strength="1.0"))


def test_what_cannot_be_asked_for(workspace: Workspace):
    with pytest.raises(UnknownName, match="Did you mean 'tiny'"):
        api.submit(request().model_copy(update={"generator": api.Choice(id="tinyy")}))
    with pytest.raises(SettingError, match="no setting 'stepz'"):
        api.submit(request(stepz=3))
    with pytest.raises(SettingError, match="num_inference_steps = 99"):
        api.submit(request(num_inference_steps=99))
    with pytest.raises(MissingWeights, match="weights are not on this machine"):
        api.submit(request().model_copy(update={"generator": api.Choice(id="tiny-absent")}))
    for name in ("  ", "a\nb", "0123456789abcdef"):
        with pytest.raises(InputError):
            api.submit(request(name))
    with pytest.raises(InputError, match="too large"):
        api.submit(request(seed=2**31 - 2))
    assert len(api.runs()) == 0
