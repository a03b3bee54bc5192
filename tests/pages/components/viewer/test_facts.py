"""One image and what is known of it."""

import json

import numpy as np
import pytest

from pages.components.viewer.facts import about, facts
from tests.pages.components.viewer.test_showing import given
from tests.pages.conftest import Opener, errors_of
from tests.pages.fake import Fake


def test_facts_leave_out_what_is_unknown() -> None:
    row = {"prompt": "Effusion.", "seed": 3.0, "subject_id": np.nan, "view": None, "Edema": 1.0, "Fracture": -1.0, "image_id": "i"}
    found = facts(row, {"generator": "phantom-ldm", "settings": {"guidance_scale": 3.0}}, "mine")
    assert found["Findings"] == "Edema" and found["Uncertain"] == "Fracture" and found["Seed"] == "3"
    assert "Patient" not in found and "View" not in found
    assert json.dumps(found)


def test_where_a_prompt_was_cut_is_a_fact_of_the_image() -> None:
    row = {"prompt": "A b c.", "prompt_tokens": 4.0, "prompt_tokens_read": 2.0, "prompt_read": "A b"}
    assert facts(row, {}, "mine")["Read of it"] == "2 of 4 tokens, up to “…A b”"
    for whole in ({}, {"prompt_tokens": np.nan, "prompt_tokens_read": np.nan}, {"prompt_tokens": 4, "prompt_tokens_read": 4}):
        assert "Read of it" not in facts({"prompt": "A b c.", **whole}, {}, "mine")


def test_everything_known_of_an_image_goes_with_its_pixels(filled: Fake) -> None:
    found = about("id-copycat", "copycat-00003")
    known = dict(found["facts"])
    assert known["Image"] == "copycat-00003" and "Right lower lobe consolidation" in known["Prompt"]
    assert found["alt"].startswith("Synthetic chest X-ray. ") and found["layers"] == ["heart"]
    assert found["png"] == "copycat-copycat-00003.png"


@pytest.mark.parametrize("image_id", ["a__b__7", "__7", "7__", "a/b c__d&e=%7", "ü__[x](y)", "a.b"])
def test_any_image_id_opens_through_the_address_and_in_the_viewer(image_id: str, filled: Fake, open_page: Opener) -> None:
    """Two underscores part the words of Streamlit's own keys: no key may hold an id."""
    for name in ("copycat", "phantom-train"):
        table = filled.tables[f"id-{name}"]
        filled.tables[f"id-{name}"] = table.assign(image_id=[image_id, *(f"x__{i}" for i in range(1, len(table)))])
    asked = ("id-copycat", image_id, [image_id, "x__1"], None)
    at = open_page("memorization", {"set": "copycat", "image": image_id}, _viewing=asked)
    assert not errors_of(at)
    data = given(at, "viewer")
    assert (data["items"][data["at"]]["image"], data["total"]) == (image_id, 2)
    assert dict(about("id-copycat", image_id)["facts"])["Image"] == image_id, "as it is: the browser draws it as text"
    for page, query in (("data", {"open": f"id-copycat.{image_id}"}), ("embeddings", {"ring": f"id-copycat/{image_id}"})):
        assert not errors_of(open_page(page, query)), page
