"""Words that somebody else chose (names, prompts, errors, titles of cards), where Markdown is drawn: shown as they are."""

import re

_SPECIAL = re.compile(r"[\\`*_{}\[\]()<>#+!|:$~&]|^-|-(?=[-\s])", re.MULTILINE)
_ADDRESS = re.compile(r"(?i)https?(?=\\?:)|www(?=\.)|(?=@)")
_JOINER = "\u2060"
"""Invisible: it keeps an address, which Markdown finds by itself, from becoming a link."""
_MARKUP = re.compile(r"[\[\]<$]|:(?=[a-z])")
_CODE = re.compile(r"((?<![\\`])(`+)(?!`).+?(?<!`)\2(?!`))")


def plain(text: str) -> str:
    """The text for Markdown: no link, image, directive or style is made of it."""
    return _unlinked(_SPECIAL.sub(r"\\\g<0>", text))


def inert(text: str) -> str:
    """A sentence of ours that quotes what somebody else chose: it keeps its emphasis, and no link, image, formula or icon is made of it."""
    parts = _CODE.split(text)  # words, code, its fence, words, ...
    words = [_unlinked(_MARKUP.sub(r"\\\g<0>", part)) for part in parts[::3]]
    return "".join(w + c for w, c in zip(words, [*parts[1::3], ""], strict=True))


def _unlinked(text: str) -> str:
    return _ADDRESS.sub(rf"\g<0>{_JOINER}", text)


def code(text: str) -> str:
    """The text as code within a sentence, also where it holds backticks."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {text} {fence}" if longest else f"`{text}`"
