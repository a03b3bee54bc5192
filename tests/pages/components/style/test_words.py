"""What is done to words of others before Markdown is drawn."""

import pytest

from pages.components.style.words import inert, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://a)", r"\!\[x\]\(http\://a\)"),
        ("*a* _b_ `c` $d$", r"\*a\* \_b\_ \`c\` \$d\$"),
        (":red[x] # 1 - 2", r"\:red\[x\] \# 1 \- 2"),
        ("a.png, 3 mm", "a.png, 3 mm"),
    ],
)
def test_plain_words_are_shown_as_they_are(text: str, shown: str):
    assert plain(text) == shown


def test_an_address_is_no_link():
    assert plain("anna@b.example") == "anna\u2060@b.example"


def test_a_sentence_keeps_its_emphasis_and_makes_nothing_of_what_it_quotes():
    said = inert("**Row 3: there is no file `a.png`**; ![x](http://a) <img> $x$ :material/home: :red[x]")
    assert said == r"**Row 3: there is no file `a.png`**; !\[x\](http://a) \<img> \$x\$ \:material/home: \:red\[x\]"
