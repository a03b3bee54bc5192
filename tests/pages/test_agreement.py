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
