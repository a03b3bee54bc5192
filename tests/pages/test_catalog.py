"""Catalog: cards, what is missing, adding a model."""

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_the_command_that_fetches_a_model_stands_by_itself(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "encoder_missing", lambda i: "The weights of a/b are not here. hf download a/b --revision 12")
    at = open_page("catalog", kind="encoders")
    assert {c.value for c in at.code} == {"hf download a/b --revision 12"}


def test_catalog_shows_what_is_missing_and_every_metric(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog")
    assert "its weights are not on this machine" in words_of(at)
    at.segmented_control(key="kind").set_value("metrics").run()
    assert all(f"`{m}`" in words_of(at) for m in filled.metrics())


def test_a_model_is_checked_then_added(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog", {"kind": "add"})
    at.text_input(key="add-id").set_value("my-model").run()
    at.button(key="add-check").click().run()
    assert "Give one of them." in at.error[0].value
    at.text_input(key="add-hub").set_value("owner/name")
    at.text_input(key="add-lora").set_value("owner/adapter")
    at.text_input(key="add-lora-file").set_value("a.safetensors")
    at.text_area(key="add-settings").set_value("num_inference_steps = 20\n# a note\nscheduler = 'DDIMScheduler'").run()
    at.button(key="add-check").click().run()
    assert not errors_of(at) and not filled.added
    assert "cannot run here yet" in words_of(at) and "hf download owner/name" in [c.value for c in at.code]
    at.button(key="add-go").click().run()
    (model_id, fields, replace), *_ = filled.added
    assert (model_id, replace, fields["repo_id"]) == ("my-model", False, "owner/name")
    assert fields["lora"] == [{"repo_id": "owner/adapter", "weight_name": "a.safetensors"}]
    assert fields["settings"] == {"num_inference_steps": "20", "scheduler": "DDIMScheduler"}
    assert "/cards/my-model.toml" in at.success[0].value


def test_a_model_that_is_there_is_only_replaced_when_asked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog", {"kind": "add"})
    at.text_input(key="add-id").set_value("phantom-gan")
    at.text_input(key="add-hub").set_value("owner/name").run()
    assert at.button(key="add-go").disabled
    at.checkbox(key="add-replace").check().run()
    at.button(key="add-go").click().run()
    assert filled.added[0][2] is True
