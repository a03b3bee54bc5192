"""Nothing ever says that a set is private or safe: what is said is what was tested, with which power, and what was found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
CLAIM = re.compile(r"\b(private|privately|safe|safely|anonym\w+|risk-free|no risk|cannot be identified)\b", re.IGNORECASE)
DENIED = re.compile(r"\b(no|not|none|never|nobody|nothing|neither|cannot|without|proves nothing)\b|n't\b", re.IGNORECASE)
TERMS = re.compile(r"differential\w* private\w*|privately trained|train\w* privately|private training|How private is", re.IGNORECASE)
"""Words of the field that claim nothing of a set; and the question."""
NAMES = re.compile(r"`[^`]*`|\S*[/_]\S*|\S*-private\S*")
"""Files and words of programs."""
ELSEWHERE = (
    "private, no-store", "colour-blind readers", "anonymous", "ANONYMOUS", "anonymized", "anonymised", "anon",
    "security advisories", "several threads", "safe against",
)  # fmt: skip
"""Where one of the words means something else: caches, palettes, patients without a name in a DICOM header, threads."""
SHOWN = ("metrics", "attacks", "filters", "faults", "memorization")
"""Folders whose docstrings pages show."""


def claims(text: str) -> list[str]:
    """Sentences that claim it."""
    found: list[str] = []
    if " " not in text.strip():
        return found
    for sentence in re.split(r"(?<=[.!?:;|])\s+", " ".join(text.split())):
        bare = NAMES.sub("", TERMS.sub("", sentence))
        if CLAIM.search(bare) and not DENIED.search(sentence) and not any(word in sentence for word in ELSEWHERE):
            found.append(sentence)
    return found


def texts_of(path: Path) -> Iterator[str]:
    """Texts of a module that somebody may read on a page or in a message."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.ClassDef, ast.Module, ast.AsyncFunctionDef)
    documented = {id(node.body[0].value) for node in ast.walk(tree) if isinstance(node, kinds) and ast.get_docstring(node) is not None}  # type: ignore[attr-defined]
    keep = any(folder in path.parts for folder in SHOWN)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and (keep or id(node) not in documented):
            yield node.value


def test_no_page_and_no_message_claims_it() -> None:
    files = [path for folder in ("pages", "bench_core") for path in sorted((PROJECT / folder).rglob("*.py"))]
    found = {str(path.relative_to(PROJECT)): said for path in files if (said := [c for text in texts_of(path) for c in claims(text)])}
    assert found == {}


def test_no_document_claims_it() -> None:
    pages = [PROJECT / "README.md", PROJECT / "bench_core" / "methods.md", *sorted((PROJECT / "docs").glob("*.md"))]
    found = {page.name: said for page in pages if (said := claims(page.read_text(encoding="utf-8")))}
    assert found == {}


@pytest.mark.parametrize("text", ["This set is private.", "The images are safe to share.", "A private, useful set. No copy was found."])
def test_a_claim_is_found(text: str) -> None:
    assert claims(text)


@pytest.mark.parametrize(
    "text", ["Passing it does not make a set private.", "It was trained differentially privately.", "How private is it?"]
)
def test_what_claims_nothing_is_not(text: str) -> None:
    assert not claims(text)
