"""Cut prompts are said beside the run, kept with the set, and known before anything is made."""

from pathlib import Path

import pytest

from bench_core import api
from bench_core.cli import main
from bench_core.engine.generation.prompt_lengths import cuts_in_words
from bench_core.records import Reading
from bench_core.spec import Choice, GenerateSpec, PromptSpec
from bench_core.store.workspace import Workspace
from tests.engine.studies import done

SAME = "No pleural effusion. " * 30


def prompts(*texts: str) -> list[PromptSpec]:
    return [PromptSpec(text=text) for text in texts]


def test_conditions_that_differ_only_after_the_cut_are_counted() -> None:
    asked = prompts("a b", "a c", "a c", "d")
    assert cuts_in_words(asked, [Reading(2, 1, "a"), Reading(2, 1, "a"), Reading(2, 1, "a"), Reading(1, 1, "d")]) == (
        "3 of 4 prompts are cut: the model reads 1 tokens, the longest has 2; 2 of them differ only after the cut and are 1 condition to it"
    )
    assert cuts_in_words(asked[:1], [Reading(5, 3, "a")]) == "the prompt is cut: 3 of its 5 tokens are read"
    assert cuts_in_words(asked[3:], [Reading(1, 1, "d")]) == cuts_in_words(asked, None) == ""


def test_the_set_keeps_where_each_prompt_was_cut(workspace: Workspace) -> None:
    """With a bundled model's own tokenizer: 62 tokens beside start and end."""
    asked = prompts(f"{SAME} Mass.", f"{SAME} No mass.", "Mass.")
    spec = GenerateSpec(name="cut", generator=Choice(id="phantom-gan"), prompts=asked, count=2)
    run = done(spec)
    assert run.message.startswith("6 images, warning: 2 of 3 prompts are cut: the model reads 62 tokens, the longest has ")
    assert run.message.endswith("; 2 of them differ only after the cut and are 1 condition to it")
    table = api.find_set("cut").table
    assert list(table["prompt_tokens_read"]) == [62, 62, 62, 62, 2, 2] and (table["prompt_tokens"] > 100).sum() == 4
    assert all(SAME.startswith(kept) for kept in table["prompt_read"][:4]) and table["prompt_read"][4:].isna().all()
    assert "of which were there, warning: 2 of 3" in done(spec.model_copy(update={"name": "again"})).message


def test_a_dry_run_says_it(workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = api.prompt_readings("phantom-ldm", ["Mass.", SAME])
    assert found is not None and [reading.cut for reading in found] == [False, True]
    assert main(["check-model", "phantom-ldm", "--prompt", SAME]) == 0
    assert "note     The prompt is cut: 62 of its" in capsys.readouterr().out
    (tmp_path / "p.csv").write_text(f"prompt\n{SAME}\nMass\n")
    assert main(["check-model", "phantom-ldm", "--prompts", str(tmp_path / "p.csv")]) == 0
    assert "note     1 of 2 prompts are cut" in capsys.readouterr().out
    assert main(["check-model", "phantom-ldm", "--prompt", "Mass."]) == 0
    assert "cut" not in capsys.readouterr().out


def test_a_negative_prompt_that_is_cut_is_said_and_kept(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    avoided = f"{SAME} No device."
    settings = {"negative_prompt": avoided, "num_inference_steps": 2}
    assert main(["check-model", "phantom-ldm", "--prompt", "Mass.", "--set", f"negative_prompt={avoided}"]) == 0
    said = "the negative prompt is cut: 62 of its "
    assert f"note     {said[0].upper()}{said[1:]}" in capsys.readouterr().out
    run = done(GenerateSpec(name="avoided", generator=Choice(id="phantom-ldm", settings=settings), prompts=prompts("Mass."), count=1))
    assert run.message.startswith(f"1 image, warning: {said}")
    meta = api.find_set("avoided").meta
    assert meta["negative_prompt_tokens_read"] == 62 and meta["negative_prompt_tokens"] > 100
    assert avoided.startswith(meta["negative_prompt_read"])
    both = cuts_in_words(prompts("a b"), [Reading(2, 1, "a")], Reading(9, 3, "x"))
    assert both == "the prompt is cut: 1 of its 2 tokens are read; the negative prompt is cut: 3 of its 9 tokens are read"
    assert cuts_in_words(prompts("a"), [Reading(1, 1, "a")], Reading(3, 3, "x")) == ""
