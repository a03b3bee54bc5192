"""A reader study from design to table: what is shown in which order, what is kept once, what nobody is told before the close."""

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bench_core import api
from bench_core.config import Config
from bench_core.engine.reading.cases import sequence_of
from bench_core.engine.reading.design import ReadingDesign, asked_of
from bench_core.errors import InputError, NameTaken, NotAllowed, SettingError, UnknownName
from bench_core.frames import ANSWERS
from bench_core.pixels.films import unpacked
from bench_core.store.workspace import Workspace

RNG = np.random.default_rng(11)
SHAPES = {"kept-films": (40, 32), "drawn-one": (32, 32), "drawn-two": (64, 48)}
FINDINGS = ("Edema", "Pneumonia")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with sets of 30 real and of twice 20 synthetic films, of other shapes, with prompts and two findings."""
    folder, before = tmp_path_factory.mktemp("reading"), api.workspace._current
    opened = api.open_workspace(config(folder / "home"))
    for name, shape in SHAPES.items():
        (folder / name).mkdir()
        rows = []
        for i in range(30 if name == "kept-films" else 20):
            Image.fromarray(RNG.integers(0, 256, shape).astype(np.uint8)).save(folder / name / f"{name}-file{i}.png")
            labels = {finding: int(i % 2 == at) for at, finding in enumerate(FINDINGS)}
            rows.append({"path": f"{name}-file{i}.png", "prompt": f"{FINDINGS[i % 2]} as in prompt {name} {i}", **labels})
        pd.DataFrame(rows).to_csv(folder / f"{name}.csv", index=False)
        kind = "real" if name == "kept-films" else "synthetic"
        api.import_images(name, folder / name, folder / f"{name}.csv", kind)
    opened.database.engine.dispose()
    yield folder / "home"
    api.workspace._current = before


def config(home: Path) -> Config:
    return Config(home=home, database_url=f"sqlite:///{home / 'bench.sqlite'}", device="cpu", user="runner")


@pytest.fixture
def sets(stored: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy of that workspace, current for the facade."""
    shutil.copytree(stored, tmp_path / "home")
    before = api.workspace._current
    opened = api.open_workspace(config(tmp_path / "home"))
    yield opened
    opened.database.engine.dispose()
    api.workspace._current = before


def design(**more: Any) -> ReadingDesign:
    usual = {"name": "turing", "questions": ["real_or_synthetic"], "synthetic": ["drawn-one", "drawn-two"], "real": "kept-films"}
    return api.reading_design(**{**usual, "cases": 16, "training": 2, "repeats": 4, "break_every": 6, "seed": 3, **more})


def opened(**more: Any) -> str:
    """The token of a reader of a new study."""
    api.create_reading(design(**more))
    return api.invite_reader(str(more.get("name", "turing")), "Ann")


def answer(token: str, slot: dict[str, Any], asked: dict[str, Any], **more: Any) -> dict[str, Any]:
    value = asked["keys"][-1]["value"] if asked["keys"] else ""
    said = {"choice": value} if isinstance(value, str) else {"rating": value}
    sent = {"slot": slot["slot"], "question": asked["question"], "part": asked["part"], "seconds": 1.5, **said, **more}
    return api.keep_answer(token, json.loads(json.dumps(sent)))


def read_all(token: str, most: int = 10_000) -> list[dict[str, Any]]:
    """Answers everything that is asked; returns all that the server said."""
    said = [{"state": api.reading_state(token)}]
    while said[-1]["state"]["now"] and len(said) <= most:
        state = said[-1]["state"]
        asked = next(a for a in state["asked"] if f"{a['question']}.{a['part']}" == state["now"]["left"][0])
        said.append(answer(token, state["now"], asked))
    return said


def test_cases_are_balanced_and_no_film_comes_twice_but_as_a_repeat(sets: Workspace) -> None:
    study = sets.reading.study(api.create_reading(design()))
    cases = study["cases"]
    assert Counter(c["block"] for c in cases) == {"training": 2, "main": 16, "repeat": 4}
    main = [c for c in cases if c["block"] == "main"]
    assert Counter((c["truth"], c["generator"]) for c in main) == {
        ("real", ""): 8, ("synthetic", "drawn-one"): 4, ("synthetic", "drawn-two"): 4
    }  # fmt: skip
    assert Counter(c["finding"] for c in main)["Edema"] in (7, 8, 9)
    once = [(f["set"], f["image"]) for c in cases if c["block"] != "repeat" for f in c["films"]]
    assert len(set(once)) == len(once) == 18
    by_id = {c["id"]: c for c in cases}
    assert all(by_id[c["repeat_of"]]["films"] == c["films"] and c["id"] != c["repeat_of"] for c in cases if c["block"] == "repeat")
    again = sets.reading.study(api.create_reading(design(name="again")))
    assert again["cases"] == cases and again["secret"] != study["secret"], "the seed decides the films, and nothing of what readers see"


