"""Cards are read from their folders, each parsed once; a bad one names file and field."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from bench_core import api
from bench_core.cards import GeneratorCard, reading
from bench_core.cards.reading import encoder_cards, find_card, generator_cards, read_card
from bench_core.cli import main
from bench_core.engine import keys
from bench_core.errors import CardError, UnknownName
from bench_core.store.workspace import Workspace
from tests.fakes import request
from tests.pages.conftest import Opener, errors_of, open_page  # noqa: F401

OWN = 'title = "{title}"\nbackend = "oracle"\n[settings]\nheight = 64\n[components]\nvae = {{ options = {{ a = 1 }} }}\n'


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each file was parsed, from nothing kept."""
    count: Counter[str] = Counter()
    parse = reading.read_card

    def counted(path: Path, model: type[Any]) -> Any:
        count[path.stem] += 1
        return parse(path, model)

    monkeypatch.setattr(reading, "read_card", counted)
    reading._kept_card.cache_clear()
    return count


WHOLE = {
    "generators": [
        'title = "M"', 'backend = "diffusers"', 'path = "../weights"', "seconds_per_image = 0.5", 'variant = "fp16"', "color = 3",
        'components = { unet = "../unet" }', 'lora = [{ path = "../lora" }]', 'dtype = "float32"', "[settings]", "height = 64",
        'scheduler = "DDIMScheduler"',
    ],
    "encoders": [
        'title = "M"', 'backend = "transformers_vision"', 'repo_id = "a/b"', "dimensions = 8", "image_size = 28", "resize_to = 32",
        'resize = "short_side"', "mean = [0.5, 0.4, 0.3]", "std = 0.2", 'head = "../head"', "[settings]", "skip_tokens = 1",
    ],
}  # fmt: skip
"""The lines of a card of each kind."""

VALUES = (
    "true", "-1", "0", "nan", "inf", "1e400", '""', '"x"', '"a\\u0000b"', f'"{"y" * 5000}"', "[]", "[[1]]", "[0, 0, 0]", "{}",
    "{ a = { b = 1 } }", "2026-13-45", "{ path = 3 }", '[{ repo_id = "a/b", path = "c" }]', "[" * 9000, "9" * 5000,
)  # fmt: skip


def damaged(lines: list[str], rng: random.Random) -> bytes:
    """A card with a value of another type or range, a line too few, twice or unknown, or cut, or in another encoding."""
    lines, at = list(lines), rng.randrange(len(lines))
    way = rng.choice(("value", "value", "value", "value", "out", "twice", "unknown", "cut", "encoding"))
    if way == "value":
        lines[at] = f"{lines[at].split(' = ')[0]} = {rng.choice(VALUES)}"
    elif way == "out":
        del lines[at]
    elif way == "twice":
        lines.insert(at, lines[at])
    elif way == "unknown":
        lines.insert(at, f"wings = {rng.choice(VALUES)}")
    text = "\n".join(lines)
    return text[: rng.randrange(len(text))].encode() if way == "cut" else text.encode("utf-16" if way == "encoding" else "utf-8")


@pytest.mark.parametrize("kind", ["generators", "encoders"])
def test_any_damage_of_cards_is_lines(workspace: Workspace, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """120 damaged cards, a link that leads nowhere and a folder: each has its line in the list, and what the catalog draws is there."""
    assert workspace.config.card_folder is not None
    rng, folder = random.Random(71), workspace.config.card_folder / kind
    names = [f"m{number}" for number in range(120)]
    for name in names:
        (folder / f"{name}.toml").write_bytes(damaged(WHOLE[kind], rng))
    (folder / "nowhere.toml").symlink_to(folder / "gone")
    (folder / "folder.toml").mkdir()
    missing = api.generator_missing if kind == "generators" else api.encoder_missing
    cards = {"generators": api.generators, "encoders": api.encoders}[kind]()
    for name in (*names, "nowhere", "folder"):
        assert missing(name), cards[name].source.read_bytes()[:400]  # no card here has its weights
        cards[name].folders()
        assert kind == "generators" or cards[name].preprocessing  # type: ignore[union-attr]
    assert main(["list", kind]) == 0
    said = capsys.readouterr()
    assert all(word in said.out for word in ("m119", "nowhere", "tiny")) and "Traceback" not in said.err


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "generators").mkdir()
    write(tmp_path, "mine", "Mine")
    return tmp_path


