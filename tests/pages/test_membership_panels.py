"""Patients most at risk and prompts known by heart, below the attacks."""

from bench_core import api
from tests.pages.conftest import Opener, errors_of, words_of
from tests.pages.fake import Fake


def test_patients_at_risk_stand_against_chance(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-vae"})  # of which no attack is known
    assert not errors_of(at)
    words = words_of(at)
    assert (
        "3 of 12 patients stand out" in words
        and "64 classifiers of the findings" in words
        and "LiRA, online" in words
        and "What a model trained otherwise" in words
    )
    table = next(frame.value for frame in at.dataframe if "Area above" in frame.value)
    assert table["Patients"].tolist() == ["270", "80", "20", "3"] and table["By chance"].iloc[0] == "9.0 %"
    assert table["Share (95 %)"].iloc[3] == "0.3 % (0.3 to 0.4)"


def test_words_that_pull_are_coloured_and_escaped(filled: Fake, open_page: Opener) -> None:
    at = open_page("attacks", {"set": "phantom-vae"})
    drawn = "".join(str(element.proto) for element in at.get("html"))
    assert "&lt;left&gt;" in drawn and "<left>" not in drawn and "+50%" in drawn
    prompts = next(frame.value for frame in at.dataframe if "against_usual" in frame.value)
    assert prompts["prompt"].tolist() == ["Small <left> effusion.", "No acute findings."]


def test_what_was_not_found_yet_is_offered(filled: Fake, open_page: Opener) -> None:
    filled.at_risk, filled.asked_models = False, ()
    at = open_page("attacks", {"set": "phantom-vae"})
    assert not errors_of(at)
    at.button(key="find-risk").click().run()
    at.button(key="ask-prompts").click().run()
    risk, prompts = filled.submitted[-2:]
    assert isinstance(risk, api.PatientRiskSpec) and risk.train == "id-phantom-train"
    assert isinstance(prompts, api.PromptMemorySpec) and prompts.generator == "phantom-ldm-overfit"
