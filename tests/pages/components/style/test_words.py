"""What is done to words of others before Markdown is drawn."""

import pytest

from pages.components.style.words import code, inert, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("![x](http://a)", "\\!\\[x\\]\\(http\u2060\\://a\\)"),
        ("*a* _b_ `c` $d$", r"\*a\* \_b\_ \`c\` \$d\$"),
        (":red[x] # 1 - 2", r"\:red\[x\] \# 1 \- 2"),
        ("a.png, 3 mm", "a.png, 3 mm"),
    ],
)
def test_plain_words_are_shown_as_they_are(text: str, shown: str):
    assert plain(text) == shown


def test_an_address_is_no_link():
    assert plain("anna@b.example") == inert("anna@b.example") == "anna\u2060@b.example"
    assert inert("https://a.example, www.a.example") == "https\u2060://a.example, www\u2060.a.example"


def test_code_stays_what_it_is_so_that_it_can_be_copied():
    command = "`pip install x[y] --url https://a.example:b`"
    assert inert(f"[Do] {command} :x") == rf"\[Do\] {command} \:x"
    assert inert("``a`b:c`` [x]") == r"``a`b:c`` \[x\]"
    assert inert("`\n\n![x](y)\n\n`") == "`\n\n!\\[x\\](y)\n\n`", "code ends with its paragraph"
    assert code("a`b") == "`` a`b ``" and code("a.b") == "`a.b`"


def test_a_sentence_keeps_its_emphasis_and_makes_nothing_of_what_it_quotes():
    said = inert("**Row 3: there is no file `a.png`**; ![x](http://a) <img> $x$ :material/home: :red[x]")
    assert said == (r"**Row 3: there is no file `a.png`**; !\[x\](http" "\u2060" r"://a) \<img> \$x\$ \:material/home: \:red\[x\]")
