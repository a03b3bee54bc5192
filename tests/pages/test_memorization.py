"""Memorization: images below the threshold."""

import pandas as pd
import pytest

from bench_core import api
from pages.components.panels.nearest import PER_PAGE
from pages.components.style.numbers import number
from tests.pages.components.viewer.test_showing import given
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import REFERENCE, Fake


def test_memorization_counts_images_below_the_threshold_and_says_what_chance_gives(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ratios = nearest[nearest["rank"] == 1]["ratio"]
    for share in (0.001, 0.1):
        at.select_slider(key="share").set_value(share).run()
        count = filled.copies_found("id-copycat", REFERENCE, share)
        assert at.metric[0].value == f"{count.found} of {len(ratios)}" and count.found == (ratios < count.cut).sum() > 0
        assert f"**{count.found} found**, {number(count.expected)} expected of a perfect generator" in words_of(at)
        assert "different training image" in words_of(at)
    assert "support no smaller share" not in words_of(at)
    at.select_slider(key="share").set_value(0.001).run()
    assert "120 held-out patients support no smaller share" in words_of(at)


def test_memorization_offers_to_evaluate_a_set_without_neighbours(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 8, 77)
    at = open_page("memorization", {"set": "mine"})
    next(b for b in at.button if b.label.startswith("Evaluate mine · about 40 s")).click().run()
    assert filled.submitted[0].synthetic == "id-mine" and at.progress[0].text.startswith("**Evaluating work")


def test_each_neighbour_has_its_own_sentence_and_image_neighbour_and_page_are_in_the_address(filled: Fake, open_page: Opener) -> None:
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")
    current = ordered["image_id"].iloc[PER_PAGE + 1]
    for rank in (1, 3):
        at = open_page("memorization", {"set": "copycat", "image": current, "neighbour": str(rank)})
        assert not errors_of(at)
        row = nearest[(nearest["image_id"] == current) & (nearest["rank"] == rank)].iloc[0]
        which = "The nearest training image" if rank == 1 else "Neighbour 3"
        count = row["patients_as_near"]
        assert f"{which} is at **{number(row['ratio'])}** of the usual spacing" in words_of(at)
        assert f"**{count:,} of {filled.count:,}** cases: **p = {number(row['p_value'])}**" in words_of(at)


@pytest.mark.parametrize(("asked", "page"), [(None, 2), ("1", 1), ("99", 5), ("x", 2)])
def test_the_page_is_that_of_the_address_or_of_the_image(filled: Fake, open_page: Opener, asked: str | None, page: int) -> None:
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")["image_id"].tolist()
    address = {"set": "copycat", "image": ordered[PER_PAGE]} | ({"page": asked} if asked else {})
    at = open_page("memorization", address)
    assert not errors_of(at)
    (pages,) = at.get("pagination")
    assert pages.value == page


def test_a_mark_is_kept_with_the_name_shown_and_taken_back(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat", "show": "open"})
    nearest = filled.neighbours("id-copycat", REFERENCE)
    ordered = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable")
    first, second = ordered["image_id"].iloc[:2]
    next(g for g in at.get("button_group") if g.label == "What is this pair?").set_value("copy").run()
    assert not errors_of(at)
    assert filled.said[-1] == ("id-copycat", first, "id-phantom-train", ordered["train_image_id"].iloc[0], "copy", "ann")
    data = given(at, "compare")
    assert data["items"][data["at"]]["image"] == second, "the next one that nobody marked"
    at = open_page("memorization", {"set": "copycat", "show": "copy"})
    assert not errors_of(at) and "**copy, ann, 20 Nov 12:00 UTC**" in words_of(at)
    next(g for g in at.get("button_group") if g.label == "What is this pair?").set_value(None).run()
    assert filled.said[-1][4] == "" and filled.marks("id-copycat").empty
    assert "No image is in this list." in words_of(at)


def test_images_of_the_patient_and_of_the_prompt_stand_beside_the_pair(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    assert "has 2 training images" in words_of(at) and "15 images of the same prompt" in words_of(at)
    assert "**94%** of the film is the same" in words_of(at) or "a template copy" in words_of(at)
    other = filled.tables["id-phantom-train"]["image_id"].iloc[7]
    at = open_page("memorization", {"set": "copycat", "beside": other})
    assert not errors_of(at) and other in str([e.proto for e in at.get("bidi_component")])


def test_training_images_without_patients_and_images_without_prompts_are_said(filled: Fake, open_page: Opener) -> None:
    for name, column in (("id-phantom-train", "subject_id"), ("id-copycat", "prompt")):
        filled.tables[name] = filled.tables[name].assign(**{column: None})
    at = open_page("memorization", {"set": "copycat"})
    assert not errors_of(at)
    assert "have no patient ids" in words_of(at) and "No other image of this set has this prompt." in words_of(at)


def test_images_that_come_again_are_looked_for_and_shown_with_their_patient(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    at.button(key="extract").click().run()
    assert not errors_of(at) and isinstance(filled.submitted[-1], api.ExtractionSpec) and filled.submitted[-1].synthetic == "id-copycat"
    filled.extracted, filled.run_rows = ["id-copycat"], [r for r in filled.run_rows if r["kind"] != "extraction"]
    at = open_page("memorization", {"set": "copycat"})
    assert not errors_of(at)
    assert "12 of 60 images of 4 prompts come again and again; they show 1 training patient" in words_of(at)
    assert "11 of them are nearest to it" in words_of(at)
    filled.tables["id-copycat"] = filled.tables["id-copycat"].iloc[:24].assign(prompt=lambda t: t["image_id"])
    filled.extracted, filled.modes = [], ["corrected", "other"]  # another version of the data
    at = open_page("memorization", {"set": "copycat"})
    assert "the most that a prompt of this set has is 1" in words_of(at)


def test_all_detectors_are_asked_and_their_votes_told(filled: Fake, open_page: Opener) -> None:
    nearest = filled.neighbours("id-copycat", REFERENCE)
    first = nearest[nearest["rank"] == 1].sort_values("ratio", kind="stable").iloc[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "detections", _not_looked)
        at = open_page("memorization", {"set": "copycat"})
        at.button(key="detect-votes").click().run()
        assert not errors_of(at) and filled.submitted[-1] == filled.detection_spec("id-copycat", REFERENCE)
        filled.run_rows = [row for row in filled.run_rows if row["kind"] != "detect"]
        row = {
            "image_id": first["image_id"],
            "train_image_id": first["train_image_id"],
            "p_copy": 0.002,
            "p_features": 0.004,
            "p_pixels": 0.3,
        }
        row |= {"p_copy": 0.002, "p_features": 0.004, "p_pixels": 0.3, "p": 0.005, "mirrored": True, "words": "near"}
        found = pd.DataFrame([row])
        patch.setattr(api, "detections", lambda synthetic, reference: found)
        filled.modes = ["corrected", "votes"]  # another version of the data
        at = open_page("memorization", {"set": "copycat"})
        assert not errors_of(at) and "**2 of 3 detectors** flag it at 1%" in words_of(at)
        assert "aligned pixels p = 0.300); vote: p = 0.00500, near, mirrored" in words_of(at)
        at = open_page("memorization", {"set": "copycat", "neighbour": "3"})
        assert "No detector has this training image among the closest" in words_of(at)


def _not_looked(synthetic: str, reference: api.Reference) -> pd.DataFrame:
    raise api.NotPossible("Copies were not looked for.", "Ask for it.")


def test_template_copies_are_counted_with_their_chance_or_looked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    assert not errors_of(at)
    assert "2 of 60 images show 1 training image outside of one region" in words_of(at) and "p = 0.004" in words_of(at)
    at = open_page("memorization", {"set": "phantom-oracle"})
    at.button(key="detect-templates").click().run()
    assert not errors_of(at) and filled.submitted[-1] == filled.detection_spec("id-phantom-oracle", REFERENCE)
