"""Files as tables name them: found, or said where they are."""

from pathlib import Path
from unicodedata import normalize

import pytest

from bench_core.intake.film_files import FilmFiles, FilmNotFound
from tests.intake.miniatures import film


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("f000.png", "f001.jpg", "f001.png", "sub/deep.png", normalize("NFD", "thorax_é.png"), "a,b #1 100%.png", "1.2.840.7.png"):
        film(tmp_path / "in" / name)
    return tmp_path / "in"


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("f000.png", "f000.png"), (" f000.png ", "f000.png"), ("sub\\deep.png", "sub/deep.png"), ("f000", "f000.png"),
        ("sub/deep", "sub/deep.png"), ("1.2.840.7", "1.2.840.7.png"), ("a,b #1 100%.png", "a,b #1 100%.png"),
        (normalize("NFC", "thorax_é.png"), normalize("NFD", "thorax_é.png")),
        (normalize("NFC", "thorax_é"), normalize("NFD", "thorax_é.png")),
    ],
)  # fmt: skip
def test_a_film_is_found_without_its_suffix_and_in_either_writing_of_accents(root: Path, said: str, found: str) -> None:
    assert FilmFiles(root).find(said) == root / found


@pytest.mark.parametrize(
    ("said", "told", "reason"),
    [
        ("F000.PNG", "'f000.png' is there", "missing file(s)"),
        ("f000.jpg", "'f000.png' is there", "missing file(s)"),
        ("f001", "'f001.jpg' and 'f001.png': write which", "ambiguous name(s)"),
        ("deep.png", "'sub/deep.png' is there", "missing file(s)"),
        ("other/deep", "'sub/deep.png' is there", "missing file(s)"),
        ("gone.png", "there is no file 'gone.png' in the image folder", "missing file(s)"),
        ("", "names no image file", "without a file"),
        ("nan", "names no image file", "without a file"),
        ("../in/f000.png", "there is no file|leaves the image folder", "outside of the folder"),
        ("/data/f000.png", "leaves the image folder", "outside of the folder"),
        ("dead.png", "is a link that leads nowhere", "dead link(s)"),
        ("away.png", "is a link that leaves the image folder: it leads to", "link(s) out of the folder"),
        ("notes.txt", "is no PNG, JPEG or DICOM file; it is of no format", ".txt file(s)"),
    ],
)
def test_what_is_not_found_is_said_with_what_comes_nearest(root: Path, said: str, told: str, reason: str) -> None:
    (root / "notes.txt").write_text("x")
    (root / "dead.png").symlink_to(root / "nowhere")
    film(root.parent / "store.png")
    (root / "away.png").symlink_to(root.parent / "store.png")
    if said.startswith("../in"):
        said = "../store.png"
    with pytest.raises(FilmNotFound, match=told) as caught:
        FilmFiles(root).find(said)
    assert caught.value.reason == reason
    assert caught.value.advice or reason not in ("dead link(s)", "outside of the folder", "link(s) out of the folder")
