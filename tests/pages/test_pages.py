"""Every page on an empty and on a filled workspace; what its buttons ask of the facade."""

import dataclasses
import inspect
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from bench_core import api
from pages.components.frame.menu import FOLDER, MENU
from pages.components.runs.status import in_turn, kind_of, waiting_line
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake_api import Fake

PAGES = [page[0] for group in MENU.values() for page in group]
NO_STUDY = ("queue", "generate", "catalog", "methods", "published")


def test_menu_lists_every_page_that_exists() -> None:
    assert sorted(PAGES) == sorted(p.stem for p in FOLDER.glob("*.py"))


def test_fake_has_the_signatures_of_the_facade() -> None:
    for name, function in Fake(filled=False).functions().items():
        real = list(inspect.signature(getattr(api, name)).parameters)
        assert list(inspect.signature(function).parameters) == real, name


@pytest.mark.parametrize("page", PAGES)
def test_page_answers_its_question_on_a_filled_workspace(page: str, filled: Fake, open_page: Opener) -> None:
    at = open_page(page)
    assert not errors_of(at)
    assert at.title[0].value and at.caption[0].value.endswith("?")
    assert at.selectbox(key="study").value == "Simulated cohort"
    assert "Simulated patients, no clinical meaning" in words_of(at) + "".join(c.value for c in at.sidebar.caption)


@pytest.mark.parametrize("page", [p for p in PAGES if p not in NO_STUDY])
def test_empty_page_offers_the_embedded_study(page: str, empty: Fake, open_page: Opener) -> None:
    at = open_page(page)
    assert not errors_of(at)
    at.button(key="prepare-demo").click().run()
    assert empty.demo_started and not errors_of(at)
    assert at.progress[0].text == "nothing made yet"


@pytest.mark.parametrize("page", NO_STUDY)
def test_pages_that_need_no_study_work_on_an_empty_workspace(page: str, empty: Fake, open_page: Opener) -> None:
    assert not errors_of(open_page(page))


@pytest.mark.parametrize("page", PAGES)
def test_page_runs_without_app_py(page: str, filled: Fake) -> None:
    at = AppTest.from_file(str(FOLDER / f"{page}.py"), default_timeout=240).run()
    assert not errors_of(at) and at.title[0].value


@pytest.mark.parametrize("page", PAGES)
def test_whatever_goes_wrong_is_a_box_with_a_hint_and_never_a_traceback(
    page: str, filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **more: Any) -> None:
        raise RuntimeError("secret detail")

    def refusing(*args: Any, **more: Any) -> None:
        raise api.InputError("The database is locked.", "Wait a moment.")

    for function, expected in ((broken, "the server's log"), (refusing, "Wait a moment.")):
        for name in ("sets", "studies", "data_version"):
            monkeypatch.setattr(api, name, function)
        at = open_page(page)
        assert not at.exception and expected in at.error[0].value
        assert "secret detail" not in at.error[0].value


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
    assert (request.real, request.train, request.encoders) == ("id-phantom-real", "id-phantom-train", ["phantom-clip"])
    assert request.synthetic == filled.run_rows[1]["set_id"] and not errors_of(at)


