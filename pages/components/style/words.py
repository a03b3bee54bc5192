"""Words that somebody else chose (names, prompts, errors, titles of cards), where Markdown is drawn: shown as they are."""

import re

_SPECIAL = re.compile(r"[\\`*_{}\[\]()<>#+!|:$~&-]")


def plain(text: str) -> str:
    """The text for Markdown: no link, image, directive or style is made of it."""
    return _SPECIAL.sub(r"\\\g<0>", text).replace("@", "\u2060@")  # the invisible joiner keeps an address from becoming a link


_MARKUP = re.compile(r"[\[\]<$]|:(?=[a-z])")


def inert(text: str) -> str:
    """A sentence of ours that quotes what somebody else chose: it keeps its emphasis, and no link, image, formula or icon is made of it."""
    return _MARKUP.sub(r"\\\g<0>", text)
