"""Words and marks of a closed study: case by case, in shares of the whole film, and beside the masks that are known."""

import json

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import NotAllowed
from bench_core.store.workspace import Workspace
from tests.engine.reading.studies import design
from tests.fakes import write_images


@pytest.fixture
def marked(workspace: Workspace, tmp_path) -> str:
    """A study of six real films of 40 x 32 whose masks are the left quarter of what readers see, read by Ann and Bob, still open."""
    from PIL import Image

    write_images(tmp_path / "films", 6)
    (tmp_path / "masks").mkdir()
    for path in sorted((tmp_path / "films").iterdir()):
        Image.fromarray(np.random.default_rng(1).integers(0, 256, (40, 32)).astype(np.uint8)).save(path)
        mask = np.zeros((40, 32), np.uint8)
        mask[4:36, :8] = 255
        mask[:4] = 255  # beside what readers see
        Image.fromarray(mask).save(tmp_path / "masks" / path.name)
    api.import_images("kept", tmp_path / "films", None, "real")
    api.import_images("kept-masks", tmp_path / "masks", None, "synthetic")
    asked = {"questions": ["marks", "text"], "synthetic": [], "real": "kept", "real_share": 1, "cases": 4, "training": 1, "repeats": 0}
    api.create_reading(design(**asked))
    for reader, x in (("Ann", 0.1), ("Bob", 0.5)):
        token, first = api.invite_reader("turing", reader), True
        while (now := api.reading_state(token)["now"]) is not None:
            box = {"x": x, "y": 0.0, "width": 0.1, "height": 0.5}
            marks = [box, {"x": 0.9, "y": 0.9}] if first and now["block"] == "reading" else [box]
            first = first and now["block"] != "reading"
            for question, choice in (("marks", json.dumps(marks)), ("text", f"{reader} saw it")):
                api.keep_answer(token, {"slot": now["slot"], "question": question, "choice": choice, "seconds": 1.0})
    return "turing"


def test_marks_lie_on_the_whole_film_and_are_counted_within_its_mask(marked: str) -> None:
    with pytest.raises(NotAllowed, match="open"):
        api.reading_remarks(marked)
    api.close_reading(marked)
    frame = api.reading_remarks(marked)
    assert len(frame) == 10 and frame["case_id"].is_monotonic_increasing
    ann = frame[(frame["reader"] == "Ann") & (frame["block"] == "main")]
    assert set(ann["text"]) == {"Ann saw it"} and set(ann["mask"]) == {"kept-masks"} and set(ann["covered"]) == {0.25}
    assert json.loads(ann["drawn"].iloc[0])[0] == {"x": 0.1, "y": 0.1, "width": 0.1, "height": 0.4}, "4 of 40 rows were not seen"
    within = api.marks_within(frame).set_index("reader")
    assert within.loc["Ann", ["films", "films_within", "marks", "within"]].tolist() == [4, 4, 5, 4]
    assert within.loc["Bob", ["films_within", "marks", "within"]].tolist() == [0, 5, 0]
    whole = within.loc["all"]
    assert whole["share"] == 0.4 and (round(whole["low"], 4), round(whole["high"], 4)) == (0.1216, 0.7376)  # printed tables: 4 of 10
    assert whole["chance"] == 0.25
    api.delete_set("kept-masks")
    api.delete_set("kept")
    gone = api.reading_remarks(marked)
    assert gone["text"].tolist() == frame["text"].tolist() and gone["marks"].tolist() == frame["marks"].tolist()
    assert gone["within"].isna().all() and set(gone["drawn"]) == {""} and api.marks_within(gone).empty
