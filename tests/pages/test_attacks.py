"""Attacks: the answer, the table with its controls, one attack, who stands out, and what is asked for."""

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_what_each_attack_found_stands_beside_its_controls(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-ldm-overfit"})
    assert not errors_of(at)
    words = words_of(at)
    assert "1 of 2 attacks tell members from others" in words and "1 failed a control" in words and "1 cannot run" in words
    table = at.dataframe[0].value.set_index("attack")
    assert table.loc["GAN-Leaks", "verdict"] == "● tells members" and table.loc["GAN-Leaks", "AUC"] == "0.571 [0.551, 0.591]"
    assert table.loc["GAN-Leaks", "controls"] == "perfect ✓ · halves ✓ · sees 20 %"
    assert table.loc["GAN-Leaks", "TPR at 0.1 %"] == "too few patients" and table.loc["GAN-Leaks", "TPR at 1 %"] == "4.4 % [3.2, 6]"
    assert table.loc["Monte Carlo, median rule", "verdict"] == "✕ no verdict"
    assert "Tells members from others" in words and "needs 1,000 held-out patients; there are 500" in words
    assert "private" not in words.lower() and len(at.get("plotly_chart")) == 2


def test_who_stands_out_is_listed_and_chance_is_said(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-gan"})
    assert "4 of 11 training patients" in words_of(at) or "3 of 11 training patients" in words_of(at)
    assert len(at.dataframe[1].value) == 11
    at = open_page("attacks", {"set": "phantom-gan", "attack": "domias"})
    assert not errors_of(at) and "the order below is chance" in words_of(at)
    at = open_page("attacks", {"set": "phantom-gan", "attack": "gan_leaks_by_generator"})
    assert not errors_of(at) and "Who stands out" not in words_of(at)


def test_a_set_that_was_not_attacked_offers_it(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-vae"})
    assert not errors_of(at) and "about 90 s" in words_of(at)
    at.button(key="empty-Who was in the training set?").click().run()
    spec = filled.submitted[-1]
    assert isinstance(spec, api.AttackSpec) and (spec.synthetic, spec.train) == ("id-phantom-vae", "id-phantom-train")


def test_it_is_asked_again_with_another_generator(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-gan"})
    at.selectbox(key="other").set_value("phantom-oracle").run()
    next(b for b in at.button if b.label == "Attack again").click().run()
    assert filled.submitted[-1].other == "id-phantom-oracle"
