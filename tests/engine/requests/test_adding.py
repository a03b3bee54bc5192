"""A model of one's own: the form's fields become a card, checked before it is written; the dry run; keys and speed."""

import hashlib
import tomllib
from pathlib import Path

import pytest

from bench_core import api, cards
from bench_core.cards import GeneratorCard, digests, read_card
from bench_core.cards.card import BUILT_IN
from bench_core.cards.digests import digest_folder
from bench_core.cli import main
from bench_core.config import Config
from bench_core.engine.catalogue import generator_card
from bench_core.engine.keys import card_key, generated_set_id
from bench_core.engine.requests.adding import as_toml
from bench_core.engine.requests.dry_run import check_card, estimate_memory
from bench_core.engine.runs.generate import resolved_generation
from bench_core.errors import InputError, NameTaken, SettingError
from bench_core.generators.backend import Weights
from bench_core.spec import Choice, GenerateSpec, PromptSpec
from bench_core.store.workspace import Workspace

WEIGHTS = BUILT_IN / "generators" / "weights" / "phantom-ldm"
FIELDS = {
    "title": 'Ünïcode "quoted" \\ title\twith\x7f', "path": str(WEIGHTS), "licence": "Apache-2.0", "trained_on": "phantom-train",
    "lora": [{"path": str(WEIGHTS.parent / "phantom-ldm-overfit"), "scale": 0.5}],
    "settings": {"num_inference_steps": "4", "height": "256"},
}  # fmt: skip


def test_fields_become_a_card_that_runs(workspace: Workspace) -> None:
    text, found = api.draft_model("my-model", FIELDS)
    assert found.can_run and found.settings["num_inference_steps"] == 4
    folder = workspace.config.card_folder / "generators"
    assert not (folder / "my-model.toml").exists()
    path = api.add_model("my-model", FIELDS)
    assert path == folder / "my-model.toml" and path.read_text(encoding="utf-8") == text
    card = api.generators()["my-model"]
    assert card.title == FIELDS["title"] and card.settings == {"num_inference_steps": 4, "height": 256}
    assert card.lora[0].scale == 0.5 and api.generator_missing("my-model") is None


def test_without_a_folder_of_cards_they_lie_in_the_workspace(tmp_path: Path) -> None:
    config = Config(home=tmp_path, database_url="sqlite://")
    assert config.card_folder == tmp_path / "cards"
    assert set(cards.generator_cards(config.card_folder)) == set(cards.generator_cards())


def test_a_model_is_not_replaced_unless_asked(workspace: Workspace) -> None:
    with pytest.raises(NameTaken):
        api.add_model("phantom-ldm", FIELDS)
    api.add_model("phantom-ldm", FIELDS, replace=True)
    with pytest.raises(NameTaken):
        api.add_model("phantom-ldm", {**FIELDS, "title": "Other"})
    assert generator_card(workspace.config, "phantom-ldm").title == FIELDS["title"]


