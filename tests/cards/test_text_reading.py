"""What a tokenizer by itself reads of a text is what the library that runs it reads."""

from pathlib import Path

import pytest

from bench_core.cards.text_reading import read_texts
from bench_core.errors import InputError

WORDS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "no", "mass", "seen", "effusion", "pleural", "##s", ",", ".")


@pytest.fixture
def bert(tmp_path: Path) -> Path:
    """A vocabulary alone, as BioViL-T is published."""
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS) + "\n")
    return tmp_path


def test_a_vocabulary_of_words_is_read_as_the_library_reads_it(bert: Path) -> None:
    from transformers import BertTokenizer

    texts = ["No mass seen.", "Pleural effusions, no mass.", "Unheard of."]
    found = read_texts(bert, texts, 6)
    tokenizer = BertTokenizer.from_pretrained(str(bert), local_files_only=True)
    assert [reading.tokens for reading in found] == [len(tokenizer(text).input_ids) - 2 for text in texts]
    assert [(reading.read, reading.cut, reading.kept) for reading in found[:2]] == [(4, False, texts[0]), (4, True, "Pleural effusions,")]
    assert tokenizer(found[1].kept).input_ids == tokenizer(texts[1], truncation=True, max_length=6).input_ids


def test_marks_alone_leave_no_room_for_words(bert: Path) -> None:
    assert [(reading.read, reading.kept) for reading in read_texts(bert, ["no mass"], 2)] == [(0, "")]


def test_a_tokenizer_is_opened_again_when_its_files_have_changed(bert: Path) -> None:
    assert read_texts(bert, ["no mass"], 9)[0].tokens == 2
    (bert / "tokenizer.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        read_texts(bert, ["no mass"], 9)