def test_a_refused_request_is_shown_with_its_hint(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(spec: Any, priority: int | None = None, owner: str | None = None) -> str:
        raise api.NameTaken("The name is taken.", "Choose another one.")

    at = open_page("generate")
    monkeypatch.setattr(api, "submit", refuse)
    next(b for b in at.button if b.label.startswith("Generate")).click().run()
    assert "Choose another one." in at.error[0].value


def test_queue_shows_why_a_run_failed_and_repeats_it(filled: Fake, open_page: Opener) -> None:
    at = open_page("queue")
    assert "Put them into the folder" in words_of(at)
    at.button(key="repeat-run-broken").click().run()
    at.button(key="delete-run-broken").click().run()
    assert filled.submitted == [("repeat", "run-broken")] and filled.deleted == ["run-broken"]
    assert "Put them into the folder" not in words_of(at)


def test_queue_shows_what_runs_first_then_what_waits_in_its_turn_then_what_ended() -> None:
    status = ["queued", "queued", "running", "failed", "paused", "done"]
    rows = pd.DataFrame({"id": list("abcdef"), "status": status, "position": [1, 2, None, None, None, None]})
    assert in_turn(rows)["id"].tolist() == ["c", "a", "b", "e", "d", "f"]


def test_queue_says_whose_turn_it_is_and_pauses_and_lets_go_on(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, owner="ann", position=2, starts_in=90.0)
    at = open_page("queue")
    assert waiting_line(filled.run("run-mine")) == "number 2 in the queue · starts in about 90 s · 5 of 10 are there"
    assert "ann" in words_of(at)
    assert "cuda:0" in words_of(at)
    at.button(key="turn-run-mine").click().run()
    assert filled.run("run-mine").priority == 10
    at.button(key="pause-run-mine").click().run()
    assert filled.run("run-mine").status == "paused"
    at.button(key="resume-run-mine").click().run()
    assert filled.run("run-mine").status == "queued"


def test_a_held_queue_says_who_holds_it(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, position=1)
    at = open_page("queue")
    at.text_input[0].set_value("Ann").run()
    next(b for b in at.button if b.label == "Hold the queue").click().run()
    assert "**Ann** holds the queue" in at.warning[0].value
    assert waiting_line(filled.run("run-mine")) == "the queue is held by Ann"
    next(b for b in at.button if b.label == "Let the queue go on").click().run()
    assert not at.warning


def test_two_evaluations_of_one_set_can_be_told_apart(filled: Fake) -> None:
    spec = api.EvaluateSpec(synthetic="s", real="r", encoders=["e"])
    run = filled.run(filled.run_rows[0]["id"])
    asked = [spec, spec.model_copy(update={"subgroup": "finding"}), spec.model_copy(update={"mode": "compatible"})]
    assert len({kind_of(dataclasses.replace(run, spec=s)) for s in asked}) == 3


def test_the_command_that_fetches_a_model_stands_by_itself(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "encoder_missing", lambda i: "The weights of a/b are not here. hf download a/b --revision 12")
    at = open_page("catalog", kind="encoders")
    assert {c.value for c in at.code} == {"hf download a/b --revision 12"}


def test_an_address_that_asks_for_nothing_that_exists_shows_the_usual(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate", query={"models": "gone"})
    assert at.multiselect(key="models").value


def test_queue_says_when_no_worker_runs(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "worker_alive", lambda: False)
    assert "python -m bench_core worker" in open_page("queue").warning[0].value


def test_trade_offs_selection_comes_from_the_address(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "copycat", "x": "recall", "y": "copy_share"})
    assert not errors_of(at)
    assert at.selectbox(key="set").value == "copycat"
    assert (at.selectbox(key="x").value, at.selectbox(key="y").value) == ("recall", "copy_share")
    assert [len(d.value) for d in at.dataframe] == [7, 6] and not at.warning


def test_trade_offs_warns_when_sizes_differ(filled: Fake, open_page: Opener) -> None:
    filled.set_rows[-1]["images"] = 4
    assert "number of synthetic images differs (4, 60)" in open_page("trade_offs").warning[0].value


def test_trade_offs_compares_only_the_chosen_sets(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs")
    at.multiselect(key="compare").set_value(["phantom-ldm", "copycat"]).run()
    assert at.selectbox(key="set").options == ["phantom-ldm", "copycat"] and len(at.dataframe[0].value) == 2


def test_trade_offs_shows_the_chance_of_each_set_and_what_the_selected_one_differs_in(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", {"set": "phantom-vae", "x": "frechet_distance", "y": "closer_to_train"})
    numbers, against = at.dataframe[0].value, at.dataframe[1].value
    shares = dict(zip(numbers["set"], numbers["on the front"], strict=True))
    assert shares["phantom-oracle"] == "100%" and shares["phantom-vae"] == "0%"
    row = against.set_index("against").loc["phantom-oracle"]
    assert row["Frechet distance: excludes 0"] == "yes, worse" and row["Δ Frechet distance"].startswith("55.0 [")
    assert "The fainter a point" in words_of(at)
    at.button_group(key="draw").set_value(["Null"]).run()
    assert "on the front" not in at.dataframe[0].value and "The fainter a point" not in words_of(at)


def test_sets_without_draws_are_named_and_can_be_evaluated_again(filled: Fake, open_page: Opener) -> None:
    filled.without_draws = ("phantom-vae",)
    at = open_page("trade_offs")
    numbers = at.dataframe[0].value
    assert dict(zip(numbers["set"], numbers["on the front"], strict=True))["phantom-vae"] == "–"
    at.button(key="again").click().run()
    assert [s.synthetic for s in filled.submitted] == ["id-phantom-vae"] and "being evaluated" in words_of(at)


def test_findings_judges_each_cell_and_offers_the_sets_that_are_missing(filled: Fake, open_page: Opener) -> None:
    at = open_page("findings", {"set": "phantom-gan", "finding": "Edema", "metric": "frechet_distance"})
    assert not errors_of(at)
    numbers = at.dataframe[0].value
    assert len(numbers) == 3 * 13 and set(numbers["set"]) == {"copycat", "phantom-ldm", "phantom-gan"}
    assert "Worse than the range of a perfect generator" in words_of(at)
    at.button(key="more").click().run()
    assert len(filled.submitted) == 4
    assert {(s.subgroup, s.real, s.train) for s in filled.submitted} == {("finding", "id-phantom-real", "id-phantom-train")}


def test_findings_that_were_never_evaluated_are_asked_for(filled: Fake, open_page: Opener) -> None:
    at = open_page("findings", {"groups": "view"})
    next(b for b in at.button if b.label == "Evaluate 7 sets by view").click().run()
    assert [s.subgroup for s in filled.submitted] == ["view"] * 7 and not errors_of(at)
    assert "Being evaluated by view" in words_of(at) and not any(b.label.startswith("Evaluate") for b in at.button)


def test_agreement_says_how_little_seven_sets_can_tell(filled: Fake, open_page: Opener) -> None:
    at = open_page("agreement", {"first": "frechet_distance", "second": "recall"})
    assert not errors_of(at)
    assert "over n = 7 sets" in words_of(at) and "0.1 to 0.97" in words_of(at)
    assert len(at.dataframe[0].value) == 14 * 13 // 2
    filled.without_draws = ("copycat", "phantom-vae", "phantom-gan", "phantom-oracle", "phantom-ldm")
    at.run()
    at.button(key="again").click().run()
    assert len(filled.submitted) == 5 and not errors_of(at)


def test_methods_opens_at_the_metric_that_the_address_names(filled: Fake, open_page: Opener) -> None:
    at = open_page("methods", {"metric": "recall"})
    assert not errors_of(at)
    assert at.subheader[0].value == "Recall" and len(at.subheader) == 2
    at.button_group(key="part").set_value("basics").run()
    assert "paired difference" in words_of(at)


def test_memorization_counts_images_below_the_threshold(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"set": "copycat"})
    nearest = filled.neighbours("id-copycat", "id-phantom-train", "phantom-clip")
    ratios = nearest[nearest["rank"] == 1]["ratio"]
    for share in (0.01, 0.1):
        at.select_slider(key="share").set_value(share).run()
        flagged = (ratios < np.quantile(filled.held_out("", "", ""), share)).sum()
        assert at.metric[0].value == f"{flagged} of {len(ratios)}"


def test_memorization_offers_to_evaluate_a_set_without_neighbours(filled: Fake, open_page: Opener) -> None:
    filled.add_set("mine", "synthetic", 8, 77)
    at = open_page("memorization", {"set": "mine"})
    next(b for b in at.button if b.label == "Evaluate this set").click().run()
    assert filled.submitted[0].synthetic == "id-mine"


def test_map_is_asked_for_where_it_was_never_made(filled: Fake, open_page: Opener) -> None:
    filled.projected = False
    at = open_page("embeddings")
    next(b for b in at.button if b.label == "Make the map").click().run()
    request = filled.submitted[0]
    assert isinstance(request, api.ProjectSpec)
    assert {"id-phantom-train", "id-phantom-real", "id-copycat"} <= set(request.sets)
    assert "Making the map" in at.progress[0].text


def test_data_imports_from_a_server_folder_and_lists_what_is_wrong(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", tab="Import")
    at.segmented_control(key="import-where").set_value("Folder on the server").run()
    at.text_input(key="import-name").set_value("mine").run()
    at.text_input(key="import-folder").set_value("/data/films").run()
    press = lambda: next(b for b in at.button if b.label == "Import").click().run()  # noqa: E731
    press()
    assert "row 3: there is no file 'a.png'" in at.error[0].value and "row 7" in at.error[0].value
    at.checkbox(key="import-skip").check().run()
    press()
    assert filled.imported[-1][0] == "mine" and filled.imported[-1][3:] == ("real", True, True)
    assert "8 images imported" in at.success[0].value and "row 3" in at.warning[0].value
    at.checkbox(key="import-copy-own").uncheck().run()
    press()
    assert filled.imported[-1][3:] == ("real", True, False)


def test_data_averages_the_images_of_a_set_when_asked(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def mean_image(set_id: str) -> bytes:
        asked.append(set_id)
        return filled.image_png(set_id, "mean")

    monkeypatch.setattr(api, "mean_image", mean_image)
    at = open_page("data", {"look": "copycat"})
    assert not asked
    at.toggle(key="mean-id-copycat").set_value(True).run()
    assert asked == ["id-copycat"]
    assert not errors_of(at)


def test_data_imports_a_public_data_set(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", tab="Import")
    at.segmented_control(key="import-where").set_value("Public data set on the server").run()
    at.selectbox(key="import-layout").set_value("mimic-cxr-jpg").run()
    at.text_input(key="import-name").set_value("mimic-test").run()
    at.text_input(key="import-root").set_value("/data/mimic").run()
    at.text_input(key="import-split").set_value("test").run()
    at.selectbox(key="import-view").set_value("frontal").run()
    next(b for b in at.button if b.label == "Import").click().run()
    assert filled.imported[-1] == ("mimic-test", "mimic-cxr-jpg", "/data/mimic", "real", "test", "frontal", False, False)
    assert "8 images imported" in at.success[0].value


def test_data_deletes_only_after_a_second_word(filled: Fake, open_page: Opener) -> None:
    at = open_page("data", {"look": "copycat"})
    at.button(key="delete").click().run()
    assert filled.deleted == [] and "cannot be undone" in words_of(at)


def test_catalog_shows_what_is_missing_and_every_metric(filled: Fake, open_page: Opener) -> None:
    at = open_page("catalog")
    assert "its weights are not on this machine" in words_of(at)
    at.segmented_control(key="kind").set_value("metrics").run()
    assert all(f"`{m}`" in words_of(at) for m in filled.metrics())


def test_own_choice_of_sets_is_kept_across_pages(filled: Fake, open_page: Opener) -> None:
    filled.add_set("other-real", "real", 12, 55)
    at = open_page("overview")
    at.selectbox(key="study").set_value("Own choice").run()
    at.selectbox(key="real").set_value("other-real").run()
    at.switch_page("pages/trade_offs.py").run()
    assert at.selectbox(key="real").value == "other-real" and not errors_of(at)


def test_a_study_without_training_set_says_so(filled: Fake, open_page: Opener) -> None:
    at = open_page("memorization", {"study": "Own choice", "train": "none"})
    assert not errors_of(at) and "no training set" in words_of(at)


def test_results_without_numbers_are_an_empty_state(filled: Fake, open_page: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = filled.results("r", "t", "e").iloc[:0]
    monkeypatch.setattr(api, "results", lambda *a, **k: nothing)
    for page in ("overview", "trade_offs"):
        at = open_page(page)
        assert not errors_of(at) and "No generator has been evaluated" in words_of(at)


def test_viewer_opens_with_everything_known(filled: Fake, open_page: Opener) -> None:
    at = open_page("trade_offs", _open=("id-copycat", "copycat-00003"))
    assert not errors_of(at)
    table = at.table[0].value
    text = "\n".join(map(str, pd.DataFrame(table).reset_index().to_numpy().ravel()))
    assert "copycat-00003" in text and "Right lower lobe consolidation" in text and "20" in text


def test_large_request_says_hours_or_that_it_does_not_know(filled: Fake, open_page: Opener) -> None:
    at = open_page("generate")
    at.multiselect(key="models").set_value(["phantom-ldm", "phantom-oracle"]).run()
    at.number_input(key="count").set_value(75_000).run()
    assert "phantom-ldm, 75,000 images: 12 h 30 min, at the speed measured here" in words_of(at)
    assert "phantom-oracle, 75,000 images: unknown, nothing of it was measured here yet" in words_of(at)


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


def test_names_that_people_type_are_shown_as_they_are(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-odd", "generate", "![x](http://a.example/b.png) :red[no]", "queued", None, owner="ann@b.example", position=1)
    words = words_of(open_page("queue"))
    assert r"\!\[x\]\(http\://a.example/b.png\) \:red\[no\]" in words
    assert "ann@b.example" not in words and "ann\u2060@b.example" in words


def test_a_held_queue_forecasts_no_start(filled: Fake, open_page: Opener) -> None:
    filled.add_run("run-mine", "generate", "mine", "queued", None, position=3, starts_in=90.0)
    assert "number 3 in the queue · starts in about 90 s" in words_of(open_page("queue"))
    filled.hold_queue("Ann")
    words = words_of(open_page("queue"))
    assert "number 3 in the queue" in words and "starts in" not in words


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
