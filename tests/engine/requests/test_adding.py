"""A model of one's own: the form's fields become a card, checked before it is written; the dry run; keys and speed."""

import tomllib
from pathlib import Path

import pytest

from bench_core import api, cards
from bench_core.cards.card import BUILT_IN
from bench_core.config import Config
from bench_core.engine.catalogue import generator_card
from bench_core.engine.requests.adding import as_toml
from bench_core.errors import InputError, NameTaken, SettingError
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
