"""Memorization: images below the threshold."""

import numpy as np
import pytest

from pages.components.panels.nearest import PER_PAGE
from pages.components.style.numbers import number
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import REFERENCE, Fake


def test_memorization_counts_images_below_the_threshold(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ratios = nearest[nearest["rank"] == 1]["ratio"]
    for share in (0.01, 0.1):
        at.select_slider(key="share").set_value(share).run()
        flagged = (ratios < np.quantile(filled.held_out(REFERENCE), share)).sum()
        assert at.metric[0].value == f"{flagged} of {len(ratios)}"


def test_memorization_offers_to_evaluate_a_set_without_neighbours(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 8, 77)
    at = open_page("memorization", {"set": "mine"})
    next(b for b in at.button if b.label.startswith("Evaluate mine · about 40 s")).click().run()
    assert filled.submitted[0].synthetic == "id-mine" and at.progress[0].text.startswith("**Evaluating work")


def test_each_neighbour_has_its_own_sentence_and_image_neighbour_and_page_are_in_the_address(filled: Fake, open_page: Opener) -> None:
    nearest, n_real = filled.neighbours("id-copycat", REFERENCE), len(filled.tables["id-phantom-real"])
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")
    current = ordered["image_id"].iloc[PER_PAGE + 1]
    for rank in (1, 3):
        at = open_page("memorization", {"set": "copycat", "image": current, "neighbour": str(rank)})
        assert not errors_of(at)
        row = nearest[(nearest["image_id"] == current) & (nearest["rank"] == rank)].iloc[0]
        which = "The nearest training image" if rank == 1 else "Neighbour 3"
        count = round(row["held_out_share"] * n_real)
        assert f"{which} is at **{number(row['ratio'])}** of the usual spacing" in words_of(at)
        assert f"**{count:,} of {n_real:,}** cases" in words_of(at)


@pytest.mark.parametrize(("asked", "page"), [(None, 2), ("1", 1), ("99", 5), ("x", 2)])
def test_the_page_is_that_of_the_address_or_of_the_image(filled: Fake, open_page: Opener, asked: str | None, page: int) -> None:
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")["image_id"].tolist()
    address = {"set": "copycat", "image": ordered[PER_PAGE]} | ({"page": asked} if asked else {})
    at = open_page("memorization", address)
    assert not errors_of(at)
    (pages,) = at.get("pagination")
    assert pages.value == page
