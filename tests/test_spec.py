"""What is asked for: which words decide a content key, and what is refused."""

import pytest
from pydantic import ValidationError

from bench_core.spec import Choice, EvaluateSpec, GenerateSpec, PromptSpec


def asked(**more: object) -> GenerateSpec:
    given: dict[str, object] = {"name": "a", "generator": Choice(id="g"), "prompts": [PromptSpec(text="t")], **more}
    return GenerateSpec(**given)  # type: ignore[arg-type]


def test_name_and_batch_size_are_no_part_of_the_key_and_all_else_is() -> None:
    assert asked().key() == asked(name="b", batch_size=1).key()
    others = [
        {"seed": 1},
        {"count": 2},
        {"train": "t"},
        {"generator": Choice(id="g", settings={"steps": 1})},
        {"prompts": [PromptSpec(text="u")]},
    ]
    assert len({asked().key(), *(asked(**other).key() for other in others)}) == 1 + len(others)


def test_the_id_of_a_prompt_is_its_text_and_labels() -> None:
    assert PromptSpec(text="t", source_image_id="x").id == PromptSpec(text="t").id != PromptSpec(text="t", labels={"Edema": 1}).id


def test_a_spec_stored_as_json_is_the_same_spec() -> None:
    spec = EvaluateSpec(synthetic="s", real="r", encoders=["e"], metrics=[Choice(id="m", settings={"k": 3}, optional=True)])
    assert EvaluateSpec.model_validate_json(spec.model_dump_json()) == spec


@pytest.mark.parametrize("wrong", [{"count": 0}, {"seed": -1}, {"seed": 2**31}, {"prompts": []}, {"name": ""}, {"stepz": 3}])
def test_what_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        asked(**wrong)