@pytest.mark.parametrize("reader", ["Ann", "Bob", "Cora"])
def test_each_reader_has_an_order_in_which_halves_are_alike_and_repeats_are_far(sets: Workspace, reader: str) -> None:
    asked = design(cases=24, repeats=8)
    cases = {c["id"]: c for c in sets.reading.study(api.create_reading(asked))["cases"]}
    order = sequence_of(asked, list(cases.values()), reader)
    assert sorted(order) == sorted(cases) and order == sequence_of(asked, list(cases.values()), reader)
    assert order != sequence_of(asked, list(cases.values()), f"{reader}2")
    assert [cases[i]["block"] for i in order[:2]] == ["training"] * 2
    first = Counter(cases[i]["generator"] for i in order[2:14])
    assert first == {"": 6, "drawn-one": 3, "drawn-two": 3}
    gaps = [order.index(i) - order.index(c["repeat_of"]) for i, c in cases.items() if c["block"] == "repeat"]
    assert min(gaps) >= 12


def test_several_films_have_their_real_one_at_any_place(sets: Workspace) -> None:
    study = sets.reading.study(api.create_reading(design(questions=["which_is_real"], options=3, cases=8, training=0, repeats=0)))
    for case in study["cases"]:
        kinds = [film["set_name"] == "kept-films" for film in case["films"]]
        assert kinds.index(True) + 1 == int(case["truth"]) and sum(kinds) == 1 and len({f["set"] for f in case["films"]}) == 2
    assert len({case["truth"] for case in study["cases"]}) > 1


def test_foils_carry_the_prompt_of_another_finding(sets: Workspace) -> None:
    asked = design(questions=["shows_prompt"], real_share=0, foils=0.5, cases=12, training=0, repeats=0)
    cases = sets.reading.study(api.create_reading(asked))["cases"]
    assert Counter(c["own_prompt"] for c in cases) == {"yes": 6, "no": 6}
    assert all((c["finding"] in c["prompt"]) == (c["own_prompt"] == "yes") for c in cases)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"questions": []}, "questions"),
        ({"questions": ["real_or_synthetic", "real_or_synthetic"]}, "twice"),
        ({"questions": ["which_is_real", "quality"]}, "alone"),
        ({"repeats": 9}, "twice as many"),
        ({"real": ""}, "names no real set"),
        ({"real_share": 1.0}, "both kinds"),
        ({"foils": 0.2}, "foils"),
        ({"synthetic": ["drawn-one", "drawn-one"]}, "named twice"),
        ({"confidence": 7}, "confidence"),
        ({"colour": "red"}, "no setting 'colour'"),
    ],
)
def test_a_design_that_cannot_be_says_why(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        design(**wrong)


def test_a_study_that_cannot_be_is_not_made(sets: Workspace) -> None:
    for wrong, error, words in (
        ({"cases": 100}, InputError, "has 30 films"), ({"real": "drawn-one"}, InputError, "synthetic images"),
        ({"synthetic": ["nothing"]}, UnknownName, "nothing"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            api.create_reading(design(**wrong))
    api.create_reading(design())
    with pytest.raises(NameTaken, match="turing"):
        api.create_reading(design())
    assert len(api.readings()) == 1


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
    api.delete_set("drawn-one")
    assert len(api.reading_answers("turing")) == 9


def test_the_reader_may_learn_the_outcome_when_done(sets: Workspace) -> None:
    token = opened(reveal="reader", cases=4, repeats=0, training=0)
    assert [one["state"]["outcome"] for one in read_all(token)] == [None] * 4 + [{"cases": 4, "right": 2}]


def test_breaks_come_between_cases_only(sets: Workspace) -> None:
    token = opened(questions=["quality", "text"], cases=6, training=1, repeats=0, break_every=2)
    breaks = [one["state"]["done"] for one in read_all(token) if one["state"]["break"]]
    assert breaks == [3, 5]


def test_scales_have_keys_and_a_middle_or_none() -> None:
    words = {c: [key[0] for key in asked_of(design(confidence=c))[0].keys] for c in (4, 5, 6, 100)}
    assert words == {4: list("1234"), 5: list("12345"), 6: list("123456"), 100: []}


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
