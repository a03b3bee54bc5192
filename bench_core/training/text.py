"""The tokenizer of the bundled models: byte-pair encoding in CLIP's format, learned from the simulated reports."""

from collections.abc import Iterable
from typing import Any

LENGTH = 64  # tokens; the longest simulated report has about 60
START, END = "<|startoftext|>", "<|endoftext|>"


def train_tokenizer(texts: Iterable[str], merges: int = 600) -> Any:
    """A CLIPTokenizer whose vocabulary holds every byte, so that any typed prompt can be read."""
    from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    from transformers import CLIPTokenizer

    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>", continuing_subword_prefix=""))
    learner.normalizer = normalizers.Sequence([normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()])
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    learner.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(words, behavior="removed", invert=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    learner.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=2 * len(alphabet) + merges, initial_alphabet=alphabet, end_of_word_suffix="</w>", show_progress=False
    )
    learner.train_from_iterator(texts, trainer)
    pairs: Any = [tuple(pair) for pair in _merges(learner)]
    tokens = alphabet + [f"{letter}</w>" for letter in alphabet] + ["".join(pair) for pair in pairs]
    vocabulary = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    vocabulary[START], vocabulary[END] = len(vocabulary), len(vocabulary) + 1
    return CLIPTokenizer(vocab=vocabulary, merges=pairs, model_max_length=LENGTH)


def _merges(learner: Any) -> list[list[str]]:
    import json

    found: list[list[str]] = json.loads(learner.to_str())["model"]["merges"]
    return found


def token_ids(tokenizer: Any, texts: list[str]) -> Any:  # (N, LENGTH) int64
    """Token ids as a StableDiffusionPipeline makes them: padded to the full length, cut where too long."""
    return tokenizer(texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt").input_ids
