"""The tokenizer."""

from bench_core.training import text


def test_tokenizer_reads_everything() -> None:
    tokenizer = text.train_tokenizer(["moderate left effusion", "no effusion"] * 5, merges=60)
    ids = text.token_ids(tokenizer, ["effusion", "Größe 12 ✓ " * 40])
    assert ids.shape == (2, text.LENGTH) and int(ids.max()) < len(tokenizer)
    assert len(tokenizer("effusion").input_ids) == 3
    assert tokenizer.decode(tokenizer("left effusion").input_ids, skip_special_tokens=True).strip() == "left effusion"