def write(folder: Path, name: str, title: str) -> None:
    (folder / "generators" / f"{name}.toml").write_text(OWN.format(title=title))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "no TOML"),
        ('title = "M"', "field 'backend' is missing"),
        ('title = "M"\nbackend = "b"\nwings = 2', "field 'wings' is not known"),
        ('title = "M"\nbackend = "b"\nid = "other"', "field 'id' is 'other' but the file is named 'm'"),
    ],
)
def test_a_bad_card_names_file_and_field(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text)
    with pytest.raises(CardError, match="m.toml") as caught:
        read_card(path, GeneratorCard)
    assert words in caught.value.message


def test_the_users_cards_win(tmp_path: Path) -> None:
    (tmp_path / "generators").mkdir()
    (tmp_path / "generators" / "phantom-ldm.toml").write_text('title = "Mine"\nbackend = "diffusers"\n')
    mine = generator_cards(tmp_path)
    assert mine["phantom-ldm"].title == "Mine" != generator_cards()["phantom-ldm"].title
    assert set(mine) == set(generator_cards())


def test_cards_of_encoders_know_where_users_put_weights(tmp_path: Path) -> None:
    assert {card.weights for card in encoder_cards(weights=tmp_path).values()} == {tmp_path}


def test_the_closest_card_is_offered() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'phantom-ldm'"):
        find_card("generator", generator_cards(), "phantom-ldn")


def test_every_card_is_parsed_once(own: Path, parsed: Counter[str]) -> None:
    for _ in range(3):
        cards = {**generator_cards(own), **encoder_cards(own)}
    assert set(parsed) == set(cards) and len(cards) > 30
    assert set(parsed.values()) == {1}


def test_a_card_that_changes_comes_or_goes_is_seen_at_the_next_call(own: Path, parsed: Counter[str]) -> None:
    assert generator_cards(own)["mine"].title == "Mine"
    write(own, "mine", "Mine, changed")
    assert generator_cards(own)["mine"].title == "Mine, changed"
    write(own, "copycat", "Mine instead of the bundled one")
    assert generator_cards(own)["copycat"].title.startswith("Mine instead")
    (own / "generators" / "mine.toml").unlink()
    (own / "generators" / "copycat.toml").unlink()
    assert "mine" not in generator_cards(own)
    assert generator_cards(own)["copycat"].title == generator_cards()["copycat"].title
    assert parsed["mine"] == 2 and parsed["phantom-oracle"] == 1


def test_a_card_that_is_wrong_is_one_line_and_an_error_for_who_asks_for_it_until_it_is_mended(own: Path) -> None:
    write(own, "bad", 'Bad"')
    for _ in range(2):
        cards = generator_cards(own)
        assert set(cards) == {*generator_cards(), "mine", "bad"} and cards["mine"].title == "Mine"
        assert "bad.toml" in cards["bad"].broken and "is no TOML" in cards["bad"].broken and not cards["mine"].broken
        with pytest.raises(CardError, match="bad.toml.*is no TOML"):
            find_card("generator", cards, "bad")
    write(own, "bad", "Good")
    assert find_card("generator", generator_cards(own), "bad").title == "Good"


def test_a_caller_cannot_change_what_is_kept(own: Path, tmp_path: Path) -> None:
    mine = generator_cards(own)["mine"]
    mine.settings["height"] = 1
    mine.components["vae"].options["a"] = 2
    mine.components.clear()
    again = generator_cards(own)["mine"]
    assert (again.settings, again.components["vae"].options) == ({"height": 64}, {"a": 1})
    assert encoder_cards(weights=tmp_path)["pixels"].weights == tmp_path
    assert encoder_cards()["pixels"].weights is None


def test_a_request_reads_each_card_once_and_works_out_its_key_once(
    workspace: Workspace, parsed: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    key_of, looked = keys._card_key, []

    def looked_through(*card_and_files: Any) -> str:
        looked.append(card_and_files)
        return key_of(*card_and_files)

    monkeypatch.setattr(keys, "_card_key", looked_through)
    run_id = api.submit(request(prompts=3, count=2))
    assert len(looked) == 1, "the content key of the set"
    run = api.wait(run_id)
    assert run.status == "done", run.error
    assert len(looked) == 2, "once more by whoever makes the images, however many there are"
    assert parsed and set(parsed.values()) == {1}
    told = [api.read_provenance(api.find_set(run.set_id).path(i).read_bytes()) for i in range(6)]
    assert len({one["card"] for one in told if one}) == 1


@pytest.mark.parametrize("page", ["catalog", "generate"])
def test_a_page_parses_each_card_once(workspace: Workspace, open_page: Opener, parsed: Counter[str], page: str) -> None:  # noqa: F811
    for _ in range(2):
        st.cache_data.clear()
        assert errors_of(open_page(page)) == []
    assert parsed and set(parsed.values()) == {1}
