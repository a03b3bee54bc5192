"""One image and what is known of it."""

import json

import numpy as np
import pytest

from pages.components.images.viewer import beside, facts
from pages.components.style.words import plain
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


def test_the_image_before_and_the_one_after() -> None:
    assert beside(["a", "b", "c"], "b") == ("a", "c")
    assert beside(["a", "b", "c"], "a") == (None, "b")
    assert beside(["a", "b", "c"], "c") == ("b", None)
    assert beside([], "a") == (None, None)


@pytest.mark.parametrize("image_id", ["a__b__7", "__7", "7__", "a/b c__d&e=%7", "ü__[x](y)"])
def test_any_image_id_opens_through_the_address_and_in_the_viewer(image_id: str, filled: Fake, open_page: Opener) -> None:
    """Two underscores part the words of Streamlit's own keys: no key may hold an id."""
    for name in ("copycat", "phantom-train"):
        table = filled.tables[f"id-{name}"]
        filled.tables[f"id-{name}"] = table.assign(image_id=[image_id, *(f"x__{i}" for i in range(1, len(table)))])
    at = open_page("memorization", {"set": "copycat", "image": image_id}, _open=("id-copycat", image_id, [image_id, "x__1"]))
    assert not errors_of(at)
    assert any(button.label == "Next" for button in at.button), "the viewer is open"
    assert at.table[0].value.loc["Image"].tolist() == [plain(image_id)], "cells of a table are Markdown"
    for page, query in (("data", {"look": "copycat"}), ("embeddings", {"ring": f"id-copycat/{image_id}"})):
        assert not errors_of(open_page(page, query)), page
