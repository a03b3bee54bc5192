"""What cards share: places of files, and what is in their key."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bench_core.cards.card import Card, Source


def test_a_folder_is_written_as_text_and_more_as_a_table() -> None:
    assert Source.model_validate("weights").model_dump() == "weights"
    assert Source(repo_id="a/b", subfolder="unet").model_dump() == {"repo_id": "a/b", "subfolder": "unet"}
    with pytest.raises(ValidationError, match="not both"):
        Source(path="weights", repo_id="a/b")


def test_words_stay_out_of_the_key_and_weights_are_in_it(tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    card = Card(id="m", title="M", backend="b", path="weights", source=tmp_path / "m.toml")
    assert card.folder == tmp_path / "weights" and card.folders() == [card.folder]
    key = card.key()
    assert card.model_copy(update={"title": "N", "licence": "x", "paper": "y"}).key() == key
    assert card.model_copy(update={"revision": "1"}).key() != key
    (tmp_path / "weights" / "model.safetensors").write_bytes(b"1")
    assert card.key() != key
    assert Card(id="m", title="M", backend="b").folders() == []
