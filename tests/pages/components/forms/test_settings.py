"""Forms: settings and names of requests."""

import pytest

from bench_core import api
from pages.components.forms import settings


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [(api.SettingField("steps", "int", 20, 1, 100), "500", 100), (api.SettingField("g", "float", 3.0, 1.0, None), 0.2, 1.0),
     (api.SettingField("s", "choice", "a", choices=("a", "b")), "zzz", "a"), (api.SettingField("steps", "int", 20), "many", 20),
     (api.SettingField("n", "str", ""), None, "")],
)  # fmt: skip
def test_restored_settings_are_made_fit_for_their_widgets(field: api.SettingField, value: object, expected: object) -> None:
    assert settings.in_range(field, value) == expected


def test_an_edited_prompt_loses_the_labels_of_its_preset() -> None:
    origin = {"text": "Large effusion.", "labels": {"Pleural Effusion": 1}, "source_image_id": "r1"}
    assert settings.prompt_spec("Large effusion.", origin).labels == {"Pleural Effusion": 1}
    assert settings.prompt_spec("Large effusion!", origin) == api.PromptSpec(text="Large effusion!")


def test_the_same_request_has_the_same_name_and_another_one_another() -> None:
    prompt = api.PromptSpec(text="x")
    first = settings.generate_spec("phantom-ldm", prompt, 4, 71, {"guidance_scale": 3.0}, None)
    assert first == settings.generate_spec("phantom-ldm", prompt, 4, 71, {"guidance_scale": 3.0}, None)
    assert first.name != settings.generate_spec("phantom-ldm", prompt, 4, 72, {"guidance_scale": 3.0}, None).name
    assert first.name.startswith("phantom-ldm-")
