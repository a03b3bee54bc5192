"""Agreement: what few sets can tell."""

from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_agreement_says_how_little_seven_sets_can_tell(filled: Fake, open_page: Opener) -> None:
    at = open_page("agreement", {"first": "frechet_distance", "second": "recall"})
    assert not errors_of(at)
    assert "over n = 7 sets" in words_of(at) and "0.1 to 0.97" in words_of(at)
    assert len(at.dataframe[0].value) == 14 * 13 // 2
    filled.without_draws = ("copycat", "phantom-vae", "phantom-gan", "phantom-oracle", "phantom-ldm")
    at.run()
    at.button(key="again").click().run()
    assert len(filled.submitted) == 5 and not errors_of(at)


def test_agreement_names_the_reason_where_sets_have_no_common_size(filled: Fake, open_page: Opener) -> None:
    for number, row in enumerate(filled.set_rows):
        row["images"] += number if row["kind"] == "synthetic" else 0
    at = open_page("agreement")
    assert not errors_of(at) and not at.get("plotly_chart")
    assert "Of the 7 chosen sets 0 can be compared at one size; a rank correlation needs 3." in words_of(at)
    assert "7 sets: no half-samples are kept, or no values at the size of the smallest set" in words_of(at)
    at.button(key="again").click().run()
    assert len(filled.submitted) == 7
