"""What must be known of images because of what was asked for."""

import pytest

from bench_core import api
from bench_core.engine.generation.reservations import nameless, reservations
from bench_core.store.workspace import Workspace
from tests.fakes import request


def asked(**settings: object) -> api.GenerateSpec:
    prompts = [api.PromptSpec(text="Large left effusion.")]
    return api.GenerateSpec(name="a", generator=api.Choice(id="phantom-ldm", settings=settings), prompts=prompts)


@pytest.mark.parametrize("size", [(256, 512), (512, 256), (512, 512)])
def test_another_size_than_the_model_was_trained_at(workspace: Workspace, size: tuple[int, int]):
    card = api.generators()["phantom-ldm"]
    assert reservations(card, asked(width=256, height=256)) == reservations(card, asked()) == reservations(None, asked(width=8)) == []
    (line,) = reservations(card, asked(width=size[0], height=size[1]))
    assert "was trained at 256 x 256 pixels" in line and f"{size[0]} x {size[1]}" in line


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["No acute cardiopulmonary abnormality."], ""),
        (["Large left pleural effusion.", "normal"], ""),
        (["a red bicycle"], "“a red bicycle” names no finding"),
        (["a red bicycle", "Cardiomegaly.", "x" * 80], "and 1 more name no finding"),
    ],
)
def test_prompts_without_a_finding(texts: list[str], said: str):
    line = nameless([api.PromptSpec(text=text) for text in texts])
    assert said in line and bool(line) == bool(said)


def test_labels_are_findings_whatever_the_words():
    assert nameless([api.PromptSpec(text="as labelled", labels={"Edema": 1})]) == ""


def test_they_are_known_of_every_run(workspace: Workspace):
    spec = request().model_copy(update={"prompts": [api.PromptSpec(text="a red bicycle")]})
    assert "a red bicycle" in api.reservations(api.submit(spec))[0]
    assert api.reservations(api.submit(request("other"))) == []
