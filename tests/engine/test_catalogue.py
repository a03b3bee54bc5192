"""Cards by name, and the settings of a generator as a form."""

from bench_core import api
from bench_core.store.workspace import Workspace


def test_settings_as_a_form(workspace: Workspace):
    fields = {f.name: f for f in api.settings_schema("tiny")}
    assert (fields["num_inference_steps"].type, fields["num_inference_steps"].low, fields["num_inference_steps"].high) == ("int", 1, 50)
    assert fields["num_inference_steps"].help == "Steps."
    assert (fields["color"].type, fields["color"].default) == ("bool", False)
