"""What kinds of runs share: how long one should take, by the last one that was alike."""

from bench_core import api
from bench_core.engine.runs.plan import expected_seconds
from bench_core.spec import GenerateSpec
from bench_core.store.workspace import Workspace
from tests.fakes import request


def steps(spec: GenerateSpec) -> object:
    return spec.generator.settings.get("num_inference_steps")


def test_only_a_run_that_was_alike_and_is_done_tells(workspace: Workspace) -> None:
    spec = api.run(api.submit(request("one", delay=0.01))).spec
    assert isinstance(spec, GenerateSpec) and expected_seconds(workspace, spec, steps) is None
    assert api.wait(api.runs()["id"].iat[0]).status == "done"
    told = expected_seconds(workspace, spec, steps)
    assert told is not None and told > 0
    more = spec.model_copy(update={"generator": api.Choice(id="tiny", settings={"num_inference_steps": 9})})
    assert expected_seconds(workspace, more, steps) is None
