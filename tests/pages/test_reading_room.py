"""Reading room: a study is designed, readers are invited, it is closed, and its results stand there."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench_core import api
from bench_core.config import Config
from pages.components.panels.reading_study import what_goes
from tests.pages.conftest import Opener, errors_of, words_of

RNG = np.random.default_rng(5)


@pytest.fixture
def sets(tmp_path: Path) -> Iterator[None]:
    """A workspace with twelve real and twelve synthetic films."""
    before = api.workspace._current
    opened = api.open_workspace(
        Config(home=tmp_path / "home", database_url=f"sqlite:///{tmp_path / 'b.sqlite'}", device="cpu", user="runner")
    )
    for name, kind in (("kept", "real"), ("drawn", "synthetic")):
        (tmp_path / name).mkdir()
        for i in range(12):
            Image.fromarray(RNG.integers(0, 256, (16, 16)).astype(np.uint8)).save(tmp_path / name / f"{name}{i}.png")
        api.import_images(name, tmp_path / name, None, kind)
    yield
    opened.database.engine.dispose()
    api.workspace._current = before


def read_all(token: str) -> None:
    while (state := api.reading_state(token))["now"]:
        position = state["now"]["position"]
        api.keep_answer(
            token,
            {"slot": state["now"]["slot"], "question": "real_or_synthetic", "rating": 1 + (position * 2) % 5, "seconds": 3.0 + position},
        )


def test_a_study_from_its_form_to_its_results(sets: None, open_page: Opener) -> None:
    at = open_page("reading_room")
    assert not errors_of(at) and "No reader study yet" in words_of(at)
    at.text_input(key="new-name").set_value("turing")
    at.text_input(key="new-readers").set_value("Ann, Bob <b>")
    at.number_input(key="new-cases").set_value(8)
    at.number_input(key="new-training").set_value(0)
    at.button(key="make-study").click().run()
    assert not errors_of(at), errors_of(at)
    assert list(api.readers_of("turing")["reader"]) == ["Ann", "Bob <b>"]
    assert "0 of 8" in words_of(at) and "Bob \\<b\\>" in words_of(at)
    assert [code.value for code in at.code if "/read/" in code.value]
    tokens = list(api.readers_of("turing")["token"])
    for token in tokens:
        read_all(token)
    at.run()
    assert "finished" in words_of(at) and "synthetic" not in "".join(str(c.value) for c in at.code)
    study = api.readings()["id"].iloc[0]
    at.button(key=f"close-{study}").click().run()
    assert not errors_of(at), errors_of(at)
    assert "Closed " in words_of(at) and "2 readers" in words_of(at)
    answers = api.reading_answers("turing")
    sided = answers[(answers["reader"] == "Ann") & (answers["choice"] != "unsure")]
    assert f"**Ann**: {(sided['choice'] == sided['truth']).sum()} of {len(sided)} right" in words_of(at)
    for view in ("agreement", "trends", "metrics", "methods"):
        at.segmented_control(key="view").set_value(view).run()
        assert not errors_of(at), (view, errors_of(at))
    assert "Two readers judged 8 cases" in words_of(at)
    assert "2 readers and 16 answers; films and sets stay." in what_goes(api.deletion_of_reading(study))
    with pytest.raises(api.NotAllowed, match="is a study of"):
        api.delete_reading(study, "somebody else")
    at.button(key=f"delete-{study}").click().run()
    at.button(key="really-delete-study").click().run()
    assert not errors_of(at) and api.readings().empty and "No reader study yet" in words_of(at)
    with pytest.raises(api.UnknownName):
        api.reading_state(tokens[0])


def test_words_and_marks_stand_by_case_and_reader_beside_their_film(sets: None, open_page: Opener) -> None:
    asked = {"name": "words", "questions": ["marks", "text"], "synthetic": ["drawn"], "real": "kept", "cases": 2, "training": 0}
    study = api.create_reading(api.reading_design(**asked))
    token = api.invite_reader(study, "Ann")
    while now := api.reading_state(token)["now"]:
        for question, choice in (("marks", '[{"x": 0.5, "y": 0.5}]'), ("text", f"<b>rib</b> {now['position']}")):
            api.keep_answer(token, {"slot": now["slot"], "question": question, "choice": choice, "seconds": 1.0})
    api.close_reading(study)
    at = open_page("reading_room", reading=study, view="remarks")
    assert not errors_of(at), errors_of(at)
    frame = api.reading_remarks(study)
    assert at.dataframe[0].value["Text"].tolist() == frame["text"].tolist() and at.dataframe[0].value["Marks"].tolist() == [1, 1]
    said = words_of(at)
    assert f"**Ann** (1 mark): \\<b\\>rib\\</b\\> {frame['text'].iloc[0][-1]}" in said and "No mask is known" in said
    at.selectbox(key="case").set_value(frame["case_id"].iloc[1]).run()
    assert not errors_of(at) and str(frame["image_id"].iloc[1]) in words_of(at)


def test_a_design_that_cannot_be_says_why_and_nothing_is_made(sets: None, open_page: Opener) -> None:
    at = open_page("reading_room")
    at.text_input(key="new-name").set_value("turing")
    at.number_input(key="new-cases").set_value(500)
    at.button(key="make-study").click().run()
    assert "12 films" in errors_of(at)[0] and api.readings().empty
