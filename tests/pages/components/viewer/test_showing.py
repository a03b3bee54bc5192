"""What is gone through, and what the browser is given of it."""

import json

import pytest

from pages.components.viewer.showing import MOST, Beside, Shown, part_of
from tests.pages.conftest import Opener, errors_of
from tests.pages.fake import Fake


def given(at: object, key: str) -> dict:
    """What a page gave the viewer of that key."""
    found = [e.proto for e in at.get("bidi_component") if key in str(e.proto.id)]  # type: ignore[attr-defined]
    return json.loads(found[0].json) if found else {}


@pytest.mark.parametrize(("count", "at", "wanted"), [(5, 3, (0, 5)), (1_000, 0, (0, MOST)), (1_000, 999, (1_000 - MOST, 1_000))])
def test_the_browser_gets_the_images_around(count: int, at: int, wanted: tuple[int, int]) -> None:
    found = part_of(count, at)
    assert (found.start, found.stop) == wanted
    assert part_of(1_000, 500) == slice(500 - MOST // 2, 500 + MOST // 2)


def test_an_image_and_those_beside_it() -> None:
    shown = Shown("s", "a", (Beside("t", "b", "Training · neighbour 1"),))
    assert shown.item() == {"set": "s", "image": "a", "beside": [{"set": "t", "image": "b", "label": "Training · neighbour 1"}]}


def test_a_click_opens_an_image_among_its_list_with_its_neighbours(filled: Fake, open_page: Opener) -> None:
    among = [f"copycat-{i:05d}" for i in (9, 3, 4)]
    at = open_page("trade_offs", _viewing=("id-copycat", among[1], among, None))
    assert not errors_of(at)
    data = given(at, "viewer")
    assert (data["mode"], data["at"], data["first"], data["total"]) == ("over", 1, 0, 3)
    assert [item["image"] for item in data["items"]] == among
    labels = [b["label"] for b in data["items"][1]["beside"]]
    assert labels[0].startswith("Training · neighbour 1, ratio ") and len({b["set"] for b in data["items"][1]["beside"]}) >= 1


def test_an_address_opens_an_image_among_all_of_its_set_and_one_that_is_gone_alone(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog", {"open": "id-copycat.copycat-00002"})
    data = given(at, "viewer")
    assert data["items"][data["at"]]["image"] == "copycat-00002" and data["total"] == len(filled.tables["id-copycat"])
    for gone in ("id-copycat.none", "nowhere.at-all"):
        at = open_page("catalog", {"open": gone})
        data = given(at, "viewer")
        assert not errors_of(at)
        assert (data["total"], data["items"][0]["image"]) == (1, gone.partition(".")[2])


def test_what_was_opened_on_a_page_stays_there(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog", _viewing=("id-copycat", "copycat-00002", [], "Trade-offs"))
    assert not errors_of(at) and given(at, "viewer") == {}


def test_memorization_shows_the_pair_and_its_difference(filled: Fake, open_page: Opener) -> None:
    data = given(open_page("memorization", {"set": "copycat", "neighbour": "2"}), "compare")
    assert data["panes"] == ["self", "b1", "difference"] and data["mode"] == "inline" and data["follows"]
    labels = [b["label"] for b in data["items"][data["at"]]["beside"]]
    assert all(f"neighbour {rank}" in label for rank, label in enumerate(labels[:5], 1)) and all(
        "same patient" in one for one in labels[5:]
    )
