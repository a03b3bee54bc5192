"""Generate: what its form asks of the facade, and what follows."""

from typing import Any

import pytest

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_generate_asks_for_what_the_form_says(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.multiselect(key="models").set_value(["phantom-ldm", "copycat"]).run()
    at.text_area(key="prompt").set_value("Large left effusion.").run()
    at.number_input(key="count").set_value(2)
    at.number_input(key="set-phantom-ldm-num_inference_steps").set_value(7).run()
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    first, second = filled.submitted
    assert (first.generator.id, first.generator.settings, first.count, first.seed) == ("phantom-ldm", {"num_inference_steps": 7}, 2, 71)
    assert (second.generator.id, second.generator.settings, second.train) == ("copycat", {}, "id-phantom-train")
    assert first.prompts == second.prompts == [api.PromptSpec(text="Large left effusion.")]
    assert first.train is None and not errors_of(at)
    assert at.query_params["runs"] == "sub-1,sub-2"
    assert [p.text for p in at.progress] == ["image 2 of 2 · denoising 12 of 20 · 2 s left"] * 2


def test_generate_keeps_the_labels_of_a_preset(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.selectbox(key="preset").set_value("Edema").run()
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    assert filled.submitted[0].prompts == [api.PromptSpec(text="Findings: edema.", labels={"Edema": 1})]


def test_generate_does_not_offer_models_that_cannot_run(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    assert "phantom-vae" not in at.multiselect(key="models").options


def test_a_prompt_that_is_cut_is_said_before_and_after(filled: Fake, open_page: Opener) -> None:
    """Beneath the prompt, for the models that cut it; then beside the run."""
    at = open_page("generate")
    at.multiselect(key="models").set_value(["phantom-ldm", "phantom-gan"]).run()
    at.text_area(key="prompt").set_value("one two three four five six seven eight nine [ten](x) eleven twelve").run()
    told = [c.value for c in at.caption if "content_cut" in c.value]
    assert len(told) == 1 and "phantom-ldm reads 10 of 12 tokens" in told[0] and r"nine \[ten\]" in told[0]
    at.text_area(key="prompt").set_value("one two").run()
    assert not [c for c in at.caption if "content_cut" in c.value]
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    filled.run_rows[0].update(status="done", message="4 images, warning: the prompt is cut: 10 of its 12 tokens are read")
    at.run()
    assert "the prompt is cut\\: 10 of its 12 tokens are read" in words_of(at) and not errors_of(at)


def test_a_dropped_png_restores_its_settings(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.file_uploader(key="restore").upload("film.png", b"\x89PNG").run()
    assert at.multiselect(key="models").value == ["phantom-gan"]
    assert at.text_area(key="prompt").value == "Small nodule."
    assert at.number_input(key="seed").value == 7
    assert at.number_input(key="set-phantom-gan-guidance_scale").value == 5.0


def test_running_generation_can_be_cancelled_and_a_finished_one_evaluated(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    at.button(key="cancel-sub-1").click().run()
    assert filled.cancelled == ["sub-1"]
    filled.run_rows[0]["status"] = "done"
    at.run()
    at.button(key="evaluate-sub-1").click().run()
    request = filled.submitted[-1]
    assert isinstance(request, api.EvaluateSpec)
    assert (request.real, request.train, request.encoders) == ("id-phantom-real", "id-phantom-train", ["phantom-eye"])
    assert request.synthetic == filled.run_rows[1]["set_id"] and not errors_of(at)


def test_a_refused_request_is_shown_with_its_hint(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(spec: Any, priority: int | None = None, owner: str | None = None) -> str:
        raise api.NameTaken("The name is taken.", "Choose another one.")

    at = open_page("generate")
    monkeypatch.setattr(api, "submit", refuse)
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    assert "Choose another one." in at.error[0].value


def test_an_address_that_asks_for_a_model_that_is_not_here_says_so(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate", query={"models": "gone"})
    assert "'gone' under Models" in errors_of(at)[0] and not at.multiselect(key="models").value
    at.multiselect(key="models").set_value(["copycat"]).run()
    assert not errors_of(at)


def test_a_setting_that_cannot_be_is_said_at_its_field_and_leaves_the_rest(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate", {"runs": "run-phantom-ldm"})
    at.number_input(key="set-phantom-ldm-height").set_value(250).run()
    assert not errors_of(at)
    assert "250 cannot be: it must be a multiple of 8." in words_of(at) and "phantom-ldm: height cannot be" in words_of(at)
    button = next(b for b in at.button if b.label.startswith("Generate"))
    assert button.disabled and ">phantom-ldm</span>" in words_of(at), "the run in the address is still shown"
    at.number_input(key="set-phantom-ldm-height").set_value(248).run()
    assert not next(b for b in at.button if b.label.startswith("Generate")).disabled and "cannot be" not in words_of(at)


def test_typing_clears_the_preset_and_a_seed_can_be_drawn(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.selectbox(key="preset").set_value("Edema").run()
    assert at.text_area(key="prompt").value == "Findings: edema."
    at.text_area(key="prompt").set_value("Findings: edema!").run()
    assert at.selectbox(key="preset").value is None
    before = at.number_input(key="seed").value
    next(b for b in at.button if b.label == "Random").click().run()
    assert at.number_input(key="seed").value != before


def test_large_request_says_hours_or_that_it_does_not_know(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.multiselect(key="models").set_value(["phantom-ldm", "phantom-oracle"]).run()
    at.number_input(key="count").set_value(75_000).run()
    assert "phantom-ldm, 75,000 images: 12 h 30 min, at the speed measured here" in words_of(at)
    assert "phantom-oracle, 75,000 images: unknown, nothing of it was measured here yet" in words_of(at)


def test_generate_offers_the_tables_of_an_installed_package(filled: Fake, open_page: Opener) -> None:
    assert not [s for s in open_page("generate").selectbox if s.label == "Reports from"]
    filled.sources = [api.PromptSource("chexpert-labels", "CheXpert labels in words", "")]
    filled.sources += [api.PromptSource("openi-reports", "Open-I reports", "its file is gone.")]
    at = open_page("generate")
    assert "Open-I reports cannot be chosen: its file is gone." in words_of(at)
    at.selectbox(key="reports-from").set_value("chexpert-labels").run()
    at.selectbox(key="report-chexpert-labels").select_index(0).run()
    assert at.text_area(key="prompt").value == "Mild edema."
    assert at.selectbox(key="preset").value is None
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    assert filled.submitted[-1].prompts[0].labels == {"Edema": 1}
    at.selectbox(key="preset").set_value("Fracture").run()
    assert at.selectbox(key="report-chexpert-labels").value is None and at.text_area(key="prompt").value == api.presets()["Fracture"]


def test_runs_that_are_gone_are_said_beside_those_that_are_there(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate", {"runs": "run-phantom-ldm,gone-1,gone-2"})
    assert "2 runs in the address are not here: gone-1, gone-2" in errors_of(at)[0]
    assert ">phantom-ldm</span>" in words_of(at)


def test_repeat_stands_beside_what_was_cancelled_and_goes_on_in_its_place(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-stopped", "generate", "copycat", "cancelled", "id-copycat", message="Cancelled; no image was finished.")
    at = open_page("generate", {"runs": "run-stopped"})
    assert "Cancelled; no image was finished." in words_of(at)
    at.button(key="repeat-run-stopped").click().run()
    assert filled.submitted == [("repeat", "run-stopped")] and not errors_of(at)
    assert not open_page("generate").button(key="repeat-run-stopped").disabled
