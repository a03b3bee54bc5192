"""Patients: images above the cut, whom they show, and the benchmark's figures beside the corrected ones."""

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import REFERENCE, Fake


def test_patients_counts_images_above_the_cut_of_the_chosen_rate(filled: Fake, open_page: Opener) -> None:
    at = open_page("patients", {"set": "copycat"})
    for rate in (0.01, 0.05):
        at.select_slider(key="rate").set_value(rate).run()
        found = filled.reidentification("id-copycat", REFERENCE, rate)
        values = {m.label: m.value for m in at.metric}
        assert values["Re-identified"] == f"{found.count.found} of {len(found.matches)}" and found.count.found > 40
        assert values["By chance"] == f"{rate * len(found.matches):.3g}" and values["Training patients shown"] == str(found.patients)
    row = found.matches.iloc[0]
    assert row["train_image_id"] in words_of(at) and "1 in 2,001" in words_of(at)


def test_figures_of_the_benchmark_stand_beside_the_corrected_ones_or_say_what_they_need(filled: Fake, open_page: Opener) -> None:
    at = open_page("patients", {"set": "copycat"})
    cut = filled.reidentification("id-copycat", REFERENCE).cut
    assert at.number_input(key="delta").value == cut
    assert at.dataframe[0].value.iloc[2, 1] == f"{filled.paired_reidentification('id-copycat', REFERENCE, cut).above} of 4 prompts"
    assert "Generate from the reports of the training set." in words_of(open_page("patients", {"set": "phantom-ldm"}))


def test_a_set_without_features_is_offered_and_what_is_wrong_is_said(filled: Fake, open_page: Opener, monkeypatch) -> None:
    filled.add_set("mine", "synthetic", 8, 77)
    at = open_page("patients", {"set": "mine"})
    assert next(b for b in at.button if b.label.startswith("Evaluate mine")) and not errors_of(at)

    def lacking(*_: object) -> None:
        raise api.NotPossible("The held-out images have no patients (subject_id).", "Import them with a table.")

    monkeypatch.setattr(api, "reidentification", lacking)
    assert "no patients" in open_page("patients", {"set": "copycat"}).error[0].value
