"""A film with the marks of its readers, as the browser gets it; `tests/browser/test_reading.py` looks at them."""

from pages.components.reading.marked import marked_film

ROW = {"set_id": "s", "image_id": "a", "finding": "Edema", "mask": "", "drawn": '[{"x": 0.5, "y": 0.25}]', "reader": "Ann"}


def test_each_reader_has_a_tone_and_the_mask_is_that_of_the_first_finding_where_it_has_one() -> None:
    rows = [ROW, {**ROW, "reader": "Bob", "drawn": "", "mask": "Pneumonia, Edema"}]
    shown = marked_film(rows, {"Ann": "red", "Bob": "blue"})
    assert shown.item() == {
        "set": "s", "image": "a", "beside": [], "mask": "Edema", "marks": [{"reader": "Ann", "tone": "red", "x": 0.5, "y": 0.25}]
    }  # fmt: skip
    other = marked_film([{**ROW, "finding": "Fracture", "mask": "Pneumonia, Edema"}], {"Ann": "red"})
    assert other.more["mask"] == "Pneumonia" and marked_film([ROW], {"Ann": "red"}).more["mask"] == ""
