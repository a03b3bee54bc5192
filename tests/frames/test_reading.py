"""An answer of a reader keeps what the database holds of it, in the declared types."""

from bench_core.frames import ANSWERS

ROW = {
    "study": "turing", "reader": "Ann", "case_id": "c01", "image_id": "a", "image_set": "drawn", "question": "real_or_synthetic",
    "part": "", "rating": None, "choice": "unsure", "truth": "synthetic", "generator": "drawn", "finding": "", "block": "main",
    "position": 1, "options": 1, "scale": 5, "seconds": 2.5, "answered_at": 1_760_000_000.25, "repeat_of": "",
}  # fmt: skip


def test_an_answer_without_a_rating_is_no_zero_and_no_text() -> None:
    frame = ANSWERS.of([ROW])
    assert frame["rating"].isna().all() and frame["rating"].dtype == "float64"
    assert frame["answered_at"].iloc[0].timestamp() == 1_760_000_000.25
    assert list(ANSWERS.of([]).columns) == list(ROW)
