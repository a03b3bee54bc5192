"""Tokenizers by themselves: how much of a text a model reads, without the model and without the libraries that run it."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from bench_core.cards.checkpoint_files import json_object
from bench_core.errors import InputError
from bench_core.records import Reading

CLIP_WORDS = r"""'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"""
START, END = "<|startoftext|>", "<|endoftext|>"
UNBOUNDED = 100_000
"""Lengths from here on mean that a tokenizer sets none."""


def read_texts(folder: Path, texts: Sequence[str], length: int) -> list[Reading]:
    """How much of each text is read by the tokenizer in a folder.

    Args:
        length: tokens that it may make of a text, marks of start and end among them.

    Raises:
        InputError: its files are damaged.
    """
    tokenizer = _tokenizer(folder, _state(folder))
    room = max(0, length - tokenizer.num_special_tokens_to_add(False))
    found = []
    for text, encoded in zip(texts, tokenizer.encode_batch(list(texts), add_special_tokens=False), strict=True):
        tokens = len(encoded.offsets)
        end = encoded.offsets[room - 1][1] if tokens > room > 0 else 0 if tokens > room else len(text)
        found.append(Reading(tokens, min(tokens, room), text[:end]))
    return found


def _state(folder: Path) -> tuple[tuple[str, int], ...]:
    """Names and times of last change (ns) of the files of a folder: a tokenizer is opened again when one of them has changed."""
    return tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()))


@lru_cache(maxsize=16)
def _tokenizer(folder: Path, state: tuple[tuple[str, int], ...]) -> Any:
    """The tokenizer of a folder, without padding and truncation.

    One that is kept in a form that only transformers reads (SentencePiece) is opened through that library, which takes seconds.
    """
    from tokenizers import Tokenizer

    tokenizer: Any
    try:
        if (folder / "tokenizer.json").is_file():
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        elif (folder / "vocab.json").is_file() and (folder / "merges.txt").is_file():
            tokenizer = _clip(folder)
        elif (folder / "vocab.txt").is_file():
            tokenizer = _bert(folder)
        else:
            from transformers import AutoTokenizer

            opened: Any = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
            tokenizer = opened.backend_tokenizer
        tokenizer.no_truncation()
        tokenizer.no_padding()
    except Exception as error:  # the library has no narrower class for a damaged file
        raise InputError(f"The tokenizer in {folder} cannot be read: {' '.join(str(error).split())[:200]}.", "Fetch it again.") from error
    return tokenizer


def _clip(folder: Path) -> Any:
    """CLIP's tokenizer from vocabulary and merges, as Stable Diffusion 1 and 2 are published."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

    vocabulary, merges = models.BPE.read_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    tokenizer: Any = Tokenizer(models.BPE(vocabulary, merges, end_of_word_suffix="</w>", continuing_subword_prefix=""))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    split = pre_tokenizers.Split(Regex(CLIP_WORDS), behavior="removed", invert=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([split, pre_tokenizers.ByteLevel(add_prefix_space=False)])
    marks = [(word, vocabulary.get(word, 0)) for word in (END, START)]
    tokenizer.post_processor = processors.RobertaProcessing(marks[0], marks[1], trim_offsets=False, add_prefix_space=False)
    return tokenizer


def _bert(folder: Path) -> Any:
    """BERT's tokenizer from its vocabulary, as BioViL-T is published; in lower case unless its configuration says otherwise."""
    from tokenizers import BertWordPieceTokenizer

    path = folder / "tokenizer_config.json"
    lower = json_object(path).get("do_lower_case", True) if path.is_file() else True
    return BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=bool(lower))
