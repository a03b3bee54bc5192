"""Scores of pairs and of best matches."""

from pages.components.figures.identity_charts import match_histogram
from tests.pages.fake import REFERENCE, Fake


def test_every_score_is_in_a_bin_and_each_curve_is_shares_of_its_own() -> None:
    found = Fake().reidentification("id-copycat", REFERENCE)
    for theme in ("light", "dark"):
        figure = match_histogram(found, "copycat", "#123456", theme, 0.4)
        assert [trace.name.split(",")[-1].strip() for trace in figure.data[:4]] == [
            "best match of a held-out film", "best match of copycat", "two patients", "one patient",
        ]  # fmt: skip
        assert all(abs(sum(trace.y) - 1) < 1e-9 for trace in figure.data[:4])
        assert figure.layout.shapes[0].x0 == found.cut and figure.data[4].x == (0.4,)
