"""PNG files and what they say of how they were made."""

import io

from PIL import Image

from bench_core import api


def test_provenance_of_strangers():
    assert api.read_provenance(b"no png") is None
    buffer = io.BytesIO()
    Image.new("L", (8, 8)).save(buffer, format="PNG")
    assert api.read_provenance(buffer.getvalue()) is None
