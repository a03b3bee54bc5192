"""Models that are loaded, and let go of."""

from bench_core import api
from bench_core.engine.models import Models
from bench_core.store.workspace import Workspace


def test_models_are_let_go_of(workspace: Workspace):
    models = Models(workspace.config)
    generator = models.generator(api.generators()["tiny"], None)
    models.encoder(api.encoders()["tiny-pixels"])
    assert models.loaded() == ["tiny", "tiny-pixels"]
    models.release()
    assert models.loaded() == []
    assert models.generator(api.generators()["tiny"], None) is not generator