@pytest.mark.parametrize(
    ("model_id", "change", "error"),
    [
        ("My_Model", {}, InputError),
        ("../escape", {}, InputError),
        ("m", {"repo_id": "owner/name"}, InputError),
        ("m", {"path": None}, InputError),
        ("m", {"path": "/no/such/folder"}, InputError),
        ("m", {"path": None, "repo_id": "../../etc"}, InputError),
        ("m", {"path": None, "repo_id": "owner/name", "revision": "main"}, InputError),
        ("m", {"settings": {"steps": "4"}}, SettingError),
        ("m", {"settings": {"num_inference_steps": "0"}}, SettingError),
        ("m", {"dtype": "int8"}, InputError),
        ("m", {"trust_remote_code": True}, InputError),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    workspace: Workspace, model_id: str, change: dict[str, object], error: type[Exception]
) -> None:
    before = sorted((workspace.config.card_folder / "generators").iterdir())
    with pytest.raises(error):
        api.add_model(model_id, {**FIELDS, **change})
    assert sorted((workspace.config.card_folder / "generators").iterdir()) == before


def test_toml_is_read_back_as_it_was() -> None:
    data = {"a": "x\n\"'\\\x00\x7f€", "b": [1, 2.5, True, "t"], "c": {"d": {"e f": [{"g": "h"}]}}, "last": False}
    assert tomllib.loads(as_toml(data)) == data


def test_a_card_that_lacks_weights_says_so_with_the_steps(workspace: Workspace) -> None:
    fields = {"title": "Mine", "repo_id": "nobody/none", "settings": {"num_inference_steps": 4}}
    _, found = api.draft_model("mine", fields)
    assert not found.can_run and found.lacks[0].fix == "hf download nobody/none"
    assert any("No revision is pinned" in w for w in found.warnings) and any("licence" in w for w in found.warnings)
    assert found.memory is not None and found.memory.need is None


def test_memory_is_counted_and_what_saves_it_is_known(workspace: Workspace) -> None:
    config = workspace.config
    card = GeneratorCard(id="x", title="x", backend="diffusers", parameters=10.0)
    values = {"dtype": "float32", "offload": "none", "height": 512, "width": 512}
    weights = [Weights("unet", "", 1, 0, 3_000_000_000), Weights("vae", "", 1, 0, 1_000_000_000)]

    def need(found: list[Weights], batch: int = 1, **change: object) -> float:
        return float(estimate_memory(config, card, {**values, **change}, found, batch).need or 0)

    assert need([]) > 40e9 > need([], dtype="bfloat16") > 20e9
    assert 16e9 < need(weights) < 20e9 and 12e9 < need(weights, offload="model") < 16e9
    assert need(weights, offload="sequential") < need(weights, offload="model")
    assert need(weights, batch=4) > need(weights) == need(weights, batch=4, vae_slicing=True)
    huge = check_card(config, card.model_copy(update={"parameters": 1e6, "path": str(WEIGHTS), "source": BUILT_IN / "x.toml"}), {})
    assert huge.can_run  # the files count, not the card's word
    gone = check_card(config, card.model_copy(update={"parameters": 1e6, "repo_id": "nobody/none"}), {})
    assert "It needs about" in gone.lacks[-1].what and gone.lacks[-1].fix == "Set dtype = bfloat16."


def test_what_decides_no_pixel_is_left_out_of_the_key_of_a_set(workspace: Workspace) -> None:
    def key(**settings: object) -> str:
        asked = GenerateSpec(name="n", generator=Choice(id="phantom-ldm", settings=settings), prompts=[PromptSpec(text="a")])
        return generated_set_id(workspace, resolved_generation(workspace, asked))

    plain = key()
    assert (
        plain == key(vae_slicing=True) == key(compile=True) == key(attention_slicing=True) == key(dtype="float32") == key(offload="model")
    )
    assert len({plain, key(dtype="bfloat16"), key(vae_tiling=True), key(num_inference_steps=4)}) == 4


def test_new_fields_left_the_keys_of_cards_as_they_were(tmp_path: Path) -> None:
    (tmp_path / "adapter").mkdir()
    path = tmp_path / "m.toml"
    path.write_text('title = "M"\nbackend = "diffusers"\npath = "."\nlora = ["adapter"]\ncomponents = { vae = "adapter" }\n')
    card = read_card(path, GeneratorCard)
    dumped = card.model_dump(mode="json")
    assert dumped["lora"] == ["adapter"] and dumped["components"] == {"vae": "adapter"}
    before = card_key(card)
    assert card_key(card.model_copy(update={"gated": "https://x", "parameters": 3.0, "settings_source": "s"})) == before
    assert card_key(card.model_copy(update={"variant": "fp16"})) != before
    (tmp_path / "adapter" / "a.safetensors").write_bytes(b"1")
    assert card_key(card) != before


def test_large_files_are_digested_in_stretches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "w.safetensors"
    content = bytearray(b"0123456789abcdef" * 2**15)  # 512 KiB
    file.write_bytes(content)
    assert digest_folder(tmp_path) == [["w.safetensors", hashlib.sha256(content).hexdigest()]]
    monkeypatch.setattr(digests, "LARGE", 2**17)
    first = digest_folder(tmp_path)
    for place in (0, len(content) // 2, len(content) - 1):
        changed = bytearray(content)
        changed[place] ^= 1
        file.write_bytes(changed)
        assert digest_folder(tmp_path) != first


def test_speed_is_unknown_stated_measured_or_scaled(workspace: Workspace) -> None:
    assert api.estimate("sd-2-1", {}, 75_000).seconds is None
    assert "measured" in api.estimate("sd-2-1", {}, 75_000).basis
    stated = api.estimate("phantom-ldm", {}, 1000)
    assert stated.seconds == pytest.approx(500) and "card" in stated.basis
    assert api.estimate("phantom-ldm", {"height": 512, "width": 512}, 1000).seconds == pytest.approx(2000)
    run = api.submit(api.GenerateSpec(name="few", generator=Choice(id="tiny"), prompts=[PromptSpec(text="a")], count=4))
    assert api.wait(run).status == "done"
    assert api.estimate("tiny", {}, 8).basis == "at the speed measured here"
    other = api.estimate("tiny", {"num_inference_steps": 20}, 8)
    assert other.basis.startswith("scaled")
    assert other.seconds == pytest.approx(10 * float(api.estimate("tiny", {}, 8).seconds or 0))


def test_verbs_check_and_add(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-model", "phantom-ldm", "--json", str(tmp_path / "out.json")]) == 0
    assert '"can_run": true' in (tmp_path / "out.json").read_text() and "can run here" in capsys.readouterr().out
    assert main(["check-model", "tiny-absent"]) == 2
    assert "the weights are not on this machine" in capsys.readouterr().out
    assert main(["check-model", "no-such-model"]) == 2
    assert main(["check-model", "phantom-ldm", "--set", "wings=2"]) == 2
    add = ["add-model", "mine", "--folder", str(WEIGHTS), "--set", "num_inference_steps=2", "--licence", "Apache-2.0", "--trained-on", "x"]
    assert main([*add, "--dry-run"]) == 0 and "mine" not in api.generators()
    assert main(add) == 0 and api.generators()["mine"].settings == {"num_inference_steps": 2}
    assert main(add) == 2 and "Choose another id" in capsys.readouterr().err
    assert main([*add, "--replace", "--title", "Again"]) == 0 and api.generators()["mine"].title == "Again"
    assert main(["list", "generators"]) == 0
    printed = capsys.readouterr().out
    assert "radedit: The weights of microsoft/radedit" in printed and "llm-cxr: LLM-CXR runs in its own code only" in printed
