"""A reader study from design to table: what is shown in which order, what is kept once, what nobody is told before the close."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench_core import api
from bench_core.errors import InputError, NotAllowed, UnknownName
from bench_core.frames import ANSWERS
from bench_core.pixels.films import unpacked
from bench_core.store.workspace import Workspace
from tests.engine.reading.studies import SHAPES, answer, opened, read_all


def test_films_have_one_size_one_number_of_bytes_and_the_greys_of_their_files(sets: Workspace, tmp_path: Path) -> None:
    token = opened(training=0)
    study, state = sets.reading.study("turing"), api.reading_state(token)
    by_id, order = {c["id"]: c for c in study["cases"]}, sets.reading.readers(study["id"])[0]["sequence"]
    sent = []
    for slot, case in zip((state["now"], *state["next"]), order, strict=False):
        data = api.reading_film(token, slot["slot"], 0)
        film, source = unpacked(data), by_id[case]["films"][0]
        images = api.find_set(source["set"])
        grey = images.read(images.rows_by_id[source["image"]])
        edge = min(grey.shape)
        top, left = (grey.shape[0] - edge) // 2, (grey.shape[1] - edge) // 2
        cut = grey[top : top + edge, left : left + edge].astype(float)
        if edge == 48:  # to 32: each pixel is the mean of what it covers
            tall = np.kron(cut, np.ones((2, 2)))
            cut = tall.reshape(32, 3, 32, 3).mean((1, 3))
        assert film.values.shape == (32, 32) and film.values.dtype == np.uint16
        assert np.abs(film.values // 256 - cut).max() <= (1 if edge == 48 else 0)
        sent.append(data)
        assert api.reading_film(token, slot["slot"], 0) == data, "the same again after a reload"
        assert source["image"].encode() not in data and source["set_name"].encode() not in data
    assert len({len(data) for data in sent}) == 1 and len({data[: -32 * 32 * 2] for data in sent}) == 1
    other = api.invite_reader("turing", "Bob")
    assert {s["slot"] for s in api.reading_state(other)["next"]}.isdisjoint({s["slot"] for s in state["next"]})


def test_two_readers_get_other_bytes_of_the_same_film(sets: Workspace) -> None:
    tokens = [opened(cases=2, training=0, repeats=1), api.invite_reader("turing", "Bob")]
    seen: dict[bytes, int] = {}
    for token in tokens:
        while (state := api.reading_state(token))["now"]:
            data = api.reading_film(token, state["now"]["slot"], 0)
            seen[data] = seen.get(data, 0) + 1
            answer(token, state["now"], state["asked"][0])
    assert len(seen) == 6 and set(seen.values()) == {1}, "3 cases, of which one repeats another, for 2 readers"


def test_an_answer_that_is_sent_again_or_from_a_second_tab_is_kept_once(sets: Workspace) -> None:
    token = opened(training=0)
    state = api.reading_state(token)
    first, asked = state["now"], state["asked"][0]
    assert answer(token, first, asked, rating=2)["kept"]
    late = answer(token, first, asked, rating=4)
    assert not late["kept"] and late["state"]["now"]["position"] == 2
    frame = api.reading_answers("turing")
    assert frame["rating"].tolist() == [2.0] and frame["choice"].tolist() == ["real"]
    with pytest.raises(InputError, match="turn"):
        answer(token, state["next"][1], asked)
    corrected = answer(token, first, asked, rating=5, revision=1)
    assert corrected["kept"] and not answer(token, first, asked, rating=1, revision=1)["kept"]
    assert api.reading_answers("turing")["rating"].tolist() == [5.0]
    assert api.reading_answers("turing", history=True)["rating"].tolist() == [2.0, 5.0]
    answer(token, corrected["state"]["now"], asked)
    with pytest.raises(InputError, match="before this one"):
        answer(token, first, asked, rating=1, revision=2)
    with pytest.raises(NotAllowed, match="to correct"):
        answer(token, corrected["state"]["now"], asked, revision=2)


@pytest.mark.parametrize(
    "wrong",
    [{"rating": 0}, {"rating": 6}, {"rating": 2.5}, {"rating": None}, {"rating": True}, {"rating": "3"}, {"seconds": -1}, {"seconds": None},
     {"seconds": float("nan")}, {"question": "quality"}, {"slot": "nothing"}, {"revision": -1}, {"choice": ["x"]}],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_nothing_is_kept(sets: Workspace, wrong: dict[str, Any]) -> None:
    token = opened(training=0)
    state = api.reading_state(token)
    with pytest.raises(InputError):
        api.keep_answer(
            token, {"slot": state["now"]["slot"], "question": "real_or_synthetic", "part": "", "rating": 3, "seconds": 1.0, **wrong}
        )
    assert api.reading_answers("turing").empty


def test_marks_and_texts_are_kept_as_they_are(sets: Workspace) -> None:
    token = opened(questions=["quality", "marks", "text"], training=0)
    slot = api.reading_state(token)["now"]
    send = {"slot": slot["slot"], "part": "", "seconds": 2.0}
    api.keep_answer(token, {**send, "question": "quality", "rating": 4})
    for wrong in ("[1]", "{}", '[{"x": 2, "y": 0}]', '[{"x": 0.9, "y": 0, "width": 0.5, "height": 0.1}]', "nonsense"):
        with pytest.raises(InputError, match="no marks"):
            api.keep_answer(token, {**send, "question": "marks", "choice": wrong})
    marks = [{"x": 0.25, "y": 0.5}, {"x": 0.1, "y": 0.2, "width": 0.333333, "height": 0.4}]
    api.keep_answer(token, {**send, "question": "marks", "choice": json.dumps(marks)})
    api.keep_answer(token, {**send, "question": "text", "choice": " ribs of <b>wax</b>\n"})
    frame = api.reading_answers("turing").set_index("question")
    assert json.loads(frame["choice"]["marks"])[1]["width"] == 0.3333 and frame["rating"]["marks"] == 2
    assert frame["choice"]["text"] == "ribs of <b>wax</b>" and np.isnan(frame["rating"]["text"])
    assert frame["scale"].to_dict() == {"quality": 5, "marks": 0, "text": 0}


def secrets_of(workspace: Workspace, name: str) -> list[str]:
    """Everything that would say what a film is: names and ids of sets, images and files, prompts, case ids."""
    found = {*SHAPES, *(workspace.sets.find(one) for one in SHAPES)}
    for case in workspace.reading.study(name)["cases"]:
        found |= {case["id"], *(film["image"] for film in case["films"])}
    return sorted(found | {"-file", "as in prompt", "repeat"})


def test_nothing_that_the_server_says_before_the_close_says_what_a_film_is(sets: Workspace) -> None:
    token = opened(training=2)
    said = read_all(token)
    feedback = [one["feedback"] for one in said if one.get("feedback")]
    assert len(feedback) == 2 and all(line["truth"] in ("real", "synthetic") for lines in feedback for line in lines)
    told = json.dumps([{k: v for k, v in one.items() if k != "feedback"} for one in said])
    assert [secret for secret in secrets_of(sets, "turing") if secret in told] == []
    assert '"truth"' not in told and '"training"' in told
    assert said[-1]["state"]["finished"] and said[-1]["state"]["outcome"] is None
    frame = api.reading_answers("turing")
    hidden = ["image_id", "image_set", "truth", "generator", "finding", "block", "repeat_of"]
    assert (frame[hidden] == "").all(axis=None) and list(frame.columns) == ANSWERS.names


def test_the_close_tells_the_truth_and_takes_no_more(sets: Workspace) -> None:
    token = opened()
    read_all(token, most=9)
    with pytest.raises(InputError, match="'turing'"):
        api.delete_set("drawn-one")
    with pytest.raises(NotAllowed, match="tell the truth"):
        api.reading_statistics("turing")
    with pytest.raises(NotAllowed, match="study of"):
        api.close_reading("turing", by="somebody else")
    slot = api.reading_state(token)["now"]
    api.close_reading("turing", by=sets.config.user)
    for late in (lambda: answer(token, slot, {"question": "real_or_synthetic", "part": "", "keys": []}, rating=1),
                 lambda: api.reading_film(token, slot["slot"], 0), lambda: api.invite_reader("turing", "Late")):  # fmt: skip
        with pytest.raises(NotAllowed, match="closed"):
            late()
    frame, state = api.reading_answers("turing"), api.reading_state(token)
    assert len(frame) == 9 and set(frame["truth"]) == {"real", "synthetic"} and state["now"] is None and state["next"] == []
    main = frame[frame["block"] == "main"]
    assert state["outcome"] == {"cases": len(main), "right": int((main["truth"] == "synthetic").sum())}, "always 5 was said"
    for row in frame.to_dict("records"):
        assert (row["image_set"] == "kept-films") == (row["truth"] == "real") == (row["generator"] == "")
        assert row["image_id"] in api.find_set(row["image_set"]).rows_by_id
    said = api.reading_statistics("turing")
    assert said.accuracy["reader"].unique().tolist() == ["Ann"] and (said.accuracy["sensitivity"].dropna() == 1).all()
    assert api.reading_against_metrics("turing").empty, "nothing of these sets was measured"
    api.delete_set("drawn-one")
    assert len(api.reading_answers("turing")) == 9


def test_the_reader_may_learn_the_outcome_when_done(sets: Workspace) -> None:
    token = opened(reveal="reader", cases=4, repeats=0, training=0)
    assert [one["state"]["outcome"] for one in read_all(token)] == [None] * 4 + [{"cases": 4, "right": 2}]


def test_breaks_come_between_cases_only(sets: Workspace) -> None:
    token = opened(questions=["quality", "text"], cases=6, training=1, repeats=0, break_every=2)
    breaks = [one["state"]["done"] for one in read_all(token) if one["state"]["break"]]
    assert breaks == [3, 5]


def test_roles_keep_a_whole_study_from_those_who_may_not_see_patients(sets: Workspace) -> None:
    token = opened()
    object.__setattr__(sets.config, "sees_real", ("radiologist@*",))
    slot = api.reading_state(token)["now"]["slot"]
    for ask in (lambda: api.reading_state(token, False), lambda: api.reading_film(token, slot, 0, False),
                lambda: api.keep_answer(token, {}, False)):  # fmt: skip
        with pytest.raises(NotAllowed, match="films of patients"):
            ask()


def test_a_link_that_names_nobody_opens_nothing(sets: Workspace) -> None:
    with pytest.raises(UnknownName, match="reader with this link"):
        api.reading_state("nobody")
    with pytest.raises(InputError, match="letters"):
        opened()
        api.invite_reader("turing", "  ")
