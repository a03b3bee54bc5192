"""Memorization: images below the threshold."""

import numpy as np

from tests.pages.conftest import Opener
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
