"""Pictures of a set."""

import io

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.errors import InputError, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request


@pytest.fixture
def made(workspace: Workspace) -> api.ImageSet:
    return api.find_set(api.wait(api.submit(request())).set_id)


def test_pictures(made: api.ImageSet):
    with Image.open(io.BytesIO(api.image_png(made.id, "000001"))) as image:
        np.testing.assert_array_equal(np.asarray(image), made.read(1))
    small = api.thumbnails(made.id, ["000002", "000000"], side=16)
    assert [Image.open(io.BytesIO(s)).size for s in small] == [(16, 16), (16, 16)]
    assert api.thumbnails(made.id, ["000002"], side=16)[0] == small[0]
    with pytest.raises(UnknownName, match="no image in set"):
        api.image_png(made.id, "../../etc")
    with pytest.raises(InputError):
        api.thumbnails(made.id, ["000000"], side=10**6)


def test_mean_image(made: api.ImageSet, workspace: Workspace, monkeypatch: pytest.MonkeyPatch):
    with Image.open(io.BytesIO(api.mean_image(made.id))) as image:
        np.testing.assert_array_equal(np.asarray(image), np.mean([i.astype(float) for i in made.images()], axis=0).astype(np.uint8))
    assert workspace.derived.count("mean image") == 1
    monkeypatch.setattr(api.ImageSet, "read", None)  # it is kept
    assert api.mean_image(made.name) == api.mean_image(made.id)
    monkeypatch.undo()
    api.delete_set(made.id)
    assert workspace.derived.count("mean image") == 0
    with pytest.raises(UnknownName):
        api.mean_image(made.id)
