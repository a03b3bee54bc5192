"""How much of a prompt is read, told before the model is loaded, is what the pipeline reads."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench_core.cards import generator_cards
from bench_core.errors import InputError
from bench_core.generators import backend_of
from tests.generators.conftest import write_card

Folder = Callable[[str], Path]
SHORT, LONG = "left effusion", "Left effusion, no pneumothorax. " * 40


@pytest.mark.parametrize("name", ["phantom-ldm", "phantom-ldm-early", "phantom-gan"])
def test_bundled_models_read_64_tokens(name: str) -> None:
    """Against the library that runs them."""
    from transformers import CLIPTokenizer

    card = generator_cards()[name]
    found = backend_of(card).readings(card, [SHORT, LONG])
    assert found is not None
    short, long = found
    assert not short.cut and short.kept == SHORT and short.read == short.tokens > 1
    tokenizer = CLIPTokenizer.from_pretrained(str(generator_cards()["phantom-ldm"].folder / "tokenizer"), local_files_only=True)  # type: ignore[operator]
    assert long.cut and long.read == 62 and long.tokens == len(tokenizer(LONG).input_ids) - 2
    assert LONG.startswith(long.kept)
    cut, kept = (tokenizer(text, truncation=True, max_length=64).input_ids for text in (LONG, long.kept))
    assert cut == kept and len(tokenizer(long.kept).input_ids) == 64


@pytest.mark.parametrize("name", ["phantom-oracle", "copycat"])
def test_generators_without_a_tokenizer_say_nothing(name: str) -> None:
    card = generator_cards()[name]
    assert backend_of(card).readings(card, [LONG]) is None


def test_vocabulary_and_merges_alone_are_read_as_the_library_reads_them(tmp_path: Path, built: Folder) -> None:
    """As Stable Diffusion 1 and 2 are published: no tokenizer.json."""
    from transformers import CLIPTokenizer

    folder = tmp_path / "model"
    shutil.copytree(built("sd"), folder)
    place = folder / "tokenizer"
    whole = json.loads((place / "tokenizer.json").read_text())
    (place / "tokenizer.json").unlink()
    vocabulary = {**whole["model"]["vocab"], **{token["content"]: token["id"] for token in whole["added_tokens"]}}
    (place / "vocab.json").write_text(json.dumps(vocabulary))
    (place / "merges.txt").write_text("#version: 0.2\n" + "\n".join(" ".join(pair) for pair in whole["model"]["merges"]) + "\n")
    card = write_card(tmp_path / "model.toml", f'path = "{folder}"')
    texts = [SHORT, LONG, "Ärztlicher Befund:  kein  Erguß; it's 3 cm (left)."]
    found = backend_of(card).readings(card, texts)
    assert found is not None
    tokenizer = CLIPTokenizer.from_pretrained(str(built("sd") / "tokenizer"), local_files_only=True)
    assert [reading.tokens for reading in found] == [len(tokenizer(text).input_ids) - 2 for text in texts]


@pytest.mark.parametrize(("name", "most"), [("sd", 62), ("sd3", 255), ("flux", 511), ("pixart", 299), ("ddpm", None)])
def test_the_longest_reading_of_a_pipeline_counts(tmp_path: Path, built: Folder, name: str, most: int | None) -> None:
    """Its T5 reads more than CLIP: 256 (Stable Diffusion 3), 512 (Flux) and 300 (PixArt-Sigma) tokens, one of which marks the end."""
    card = write_card(tmp_path / "model.toml", f'path = "{built(name)}"')
    found = backend_of(card).readings(card, [LONG * 10])
    assert (found[0].read if found else None) == most


def test_damaged_tokenizer_is_named(tmp_path: Path, built: Folder) -> None:
    folder = tmp_path / "model"
    shutil.copytree(built("sd"), folder)
    (folder / "tokenizer" / "tokenizer.json").write_text('{"version": 3}')
    card = write_card(tmp_path / "model.toml", f'path = "{folder}"')
    with pytest.raises(InputError, match=r"The tokenizer in .*model/tokenizer cannot be read"):
        backend_of(card).readings(card, [SHORT])


def test_asking_loads_no_library_of_models() -> None:
    import subprocess

    code = (
        "import sys; from bench_core.cards import generator_cards; from bench_core.generators import backend_of; "
        "card = generator_cards()['phantom-ldm']; assert backend_of(card).readings(card, ['x'])[0].read == 1; "
        "assert not {'torch', 'transformers', 'diffusers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
